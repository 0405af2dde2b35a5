"""Linked data read with care: no entity is expanded, no address in it is fetched, nothing nests without end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from rdflib import Graph
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax

from cityhall.collection.queries import Document
from cityhall.federation.errors import FeedUnusable
from cityhall.federation.feeds.fetching import as_json

ACCEPT: Final = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, */*;q=0.1"
DEEPEST_XML: Final = 100
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
    body: Any = document.body
    if form == "json-ld":
        body = json.dumps(_without_foreign_contexts(as_json(document), document.url))
    try:
        return Graph().parse(data=body, format=form, publicID=document.url)
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
    """Refuse document types, and so every entity, and what nests too deep, before anything else reads it."""
    depth = 0

    def refuse(*_: Any) -> None:
        raise FeedUnusable(address=document.url, why="it declares a document type or entities")

    def opened(*_: Any) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST_XML:
            raise FeedUnusable(address=document.url, why=f"it is nested deeper than {DEEPEST_XML}")

    def closed(*_: Any) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
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
