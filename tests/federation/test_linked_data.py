"""DCAT feeds in every form, paged; and those that would harm whoever reads them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.federation.conftest import Elsewhere, Harvester

from cityhall.catalog.queries import dataset
from cityhall.collection.queries import Document
from cityhall.federation.errors import FeedUnusable
from cityhall.federation.feeds.dcat import DCAT, RDF, entry_of
from cityhall.federation.feeds.graphs import graph_of
from cityhall.federation.models import Origin
from cityhall.federation.shapes import RemoteEntry

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TURTLE = (
    PREFIXES
    + """
<https://data.example/#catalogue> a dcat:Catalog .
<https://data.example/d/1> a dcat:Dataset ; dct:title "水井"@zh, "Wells"@en ; dct:description "Where they are" ;
  dcat:keyword "water", "wells" ; dct:publisher [ foaf:name "Water Works" ] ;
  dcat:contactPoint [ vcard:fn "Desk" ; vcard:hasEmail <mailto:desk@data.example> ] ;
  dct:temporal [ dcat:startDate "2020-01-01"^^xsd:date ] ;
  dct:spatial [ dcat:bbox "POLYGON((120 28, 121 28, 121 29, 120 29, 120 28))" ] ;
  dcat:distribution [ dcat:downloadURL <https://data.example/1.csv> ;
    dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ] .
"""
)
XML = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
 <dcat:Dataset rdf:about="https://data.example/d/1"><dct:title xml:lang="en">Wells</dct:title></dcat:Dataset></rdf:RDF>"""
JSONLD = """{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
 "@id": "https://data.example/d/1", "@type": "dcat:Dataset", "dct:title": "Wells"}"""
LISTED = JSONLD.replace('"@id"', '"@graph": [{"@id"', 1).rstrip("}") + "}]}"
FORMS = {"text/turtle": TURTLE, "application/rdf+xml": XML, "application/ld+json": JSONLD}


def _only(body: str | bytes, kind: str) -> RemoteEntry:
    content = body if isinstance(body, bytes) else body.encode()
    graph = graph_of(Document("https://data.example/feed", content, kind, ""))
    found = [entry_of(graph, one) for one in graph.subjects(RDF.type, DCAT.Dataset)]
    assert len(found) == 1
    assert isinstance(found[0], RemoteEntry)
    return found[0]


@pytest.mark.parametrize(("kind", "body"), [*FORMS.items(), ("application/json", LISTED)])
def test_every_form_is_read(kind: str, body: str) -> None:
    entry = _only(body, kind)
    assert (entry.id, entry.title.en) == ("https://data.example/d/1", "Wells")


def test_everything_that_is_told_is_taken() -> None:
    entry = _only(TURTLE, "text/turtle")
    assert entry.title.zh == "水井"
    assert entry.keywords == ("water", "wells")
    assert (entry.publisher, entry.contact.name, entry.contact.email) == (
        "Water Works",
        "Desk",
        "desk@data.example",
    )
    assert entry.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert entry.spatial.bbox == (120, 28, 121, 29)
    assert str(entry.temporal.start) == "2020-01-01"
    assert [(one.url, one.format) for one in entry.files] == [("https://data.example/1.csv", "CSV")]
    assert (
        entry.fingerprint() == _only(TURTLE, "text/turtle").fingerprint()
    )  # blank nodes have no names that stay


def test_pages_by_hydra_and_by_header(elsewhere: Elsewhere, harvest: Harvester) -> None:
    def page(number: int, more: str) -> bytes:
        one = f'<https://data.example/d/{number}> a dcat:Dataset ; dct:title "Wells {number}" .'
        return f"{PREFIXES}<> a dcat:Catalog . {one} {more}".encode()

    turtle = "text/turtle"
    elsewhere.documents = {
        "/c.ttl": (turtle, page(1, f"<#p> hydra:next <{elsewhere.address}/c.ttl?page=2> .")),
        "/c.ttl?page=2": (turtle, page(2, "")),
        "/c.ttl?page=3": (turtle, page(3, "")),
    }
    elsewhere.links = {"/c.ttl?page=2": "/c.ttl?page=3"}
    run = harvest("dcat", "/c.ttl")
    assert (run.whole, run.counts["created"], run.counts["pages"]) == (True, 3, 3)
    assert harvest("dcat", "/c.ttl").counts["unchanged"] == 3
    first = Origin.objects.get(remote_id="https://data.example/d/1")
    assert dataset(first.dataset_id).state == "published"


