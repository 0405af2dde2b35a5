"""RDF/XML (RDF 1.1 XML Syntax, W3C 2014), one node after another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from cityhall.web.dcat.graph import PREFIXES, Iri, Literal, Node, Value, expand

# XML 1.0 cannot hold these even when escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def rdfxml(nodes: Iterable[Node]) -> Iterator[str]:
    """The document in pieces."""
    spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in PREFIXES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {spaces}>\n'
    for node in nodes:
        yield _element(node) + "\n"
    yield "</rdf:RDF>\n"


def _element(node: Node) -> str:
    name = node.types[0] if node.types else "rdf:Description"
    about = f" rdf:about={_attribute(node.iri)}" if node.iri else ""
    more = "".join(f'<rdf:type rdf:resource="{expand(kind)}"/>' for kind in node.types[1:])
    inner = "".join(_property(predicate, value) for predicate, value in node.properties)
    return f"<{name}{about}>{more}{inner}</{name}>"


def _property(name: str, value: Value) -> str:
    if isinstance(value, Iri):
        return f"<{name} rdf:resource={_attribute(value.value)}/>"
    if isinstance(value, Literal):
        kind = f' xml:lang="{value.language}"' if value.language else ""
        if value.datatype:
            kind = f' rdf:datatype="{expand(value.datatype)}"'
        return f"<{name}{kind}>{escape(_FORBIDDEN.sub('', value.value))}</{name}>"
    return f"<{name}>{_element(value)}</{name}>"


def _attribute(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("", value))
