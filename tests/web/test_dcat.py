"""The catalogue as linked data: three forms of one graph, the shapes of DCAT-AP 3, and nothing that is not open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import yaml
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import DCAT, DCTERMS, RDF, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from tests.web.city import City, parks_overrides

from cityhall.catalog.actions import publish, withdraw
from cityhall.catalog.queries import (
    Contact,
    Dataset,
    Item,
    Opening,
    Sharing,
    Spatial,
    Temporal,
    Term,
    dataset,
)
from cityhall.collection.actions import publish_file
from cityhall.identity.queries import AgencyInfo
from cityhall.kernel.text import Text
from cityhall.opening.actions import write_export
from cityhall.opening.queries import FORMATS
from cityhall.web.dcat.describing import (
    FILE_TYPES,
    THEMES,
    Entry,
    Offered,
    Site,
    agency_node,
    catalogue_node,
    dataset_nodes,
    publisher_node,
)
from cityhall.web.dcat.graph import Iri, Literal, Node
from cityhall.web.dcat.jsonld import jsonld
from cityhall.web.dcat.rdfxml import rdfxml
from cityhall.web.dcat.turtle import turtle
from cityhall.web.pages import linked_data

# rdflib's own reader of JSON-LD uses a class that rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
WRITERS = {"ttl": turtle, "rdf": rdfxml, "jsonld": jsonld}
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SHAPES = Graph().parse(Path(__file__).parent / "dcat_ap_3.ttl")
FIELDS = Path(linked_data.__file__).parents[2] / "catalog" / "vocabulary" / "fields.yaml"
SITE = Site(
    "https://data.city.example",
    Text(en="Data", zh="数据"),
    Text(en="All", zh="全部"),
    Text(en="City", zh="市"),
)


# ---- the graph in three forms ----


def _parsed(nodes: Iterable[Node]) -> dict[str, Graph]:
    kept = list(nodes)
    return {form: Graph().parse(data="".join(WRITERS[form](kept)), format=FORMS[form]) for form in FORMS}


def _same(graphs: dict[str, Graph]) -> Graph:
    first, *others = graphs.values()
    assert len(first)
    for other in others:
        assert isomorphic(first, other)
    return first


NEW_DATA = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def _sample(**changes: Any) -> Dataset:
    day = datetime(2025, 3, 5, 8, 30, tzinfo=UTC)
    item = Item(name="编号", opening=Opening("unconditional"), sharing=Sharing("unconditional"))
    made = Dataset(
        id="ds_1", code="parks", title=Text(en="Parks", zh="公园"), abstract=Text(en="", zh="名录"),
        agency_id="agy_1", items=(item,), field_code="environment", keywords=("公园", "绿地"),
        contact=Contact("数据科", "data@city.example", ""), spatial=Spatial(bbox=(120.1, 27.5, 121.0, 28.25)),
        temporal=Temporal(date(2020, 1, 1), None), state="published", revision=1, rules_version=0, level=1,
        sharing_class="unconditional", opening_class="unconditional", created=day, modified=day, published=day,
    )  # fmt: skip
    return replace(made, **changes)


def _nodes(site: Site = SITE, **changes: Any) -> list[Node]:
    agency = AgencyInfo(
        "agy_1", "11330300MB2000012X", Text(en="Parks Bureau", zh="园林局"), "municipal_unit", "", {}
    )
    cycle = Term(
        "yearly",
        Text(en="Yearly", zh="每年"),
        "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
    )
    offered = tuple(Offered(one.code, one.media_type, 12, "ab" * 32) for one in FORMATS.values())
    entry = Entry(_sample(**changes), agency, None, cycle, offered, NEW_DATA)
    agents = [publisher_node(site), agency_node(site, agency)]
    return [catalogue_node(site, [entry]), *agents, *dataset_nodes(site, entry)]


def test_new_data_moves_the_date_of_change() -> None:
    graph = _same(_parsed(_nodes()))
    (told,) = set(graph.objects(None, DCTERMS.modified))
    assert told.toPython() == NEW_DATA


def test_three_forms_say_the_same() -> None:
    graph = _same(_parsed(_nodes()))
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == len(FORMATS)


HARD = (
    '"', '\\"', "'''", '"""', "]]>", "<b>&amp;", "a\r\nb", "\x00\x07\x1b", "\x7f\x85\u2028", "\ufffe",
    "城市公园“名录”", "\\u0041", " x ",
)  # fmt: skip
ANY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40) | st.sampled_from(HARD)


