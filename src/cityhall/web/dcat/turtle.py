"""Turtle (RDF 1.1 Turtle, W3C 2014), one node after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from cityhall.web.dcat.graph import PREFIXES, Iri, Literal, Node, Value

_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def turtle(nodes: Iterable[Node]) -> Iterator[str]:
    """The document in pieces: the prefixes, then each node."""
    yield "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    for node in nodes:
        yield f"\n{_value(node.iri, 0) if node.iri else '[]'} {_body(node, 1)} .\n"


def _body(node: Node, depth: int) -> str:
    indent = "\n" + "    " * depth
    parts = [f"a {', '.join(node.types)}"] if node.types else []
    for name, values in groupby(node.properties, key=lambda pair: pair[0]):
        parts.append(f"{name} {', '.join(_value(value, depth) for _, value in values)}")
    return f" ;{indent}".join(parts)


def _value(value: Value, depth: int) -> str:
    if isinstance(value, Iri):
        return f"<{value.value}>"
    if isinstance(value, Literal):
        text = f'"{value.value.translate(_ESCAPES)}"'
        if value.language:
            return f"{text}@{value.language}"
        return f"{text}^^{value.datatype}" if value.datatype else text
    return f"[ {_body(value, depth + 1)} ]"
