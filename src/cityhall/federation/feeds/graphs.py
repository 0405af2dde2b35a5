"""Linked data read with care: no entity is expanded, no address in it is fetched, nothing nests without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from rdflib import Graph
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.plugins.parsers.notation3 import BadSyntax

from cityhall.collection.queries import Document
from cityhall.federation.errors import FeedUnusable
from cityhall.federation.feeds.fetching import as_json

ACCEPT: Final = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, */*;q=0.1"
DEEPEST_XML: Final = 100
MOST_ENTITIES, LONGEST_ENTITY, MOST_BYTES_WITH_ENTITIES = 100, 150, 2_000_000
STORE: Final = "SimpleMemory"
"""A store without named graphs: faster, and all that a catalogue needs."""
_FORMS: Final = {
    "text/turtle": "turtle", "application/x-turtle": "turtle", "text/n3": "turtle",
    "application/n-triples": "nt", "application/rdf+xml": "xml", "application/xml": "xml", "text/xml": "xml",
    "application/ld+json": "json-ld", "application/json": "json-ld",
}  # fmt: skip
_ENDINGS: Final = {
    "ttl": "turtle",
    "n3": "turtle",
    "nt": "nt",
    "rdf": "xml",
    "xml": "xml",
    "jsonld": "json-ld",
    "json": "json-ld",
}


def graph_of(document: Document) -> Graph:
    """The graph of a document in Turtle, N-Triples, RDF/XML or JSON-LD. Errors: `FeedUnusable`."""
    form = _form(document)
    if form == "xml":
        _check_xml(document)
    graph = Graph(store=STORE)
    try:
        if form == "json-ld":
            to_rdf(_without_foreign_contexts(as_json(document), document.url), graph, base=document.url)
            return graph
        return graph.parse(data=document.body, format=form, publicID=document.url)
    except RecursionError as error:
        raise FeedUnusable(address=document.url, why="it is nested too deep") from error
    except (
        BadSyntax,
        ParserError,
        SyntaxError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        AssertionError,
    ) as error:
        raise FeedUnusable(address=document.url, why=f"it is not {form}") from error


def _form(document: Document) -> str:
    if known := _FORMS.get(document.media_type):
        return known
    ending = document.url.partition("?")[0].rpartition(".")[2].lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    raise FeedUnusable(
        address=document.url, why=f"{document.media_type or 'no media type'} is not linked data"
    )


def _check_xml(document: Document) -> None:
    """Refuse what nests too deep, and every entity but short plain ones inside a small document (old vocabularies
    shorten their namespaces so), before anything else reads it.
    """
    depth = entities = 0

    def refuse(why: str) -> None:
        raise FeedUnusable(address=document.url, why=why)

    def document_type(_name: str, system: str | None, public: str | None, _inside: bool) -> None:
        if system or public or len(document.body) > MOST_BYTES_WITH_ENTITIES:
            refuse("it declares a document type that lies elsewhere, or is too large to declare one")

    def entity(_name: str, _is_parameter: bool, value: str | None, *_: Any) -> None:
        nonlocal entities
        entities += 1
        if value is None or "&" in value or len(value) > LONGEST_ENTITY or entities > MOST_ENTITIES:
            refuse("it declares entities that are not short and plain")

    def opened(*_: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST_XML:
            refuse(f"it is nested deeper than {DEEPEST_XML}")

    def closed(*_: Any) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = document_type
    parser.EntityDeclHandler = entity
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    try:
        parser.Parse(document.body, True)
    except expat.ExpatError as error:
        raise FeedUnusable(address=document.url, why=f"it is not XML (line {error.lineno})") from error


def _without_foreign_contexts(value: Any, url: str) -> Any:
    """JSON-LD whose contexts are all inside it; one that would have to be fetched is refused."""
    for context in _contexts(value):
        for one in context if isinstance(context, list) else [context]:
            if isinstance(one, str) or (isinstance(one, dict) and "@import" in one):
                raise FeedUnusable(address=url, why="its @context lies elsewhere and is not fetched")
    return value


def _contexts(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "@context" in one:
                yield one["@context"]
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