@given(title=ANY, keywords=st.lists(ANY, max_size=3), person=ANY)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_survive_in_every_form(title: str, keywords: list[str], person: str) -> None:
    contact = Contact(person, f"{person}@city.example", "")
    graph = _same(_parsed(_nodes(title=Text(en="", zh=title), keywords=tuple(keywords), contact=contact)))
    dataset_address = URIRef(f"{SITE.address}/datasets/ds_1/#dataset")
    writable = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", title)
    assert str(graph.value(dataset_address, DCTERMS.title)) == writable


@given(tail=ANY)
@settings(max_examples=60, deadline=None)
def test_no_address_breaks_out_of_its_place(tail: str) -> None:
    node = Node(Iri(f"https://a.example/{tail}"), ("foaf:Agent",), (("foaf:page", Iri(f"urn:x:{tail}>")),))
    graph = _same(_parsed([node]))
    assert len(graph) == 2


def test_nodes_without_address_and_of_two_types() -> None:
    inner = Node(None, (), (("rdfs:label", Literal("x", "en")),))
    graph = _same(_parsed([Node(None, ("foaf:Agent", "vcard:Kind"), (("dct:relation", inner),))]))
    assert len(graph) == 4


# ---- vocabularies ----


def test_every_theme_is_of_a_field_and_every_field_but_other_has_one() -> None:
    fields = {one["code"] for one in yaml.safe_load(FIELDS.read_text(encoding="utf-8"))}
    assert set(THEMES) == fields - {"other"}


def test_every_format_has_a_file_type() -> None:
    assert set(FILE_TYPES) == set(FORMATS)


# ---- the shapes of DCAT-AP ----


def _problems(graph: Graph) -> str:
    conforms, _, words = pyshacl.validate(graph, shacl_graph=SHAPES, advanced=False)
    return "" if conforms else str(words)


def test_what_is_written_has_the_shapes() -> None:
    assert not _problems(_same(_parsed(_nodes())))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (DCAT.Catalog, DCTERMS.title),
        (DCAT.Catalog, DCTERMS.description),
        (DCAT.Catalog, DCTERMS.publisher),
        (DCAT.Dataset, DCTERMS.title),
        (DCAT.Dataset, DCTERMS.description),
        (DCAT.Distribution, DCAT.accessURL),
        (FOAF.Agent, FOAF.name),
        (SPDX.Checksum, SPDX.algorithm),
    ],
)
def test_the_shapes_miss_what_is_mandatory(kind: URIRef, name: URIRef) -> None:
    graph = _parsed(_nodes())["ttl"]
    assert list(graph.subjects(RDF.type, kind))
    for subject in list(graph.subjects(RDF.type, kind)):
        graph.remove((subject, name, None))
    assert "MinCount" in _problems(graph)


def test_the_shapes_refuse_a_word_outside_its_vocabulary_and_two_of_one() -> None:
    graph = _parsed(_nodes())["ttl"]
    subject = next(graph.subjects(RDF.type, DCAT.Dataset))
    graph.add((subject, DCTERMS.accessRights, URIRef("https://elsewhere.example/PUBLIC")))
    told = _problems(graph)
    assert "Pattern" in told
    assert "MaxCount" in told


# ---- over HTTP ----


