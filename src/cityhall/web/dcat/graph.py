"""The few shapes RDF needs here: nodes with types and properties; values are nodes, references or literals."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Iri:
    """A reference to something described elsewhere."""

    value: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text with its language, or a value with its datatype as a prefixed name."""

    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A described thing. `iri` empty means a blank node; only blank nodes stand inside others. Types and names of
    properties are prefixed names (`dct:title`)."""

    iri: str
    types: tuple[str, ...]
    properties: tuple[tuple[str, Value], ...]


Value = Iri | Literal | Node


def expand(name: str) -> str:
    """The full address of a prefixed name."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
