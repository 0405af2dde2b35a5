"""What answers of GeoReport v2 look like, written from the specification: JSON Schemas, and the same as XML Schemas."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator
from lxml import etree

_TEXT = {"type": "string"}
_SOME = {"type": "string", "minLength": 1}
_MAYBE = {"type": ["string", "null"]}
_MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$",
}
_MAYBE_MOMENT = {"anyOf": [_MOMENT, {"type": "null"}]}


def _thing(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these members and no others: extending the answers is at one's own risk, says the specification."""
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
        "additionalProperties": False,
    }


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


SERVICE = _thing(
    {
        "service_code": _SOME, "service_name": _SOME, "description": _TEXT, "metadata": {"type": "boolean"},
        "type": {"enum": ["realtime", "batch", "blackbox"]}, "keywords": _TEXT, "group": _TEXT,
    }
)  # fmt: skip
ATTRIBUTE = _thing(
    {
        "variable": {"type": "boolean"}, "code": _SOME,
        "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        "required": {"type": "boolean"}, "datatype_description": _MAYBE, "order": {"type": "integer", "minimum": 1},
        "description": _SOME,
    },
    {"values": _list(_thing({"key": _SOME, "name": _SOME}))},
)  # fmt: skip
REQUEST = _thing(
    {
        "service_request_id": _SOME, "status": {"enum": ["open", "closed"]}, "status_notes": _MAYBE, "service_name": _SOME,
        "service_code": _SOME, "description": {"type": ["string", "null"], "maxLength": 4000}, "agency_responsible": _MAYBE,
        "service_notice": _MAYBE, "requested_datetime": _MOMENT, "updated_datetime": _MOMENT,
        "expected_datetime": _MAYBE_MOMENT, "address": _MAYBE, "address_id": _MAYBE, "zipcode": _MAYBE,
        "lat": {"type": ["number", "null"]}, "long": {"type": ["number", "null"]}, "media_url": _MAYBE,
    }
)  # fmt: skip
ENDPOINT = _thing(
    {
        "specification": {"const": "http://wiki.open311.org/GeoReport_v2"}, "url": {"type": "string", "pattern": "^https?://"},
        "changeset": _SOME, "type": {"enum": ["production", "test"]},
        "formats": _list({"enum": ["text/xml", "application/json"]}),
    }
)  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "discovery": _thing({"changeset": _SOME, "contact": _SOME, "key_service": _SOME, "endpoints": _list(ENDPOINT)}),
    "services": _list(SERVICE),
    "service_definition": _thing({"service_code": _SOME, "attributes": _list(ATTRIBUTE)}),
    "requests": _list(REQUEST),
    "created": _list(
        {
            "oneOf": [
                _thing({one: _SOME, "service_notice": _MAYBE, "account_id": _MAYBE})
                for one in ("service_request_id", "token")
            ]
        }
    ),
    "token": _list(_thing({"service_request_id": _SOME, "token": _SOME})),
    "updates": _list(
        _thing(
            {
                "update_id": _SOME, "service_request_id": _SOME, "status": {"enum": ["open", "closed"]},
                "updated_datetime": _MOMENT, "description": _TEXT, "media_url": _MAYBE,
            }
        )
    ),
    "errors": {"minItems": 1, **_list(_thing({"code": {"enum": [400, 403, 404, 413, 429]}, "description": _SOME}))},
}  # fmt: skip


def checked(kind: str, content: bytes) -> Any:
    """The JSON answer, which fits its schema."""
    found = json.loads(content)
    problems = [error.message for error in Draft202012Validator(SCHEMAS[kind]).iter_errors(found)]
    assert not problems, problems
    return found


# ---- the same in XML: the elements of the specification, each once, in any order ----

ROOTS = {
    "requests": "service_requests",
    "created": "service_requests",
    "token": "service_requests",
    "updates": "service_request_updates",
}
INSIDE = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "service_request_updates": "request_update",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def _xsd(schema: dict[str, Any], name: str, least: str = "1") -> str:
    """The declaration of an element that holds what a JSON Schema describes."""
    if schema.get("type") == "array":
        item = _xsd(schema["items"], INSIDE[name], "0")
        item = item.replace("<xs:element ", '<xs:element maxOccurs="unbounded" ', 1)
        return _complex(name, least, f"<xs:sequence>{item}</xs:sequence>")
    if "properties" in schema:
        parts = [
            _xsd(one, part, "1" if part in schema["required"] else "0")
            for part, one in schema["properties"].items()
        ]
        return _complex(name, least, f"<xs:all>{''.join(parts)}</xs:all>")
    kinds = {"boolean": "xs:boolean", "integer": "xs:positiveInteger"}
    kind = kinds.get(str(schema.get("type")), "xs:string")
    return f'<xs:element name="{name}" minOccurs="{least}" type="{kind}"/>'


def _complex(name: str, least: str, inner: str) -> str:
    return (
        f'<xs:element name="{name}" minOccurs="{least}"><xs:complexType>{inner}</xs:complexType></xs:element>'
    )


def checked_xml(kind: str, content: bytes) -> etree._Element:
    """The XML answer, which has the elements of the specification and no others."""
    assert content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    schema = SCHEMAS[kind]
    if kind == "created":
        schema = _list(schema["items"]["oneOf"][0])
    body = _xsd(schema, ROOTS.get(kind, kind)).replace(' minOccurs="1"', "", 1)
    declared = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>'
    tree = etree.fromstring(content, _PARSER)
    etree.XMLSchema(etree.fromstring(declared)).assertValid(tree)
    return tree