@pytest.fixture(scope="module")
def open_parks(city: City, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> str:
    """A published dataset of which everything is open."""
    path = tmp_path_factory.mktemp("open") / "benches.csv"
    path.write_text("座椅编号,材质\nB1,木\nB2,石\n", encoding="utf-8")
    with django_db_blocker.unblock():
        told = parks_overrides(city.agency, code="benches")
        items = {
            name: {"opening": "unconditional", "sharing": "unconditional", "level": 1}
            for name in ("座椅编号", "材质")
        }
        told = replace(
            told, items=items, key=("座椅编号",), title={"zh": "座椅", "en": "Benches"}, name="benches.csv"
        )
        made = publish_file(city.actors["owner"], path, told).tables[0].dataset_id
        if dataset(made).state != "published":
            publish(city.actors["owner"], made)
    return made


def _pages(client: Client, form: str) -> Iterator[tuple[str, Graph]]:
    address = f"/catalogue.{form}"
    while address:
        response = client.get(address)
        assert response.status_code == 200
        body = response.content.decode()
        yield body, Graph().parse(data=body, format=FORMS[form])
        following = re.search(r'<https?://[^/]+([^>]+)>; rel="next"', response.headers.get("Link", ""))
        address = following[1] if following else ""


def _harvested(client: Client, form: str) -> Graph:
    whole = Graph()
    for _, graph in _pages(client, form):
        whole += graph
    return whole


@pytest.mark.django_db
def test_all_pages_together_are_the_published_catalogue(
    visit: Any, city: City, open_parks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked_data, "PAGE_SIZE", 1)
    client = visit("anonymous")
    assert len(list(_pages(client, "ttl"))) == 2
    graph = _same({form: _harvested(client, form) for form in FORMS})
    found = {str(one) for one in graph.subjects(RDF.type, DCAT.Dataset)}
    assert {re.search("/datasets/([^/]+)/", one)[1] for one in found} == {city.parks, open_parks}  # type: ignore[index]
    assert {str(one) for one in graph.objects(None, DCAT.dataset)} == found
    assert not _problems(graph)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "other", "owner", "operator"])
def test_drafts_are_never_harvested(visit: Any, city: City, role: str) -> None:
    client = visit(role)
    assert all(city.draft not in body for form in FORMS for body, _ in _pages(client, form))
    assert client.get(f"/datasets/{city.draft}/dcat.ttl").status_code == 404


@pytest.mark.django_db
def test_a_restricted_dataset_is_an_entry_without_files(visit: Any, city: City) -> None:
    graph = Graph().parse(
        data=visit("anonymous").get(f"/datasets/{city.parks}/dcat.ttl").content, format="turtle"
    )
    rights = [str(one).rpartition("/")[2] for one in graph.objects(None, DCTERMS.accessRights)]
    assert rights == ["RESTRICTED"]
    assert not list(graph.objects(None, DCAT.downloadURL))


@pytest.mark.django_db
def test_every_address_of_an_open_dataset_answers(visit: Any, city: City, open_parks: str) -> None:
    client = visit("anonymous")
    for form in FORMS:
        response = client.get(f"/datasets/{open_parks}/dcat.{form}")
        assert response.headers["Content-Type"].startswith(linked_data.FORMS[form][0])
    graph = Graph().parse(data=client.get(f"/datasets/{open_parks}/dcat.ttl").content, format="turtle")
    assert not _problems(graph)
    addresses = {
        str(one)
        for name in (DCAT.downloadURL, DCAT.accessURL, DCAT.landingPage)
        for one in graph.objects(None, name)
    }
    agents = {str(one).partition("#")[0] for one in graph.subjects(RDF.type, FOAF.Agent)}
    assert len(addresses) == len(FORMATS) - 1 + 1, "every format but GeoJSON, and the page"
    for address in addresses | agents:
        path = re.sub("^https?://[^/]+", "", address)
        assert client.get(path).status_code in ({202} if "/files/" in path else {200}), path


