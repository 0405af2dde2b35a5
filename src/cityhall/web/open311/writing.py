"""One answer in both forms: XML as the specification has it, JSON by its Spark convention (a list is an array)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

import orjson

XML: Final = "text/xml; charset=utf-8"
JSON: Final = "application/json; charset=utf-8"
FORMS: Final = ("json", "xml")
# The element inside each list.
INSIDE: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
# What XML 1.0 cannot hold, not even escaped.
_UNSPEAKABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def written(form: str, root: str, body: Any) -> tuple[bytes, str]:
    """The body (a list for a root with elements inside, else a mapping) and its media type."""
    if form == "json":
        return orjson.dumps(body), JSON
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f"{head}{_element(root, body)}\n".encode(), XML


def _element(name: str, value: Any) -> str:
    match value:
        case None | "":
            return f"<{name}/>"
        case bool():
            inner = "true" if value else "false"
        case Mapping():
            inner = "".join(_element(key, one) for key, one in value.items())
        case Sequence() if not isinstance(value, str):
            inner = "".join(_element(INSIDE[name], one) for one in value)
        case _:
            inner = escape(_UNSPEAKABLE.sub("", str(value)))
    return f"<{name}>{inner}</{name}>"
