"""RDF/XML (RDF 1.1 XML Syntax, W3C 2014), one node after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from cityhall.web.dcat.graph import PREFIXES, Iri, Literal, Node, Value, expand

# A parser turns a bare carriage return into a line feed.
_KEPT = {"\r": "&#13;"}


def rdfxml(nodes: Iterable[Node]) -> Iterator[str]:
    """The document in pieces."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in PREFIXES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {spaces}>\n'
    for node in nodes:
        yield _element(node) + "\n"
    yield "</rdf:RDF>\n"


def _element(node: Node) -> str:
    name = node.types[0] if node.types else "rdf:Description"
    about = f" rdf:about={quoteattr(node.iri.value)}" if node.iri else ""
    more = "".join(f'<rdf:type rdf:resource="{expand(kind)}"/>' for kind in node.types[1:])
    inner = "".join(_property(predicate, value) for predicate, value in node.properties)
    return f"<{name}{about}>{more}{inner}</{name}>"


def _property(name: str, value: Value) -> str:
    if isinstance(value, Iri):
        return f"<{name} rdf:resource={quoteattr(value.value)}/>"
    if isinstance(value, Literal):
        kind = f' xml:lang="{value.language}"' if value.language else ""
        if value.datatype:
            kind = f' rdf:datatype="{expand(value.datatype)}"'
        return f"<{name}{kind}>{escape(value.value, _KEPT)}</{name}>"
    return f"<{name}>{_element(value)}</{name}>"