@pytest.mark.django_db
def test_a_file_is_announced_until_it_is_written_then_described(
    visit: Any, city: City, open_parks: str
) -> None:
    client = visit("anonymous")
    asked = client.get(f"/datasets/{open_parks}/files/csv")
    assert asked.status_code == 202
    assert int(asked.headers["Retry-After"]) > 0
    write_export(re.search(r"exp_\w+", asked.content.decode())[0])  # type: ignore[index]
    ready = client.get(f"/datasets/{open_parks}/files/csv")
    assert ready.status_code == 302
    body = b"".join(client.get(ready.headers["Location"]).streaming_content)  # type: ignore[attr-defined]
    assert "石" in body.decode()
    graph = Graph().parse(data=client.get(f"/datasets/{open_parks}/dcat.ttl").content, format="turtle")
    assert [int(one) for one in graph.objects(None, DCAT.byteSize)] == [len(body)]  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_was_withdrawn_is_no_longer_described(visit: Any, city: City, open_parks: str) -> None:
    withdraw(city.actors["owner"], open_parks, "改版")
    client = visit("anonymous")
    assert client.get(f"/datasets/{open_parks}/dcat.ttl").status_code == 404
    assert all(open_parks not in body for body, _ in _pages(client, "ttl"))
    assert client.get(f"/datasets/{open_parks}/files/csv").status_code == 302, "sent to sign in"


@pytest.mark.django_db
def test_a_key_opens_its_owners_files_and_no_draft_to_others(visit: Any, city: City) -> None:
    address = f"/datasets/{city.draft}/files/csv"
    answers = {
        role: visit("anonymous").get(address, headers={"authorization": f"Bearer {city.keys[role]}"})
        for role in ("owner", "other")
    }
    assert {role: answer.status_code for role, answer in answers.items()} == {"owner": 202, "other": 404}


@pytest.mark.django_db
def test_a_bad_key_is_refused_not_sent_to_sign_in(visit: Any) -> None:
    assert visit("expired").get("/catalogue.ttl").status_code in (401, 403)


@pytest.mark.django_db
def test_the_guide_tells_the_size_of_a_page(visit: Any) -> None:
    assert f"每页 {linked_data.PAGE_SIZE} 个数据集" in visit("anonymous").get("/api/").content.decode()


@pytest.mark.django_db
def test_nobody_gets_the_file_of_what_is_not_open(visit: Any, city: City) -> None:
    assert visit("anonymous").get(f"/datasets/{city.draft}/files/csv").status_code == 404
    assert visit("anonymous").get(f"/datasets/{city.parks}/files/exe").status_code == 422


@pytest.mark.django_db
def test_the_page_names_its_other_forms(visit: Any, city: City) -> None:
    page = visit("anonymous").get(f"/datasets/{city.parks}/").content.decode()
    found = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', page)
    assert {kind for kind, _ in found} == {media for media, _ in linked_data.FORMS.values()}
    assert all(visit("anonymous").get(address).status_code == 200 for _, address in found)
    assert 'rel="alternate"' not in visit("owner").get(f"/datasets/{city.draft}/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/catalogue.exe", "/catalogue.ttl?page=2", "/catalogue.ttl?page=after"])
def test_an_address_that_means_nothing_is_refused(visit: Any, address: str) -> None:
    assert visit("anonymous").get(address).status_code in (404, 422)


@pytest.mark.parametrize(
    ("setting", "zh", "en"),
    [("某市数据局|Data Bureau", "某市数据局", "Data Bureau"), ("某市数据局", "某市数据局", "某市数据局")],
)
def test_the_catalogue_names_who_publishes_it(
    visit: Any, settings: Any, setting: str, zh: str, en: str
) -> None:
    settings.CITYHALL_PUBLISHER = setting
    graph = Graph().parse(data=visit("anonymous").get("/catalogue.ttl").content, format="turtle")
    (publisher,) = set(graph.objects(graph.value(None, RDF.type, DCAT.Catalog), DCTERMS.publisher))
    assert {str(name) for name in graph.objects(publisher, FOAF.name)} == {zh, en}
