"""JSON-LD 1.1 (W3C 2020) with a context of prefixes only, so that any reader can follow it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from cityhall.web.dcat.graph import PREFIXES, Iri, Literal, Node, Value


def jsonld(nodes: Iterable[Node]) -> Iterator[str]:
    """The document in pieces."""
    yield f'{{"@context": {json.dumps(PREFIXES)}, "@graph": ['
    for number, node in enumerate(nodes):
        yield ("," if number else "") + "\n" + json.dumps(_object(node), ensure_ascii=False)
    yield "\n]}\n"


def _object(node: Node) -> dict[str, Any]:
    described: dict[str, Any] = {"@id": node.iri.value} if node.iri else {}
    if node.types:
        described["@type"] = list(node.types)
    for name, value in node.properties:
        described.setdefault(name, []).append(_value(value))
    return described


def _value(value: Value) -> Any:
    if isinstance(value, Iri):
        return {"@id": value.value}
    if isinstance(value, Node):
        return _object(value)
    return _literal(value)


def _literal(literal: Literal) -> dict[str, str]:
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    if literal.datatype:
        return {"@value": literal.value, "@type": literal.datatype}
    return {"@value": literal.value}
