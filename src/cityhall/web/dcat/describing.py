"""From the catalogue's shapes to DCAT-AP 3.0.1 nodes: what is mandatory always, what is recommended where it is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cityhall.catalog.queries import Dataset, Term
from cityhall.identity.queries import AgencyInfo
from cityhall.kernel.text import Text
from cityhall.web.dcat.graph import Iri, Literal, Node, Value

EU = "http://publications.europa.eu/resource/authority"
_ACCESS = {"unconditional": "PUBLIC", "restricted": "RESTRICTED", "forbidden": "NON_PUBLIC"}
FILE_TYPES = {
    "csv": "CSV",
    "csv_bom": "CSV",
    "xlsx": "XLSX",
    "json": "JSON",
    "ndjson": "JSON",  # the vocabulary has no word of its own for JSON lines
    "parquet": "PARQUET",
    "geojson": "GEOJSON",
}
# The 22 fields on the 13 themes of the European vocabulary; what has no counterpart says none.
THEMES = {
    "science": "TECH",
    "commerce": "ECON",
    "social_relief": "SOCI",
    "construction": "REGI",
    "education": "EDUC",
    "legal": "JUST",
    "daily_life": "SOCI",
    "weather": "ENVI",
    "geospatial": "REGI",
    "organisations": "GOVE",
    "resources": "ENER",
    "work_safety": "JUST",
    "finance": "ECON",
    "transport": "TRAN",
    "public_safety": "JUST",
    "health": "HEAL",
    "employment": "SOCI",
    "environment": "ENVI",
    "industry": "AGRI",
    "credit": "ECON",
    "market": "ECON",
}

Properties = list[tuple[str, Value]]


@dataclass(frozen=True, slots=True)
class Site:
    """Whose catalogue it is: public `address` without a trailing slash, title, description, publisher's name."""

    address: str
    title: Text
    description: Text
    publisher: Text