def test_pages_in_a_circle_end(elsewhere: Elsewhere, harvest: Harvester) -> None:
    elsewhere.documents = {"/c.ttl": ("text/turtle", TURTLE.encode())}
    elsewhere.links = {"/c.ttl": "/c.ttl"}
    run = harvest("dcat", "/c.ttl")
    assert (run.stage, run.error and run.error["code"]) == ("failed", "federation.feed_unusable")


def test_a_dataset_without_a_name_is_told(elsewhere: Elsewhere, harvest: Harvester) -> None:
    body = (
        PREFIXES
        + '<> a dcat:Catalog . [] a dcat:Dataset ; dct:title "x" . <https://d.example/1> a dcat:Dataset .'
    )
    elsewhere.documents = {"/c.ttl": ("text/turtle", body.encode())}
    assert harvest("dcat", "/c.ttl").counts["failed"] == 2


_NESTED = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(20))
BOMB = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">{_NESTED}]><r>&z;</r>"""
LONG = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "{"a" * 100_000}">]><r>{"&a;" * 1000}</r>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>"""
FOREIGN = '{"@context": "http://169.254.169.254/context.jsonld", "@id": "x"}'
IMPORTED = '{"@context": {"@import": "http://169.254.169.254/c"}, "@id": "x"}'
HOSTILE = {
    "entity bomb": (BOMB, "application/rdf+xml"),
    "entity bomb in UTF-16": (
        BOMB.replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16"),
        "application/xml",
    ),
    "long entity": (LONG, "application/rdf+xml"),
    "outside document type": ('<!DOCTYPE r SYSTEM "http://10.0.0.1/x.dtd"><r/>', "application/rdf+xml"),
    "outside entity": (OUTSIDE, "application/rdf+xml"),
    "deep XML": ("<a>" * 5000 + "</a>" * 5000, "text/xml"),
    "broken XML": ("<rdf:RDF>", "application/rdf+xml"),
    "foreign context": (FOREIGN, "application/ld+json"),
    "foreign context inside": ('{"a": [{"@context": ["http://10.0.0.1/"]}]}', "application/ld+json"),
    "imported context": (IMPORTED, "application/ld+json"),
    "deep JSON": ("[" * 200 + "]" * 200, "application/ld+json"),
    "very deep JSON": ("[" * 100_000 + "]" * 100_000, "application/ld+json"),
    "JSON that is none": ("{", "application/ld+json"),
    "context that is none": ('{"@context": 7, "@id": 9, "@type": []}', "application/ld+json"),
    "deep Turtle": (PREFIXES + "<a> <b> " + "( " * 5000 + ") " * 5000 + ".", "text/turtle"),
    "broken Turtle": ("<a> <b> [ .", "text/turtle"),
    "not UTF-8": (b"\xff\xfe\x00<a>", "text/turtle"),
    "a page": ("<html><body>Sign in</body></html>", "text/html"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feeds_are_refused(name: str) -> None:
    body, kind = HOSTILE[name]
    content = body if isinstance(body, bytes) else body.encode()
    with pytest.raises(FeedUnusable):
        graph_of(Document("https://data.example/feed", content, kind, ""))


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["catalog.rdf", "dataset.rdf", "dataset_gov_de.rdf", "dataset_health.ttl"])
def test_real_feeds(real_data: Path, name: str) -> None:
    path = real_data / "08_metadata" / name
    kind = "text/turtle" if name.endswith("ttl") else "application/rdf+xml"
    graph = graph_of(Document(f"https://data.example/{name}", path.read_bytes(), kind, ""))
    found = [entry_of(graph, one) for one in graph.subjects(RDF.type, DCAT.Dataset)]
    assert found
    assert all(isinstance(one, RemoteEntry) and one.title.en and one.fingerprint() for one in found)


@pytest.mark.realdata
def test_a_real_feed_that_is_broken(real_data: Path) -> None:
    body = (real_data / "08_metadata" / "dataset.ttl").read_bytes()  # it uses a prefix that it never declares
    with pytest.raises(FeedUnusable):
        graph_of(Document("https://data.example/dataset.ttl", body, "text/turtle", ""))


@pytest.mark.realdata
def test_a_vocabulary_is_no_catalogue(real_data: Path) -> None:
    body = gzip.decompress((real_data / "08_metadata" / "dcat-ap_2.1.1.rdf.gz").read_bytes())
    graph = graph_of(Document("https://data.example/v.rdf", body, "application/rdf+xml", ""))
    assert not list(graph.subjects(RDF.type, DCAT.Dataset))
