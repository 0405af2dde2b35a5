"""A DCAT feed in any form of linked data, paged by hydra or by `Link` headers: each dcat:Dataset an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rdflib import DCTERMS, FOAF, RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from cityhall.catalog.queries import Contact, Spatial, Temporal
from cityhall.federation.errors import EntryUnusable, FeedUnusable
from cityhall.federation.feeds import words
from cityhall.federation.feeds.fetching import Fetching
from cityhall.federation.feeds.graphs import ACCEPT, graph_of
from cityhall.federation.shapes import BrokenEntry, RemoteEntry, RemoteFile
from cityhall.kernel.text import Text

DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
SCHEMA: Final = Namespace("http://schema.org/")
MOST_FILES: Final = 1000


def entries(url: str, fetching: Fetching) -> Iterator[RemoteEntry | BrokenEntry]:
    """The datasets of the feed at `url`, page by page. Errors: `FeedUnusable`."""
    seen: set[str] = set()
    visited: set[str] = set()
    following = url
    while following:
        if following in visited:
            raise FeedUnusable(address=url, why="its pages lead in a circle")
        visited.add(following)
        document = fetching.document(following, ACCEPT)
        graph = graph_of(document)
        subjects = list(graph.subjects(RDF.type, DCAT.Dataset))
        if not subjects and not list(graph.subjects(RDF.type, DCAT.Catalog)) and following == url:
            raise FeedUnusable(address=url, why="it holds neither a dcat:Catalog nor a dcat:Dataset")
        before = len(seen)
        for subject in sorted(subjects, key=str):
            entry = entry_of(graph, subject)
            if entry.id not in seen:
                seen.add(entry.id)
                yield entry
        fetching.told(url, len(seen) - before)
        following = document.following or _next(graph)


def _next(graph: Graph) -> str:
    """The address of the next page, as hydra says it (the old and the new name)."""
    for name in (HYDRA.next, HYDRA.nextPage):
        for found in graph.objects(None, name):
            return str(found)
    return ""


def entry_of(graph: Graph, subject: Node) -> RemoteEntry | BrokenEntry:
    """A dcat:Dataset as an entry; broken without a name that stays or without a title."""
    identifier = str(graph.value(subject, DCTERMS.identifier) or "")
    named = str(subject) if isinstance(subject, URIRef) else identifier
    try:
        return _entry(graph, subject, named)
    except EntryUnusable as error:
        return BrokenEntry(named[:500] or "?", str(error.facts["why"]))


def _entry(graph: Graph, subject: Node, named: str) -> RemoteEntry:
    if not named:
        raise EntryUnusable(why="it has neither an address nor a dct:identifier")
    title = _text(graph, subject, DCTERMS.title)
    if not title.en:
        raise EntryUnusable(why="it has no dct:title")
    forms = list(graph.objects(subject, DCAT.distribution))[:MOST_FILES]
    page = words.address(str(graph.value(subject, DCAT.landingPage) or "")) or words.address(named)
    return RemoteEntry(
        id=named,
        title=title,
        abstract=_text(graph, subject, DCTERMS.description, "abstract"),
        address=page,
        licence=_licence(graph, [subject, *forms]),
        publisher=_agent(graph, subject),
        closed=_closed(graph, subject),
        keywords=words.keywords(sorted(str(one) for one in graph.objects(subject, DCAT.keyword))),
        contact=_contact(graph, subject),
        cycle=words.cycle_code(str(graph.value(subject, DCTERMS.accrualPeriodicity) or "")),
        spatial=_spatial(graph, subject),
        temporal=_temporal(graph, subject),
        files=tuple(sorted(_files(graph, subject, forms), key=lambda one: (one.url, one.format, one.title))),
    )


def _text(graph: Graph, subject: Node, name: URIRef, what: str = "title") -> Text:
    by_tag: dict[str, str] = {}
    for one in sorted(graph.objects(subject, name), key=str):
        if isinstance(one, Literal):
            by_tag.setdefault((one.language or "").lower(), words.clean(str(one), what))
    return words.both(by_tag)


def _label(graph: Graph, node: Node | None) -> str:
    """What a node is called: its address, its text, or its label."""
    if node is None or isinstance(node, URIRef | Literal):
        return str(node or "")
    names = (
        DCTERMS.title,
        URIRef("http://www.w3.org/2000/01/rdf-schema#label"),
        RDF.value,
        DCTERMS.identifier,
    )
    return next((str(found) for name in names if (found := graph.value(node, name)) is not None), "")


def _licence(graph: Graph, nodes: list[Node]) -> str:
    names = (DCTERMS.license, DCTERMS.rights)
    for name in names:
        found = sorted({_label(graph, one) for node in nodes for one in graph.objects(node, name)} - {""})
        if found:
            return words.clean(found[0])
    return ""


def _agent(graph: Graph, subject: Node) -> str:
    agents = graph.objects(subject, DCTERMS.publisher)
    names = {_text(graph, agent, FOAF.name).zh or words.clean(_label(graph, agent)) for agent in agents}
    return min(names - {""}, default="")


def _closed(graph: Graph, subject: Node) -> str:
    rights = str(graph.value(subject, DCTERMS.accessRights) or "").rpartition("/")[2].upper()
    return "forbidden" if rights in ("NON_PUBLIC", "CONFIDENTIAL", "SENSITIVE") else ""


def _contact(graph: Graph, subject: Node) -> Contact:
    found = []
    for point in graph.objects(subject, DCAT.contactPoint):
        email = str(graph.value(point, VCARD.hasEmail) or graph.value(point, VCARD.email) or "")
        name = str(graph.value(point, VCARD.fn) or graph.value(point, VCARD["organization-name"]) or "")
        found.append((words.clean(name), words.clean(email.removeprefix("mailto:"))))
    name, email = min(found, default=("", ""))
    return Contact(name=name, email=email)


def _spatial(graph: Graph, subject: Node) -> Spatial:
    names = (DCAT.bbox, URIRef("http://www.w3.org/ns/locn#geometry"))
    places = graph.objects(subject, DCTERMS.spatial)
    shapes = sorted(str(one) for place in places for name in names for one in graph.objects(place, name))
    boxes = (words.box(shape.partition(">")[2] or shape) for shape in shapes)
    return Spatial(bbox=next((one for one in boxes if one), None))


def _temporal(graph: Graph, subject: Node) -> Temporal:
    found = []
    for period in graph.objects(subject, DCTERMS.temporal):
        start = graph.value(period, DCAT.startDate) or graph.value(period, SCHEMA.startDate)
        end = graph.value(period, DCAT.endDate) or graph.value(period, SCHEMA.endDate)
        found.append((str(start or ""), str(end or "")))
    start_, end_ = min(found, default=("", ""))
    return Temporal(words.day(start_), words.day(end_))


def _files(graph: Graph, subject: Node, forms: list[Node]) -> Iterator[RemoteFile]:
    for form in forms:
        url = words.address(
            str(graph.value(form, DCAT.downloadURL) or graph.value(form, DCAT.accessURL) or "")
        )
        kind = _label(graph, graph.value(form, DCTERMS.format)) or _label(
            graph, graph.value(form, DCAT.mediaType)
        )
        if url:
            yield RemoteFile(
                url=url,
                format=words.file_format(kind, url),
                title=_text(graph, form, DCTERMS.title).zh,
                stamp=_stamp(graph, subject, form),
            )


def _stamp(graph: Graph, subject: Node, form: Node) -> str:
    """When the file changed, or else its dataset; what it holds only where no time is told, for a checksum may appear
    once somebody has asked for the file.
    """
    checksum = graph.value(form, SPDX.checksum)
    held = graph.value(checksum, SPDX.checksumValue) if isinstance(checksum, BNode | URIRef) else None
    told = graph.value(form, DCTERMS.modified) or graph.value(form, DCTERMS.issued)
    return str(told or graph.value(subject, DCTERMS.modified) or held or "")