@dataclass(frozen=True, slots=True)
class Offered:
    """A downloadable form of a dataset: format code, media type, the file's bytes and SHA-256 (0 and empty when not made yet)."""

    format: str
    media_type: str
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A dataset as the reader may see it, with what is offered of it (nothing for what is not open).

    `licence` and `cycle` are the terms of the entry's codes; `changed` is when the entry or its data last did.
    """

    dataset: Dataset
    agency: AgencyInfo
    licence: Term | None
    cycle: Term | None
    offered: tuple[Offered, ...]
    changed: datetime


def catalogue_node(site: Site, entries: Sequence[Entry]) -> Node:
    """The dcat:Catalog with references to its datasets."""
    properties: Properties = [*_words("dct:title", site.title), *_words("dct:description", site.description)]
    properties.append(("dct:publisher", Iri(f"{site.address}/#publisher")))
    properties += [("dct:language", Iri(f"{EU}/language/{code}")) for code in ("ZHO", "ENG")]
    properties.append(("foaf:homepage", Iri(f"{site.address}/")))
    properties += [("dcat:dataset", _address(site, entry.dataset)) for entry in entries]
    return Node(Iri(f"{site.address}/#catalogue"), ("dcat:Catalog",), tuple(properties))


def publisher_node(site: Site) -> Node:
    """The foaf:Agent that publishes the catalogue itself."""
    return Node(
        Iri(f"{site.address}/#publisher"), ("foaf:Agent",), tuple(_words("foaf:name", site.publisher))
    )


def agency_node(site: Site, agency: AgencyInfo) -> Node:
    """The agency as foaf:Agent; its USCC is the identifier."""
    properties = [*_words("foaf:name", agency.name), ("dct:identifier", Literal(agency.uscc))]
    return Node(_agency(site, agency), ("foaf:Agent",), tuple(properties))


def dataset_nodes(site: Site, entry: Entry) -> Iterator[Node]:
    """The dcat:Dataset and its distributions."""
    yield Node(_address(site, entry.dataset), ("dcat:Dataset",), tuple(_dataset(site, entry)))
    for offered in entry.offered:
        yield _distribution(site, entry, offered)


def _dataset(site: Site, entry: Entry) -> Properties:
    dataset = entry.dataset
    described = dataset.abstract if dataset.abstract.zh or dataset.abstract.en else dataset.title
    properties: Properties = [
        *_words("dct:title", dataset.title),
        *_words("dct:description", described),
        ("dct:identifier", Literal(dataset.code)),
        ("dct:publisher", _agency(site, entry.agency)),
        ("dct:accessRights", Iri(f"{EU}/access-right/{_ACCESS[dataset.opening_class]}")),
        ("dcat:landingPage", Iri(_page(site, dataset))),
        ("dct:issued", _moment(dataset.published or dataset.created)),
        ("dct:modified", _moment(entry.changed)),
    ]
    properties += [("dcat:keyword", Literal(word, "zh")) for word in dataset.keywords]
    if theme := THEMES.get(dataset.field_code):
        properties.append(("dcat:theme", Iri(f"{EU}/data-theme/{theme}")))
    if entry.cycle and entry.cycle.uri:
        properties.append(("dct:accrualPeriodicity", Iri(entry.cycle.uri)))
    properties += _contact(dataset) + _coverage(dataset)
    return [
        *properties,
        *(("dcat:distribution", _form(site, dataset, one.format)) for one in entry.offered),
    ]


def _contact(dataset: Dataset) -> Properties:
    contact = dataset.contact
    if not (contact.name or contact.email):
        return []
    known: Properties = [("vcard:fn", Literal(contact.name or contact.email))]
    if contact.email:
        known.append(("vcard:hasEmail", Iri(f"mailto:{contact.email}")))
    return [("dcat:contactPoint", Node(None, ("vcard:Kind",), tuple(known)))]


def _coverage(dataset: Dataset) -> Properties:
    properties: Properties = []
    if box := dataset.spatial.bbox:
        west, south, east, north = box
        ring = f"(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
        shape = Literal(f"POLYGON{ring}", datatype="geo:wktLiteral")
        properties.append(("dct:spatial", Node(None, ("dct:Location",), (("dcat:bbox", shape),))))
    elif division := dataset.spatial.division or dataset.region:
        properties.append(
            ("dct:spatial", Node(None, ("dct:Location",), (("dct:identifier", Literal(division)),)))
        )
    period = dataset.temporal
    if period.start or period.end:
        ends = (("dcat:startDate", period.start), ("dcat:endDate", period.end))
        known = tuple((name, Literal(day.isoformat(), datatype="xsd:date")) for name, day in ends if day)
        properties.append(("dct:temporal", Node(None, ("dct:PeriodOfTime",), known)))
    return properties


def _distribution(site: Site, entry: Entry, offered: Offered) -> Node:
    dataset = entry.dataset
    address = f"{_page(site, dataset)}files/{offered.format}"
    properties: Properties = [
        ("dcat:accessURL", Iri(_page(site, dataset))),
        ("dcat:downloadURL", Iri(address)),
        ("dct:format", Iri(f"{EU}/file-type/{FILE_TYPES[offered.format]}")),
        *_words("dct:title", dataset.title),
        ("dcatap:availability", Iri(f"{EU}/planned-availability/STABLE")),
    ]
    media, _, _ = offered.media_type.partition(";")
    if "/x-" not in media:  # such a type is nobody's but the writer's; IANA does not list it
        properties.append(("dcat:mediaType", Iri(f"http://www.iana.org/assignments/media-types/{media}")))
    if entry.licence and entry.licence.uri:
        properties.append(("dct:license", Iri(entry.licence.uri)))
    if offered.bytes:
        properties.append(("dcat:byteSize", Literal(str(offered.bytes), datatype="xsd:nonNegativeInteger")))
    if offered.sha256:
        properties.append(("spdx:checksum", _checksum(offered.sha256)))
    return Node(_form(site, dataset, offered.format), ("dcat:Distribution",), tuple(properties))


def _checksum(sha256: str) -> Node:
    method = ("spdx:algorithm", Iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"))
    value = ("spdx:checksumValue", Literal(sha256, datatype="xsd:hexBinary"))
    return Node(None, ("spdx:Checksum",), (method, value))


def _words(name: str, text: Text) -> Properties:
    """Both languages, once when they are the same words."""
    if text.zh == text.en:
        return [(name, Literal(text.zh, "zh"))]
    return [(name, Literal(words, tag)) for tag, words in (("zh", text.zh), ("en", text.en)) if words]


def _moment(moment: datetime) -> Literal:
    return Literal(moment.isoformat(timespec="seconds"), datatype="xsd:dateTime")


def _agency(site: Site, agency: AgencyInfo) -> Iri:
    return Iri(f"{site.address}/agencies/{agency.id}/#agency")


def _address(site: Site, dataset: Dataset) -> Iri:
    return Iri(f"{_page(site, dataset)}#dataset")


def _form(site: Site, dataset: Dataset, format_code: str) -> Iri:
    return Iri(f"{_page(site, dataset)}#{format_code}")


def _page(site: Site, dataset: Dataset) -> str:
    return f"{site.address}/datasets/{dataset.id}/"
