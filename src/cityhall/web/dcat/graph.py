"""The few shapes RDF needs here: nodes with types and properties; values are nodes, references or literals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix -> namespace, for all names used in the graph."""

# What XML 1.0 cannot hold, even escaped. No form carries it, so that all forms say the same.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What an address may not hold (RFC 3987, and IRIREF of RDF 1.1 Turtle).
_NOT_IN_ADDRESS = re.compile(r'[\x00-\x20\x7f-\xa0<>"{}|\\^`\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]')


@dataclass(frozen=True, slots=True)
class Iri:
    """A reference to something described elsewhere; what an address may not hold is percent-encoded."""

    value: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _NOT_IN_ADDRESS.sub(_encoded, self.value))


@dataclass(frozen=True, slots=True)
class Literal:
    """A text with its language, or a value with its datatype as a prefixed name; without the characters that
    XML cannot hold."""

    value: str
    language: str = ""
    datatype: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _UNWRITABLE.sub("", self.value))


@dataclass(frozen=True, slots=True)
class Node:
    """A described thing. `iri` None means a blank node; only blank nodes stand inside others. Types and names of
    properties are prefixed names (`dct:title`)."""

    iri: Iri | None
    types: tuple[str, ...]
    properties: tuple[tuple[str, Value], ...]


Value = Iri | Literal | Node


def expand(name: str) -> str:
    """The full address of a prefixed name."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")
