"""The interface described in OpenAPI 3.0, as the conformance class oas30 wants it."""

from __future__ import annotations

from typing import Any, Final

from cityhall import __version__
from cityhall.web.ogc.answering import GEOJSON, HTML, JSON, OPENAPI
from cityhall.web.ogc.parameters import DEFAULT_LIMIT, MOST
from cityhall.web.words import say

_NUMBERS: Final = {
    "type": "array",
    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    "items": {"type": "number"},
}
_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "f": {"schema": {"type": "string", "enum": ["json", "html"]}},
    "bbox": {"schema": _NUMBERS, "style": "form", "explode": False},
    "datetime": {"schema": {"type": "string"}, "style": "form", "explode": False},
    "limit": {
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
        "style": "form",
        "explode": False,
    },
    "cursor": {"schema": {"type": "string"}},
}
_PLACES: Final = {
    name: {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for name in ("collectionId", "featureId")
}
_ERROR: Final = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
}


def document(root: str) -> dict[str, Any]:
    """The description, for the address below which the site is (with a slash at its end)."""
    return {
        "openapi": "3.0.3",
        "info": {"title": say("ogc.title"), "description": say("ogc.text"), "version": __version__},
        "servers": [{"url": root.rstrip("/")}],
        "paths": {
            "/ogc/": _get("landing", say("ogc.title")),
            "/ogc/conformance": _get("conformance", say("ogc.conformance")),
            "/ogc/api": _get("api", say("ogc.service_desc"), media=OPENAPI),
            "/ogc/collections": _get("collections", say("ogc.data"), "cursor"),
            "/ogc/collections/{collectionId}": _get("collection", say("ogc.collection")),
            "/ogc/collections/{collectionId}/items": _items(),
            "/ogc/collections/{collectionId}/items/{featureId}": _get("item", say("ogc.item"), media=GEOJSON),
        },
        "components": {
            "parameters": {
                **{name: _parameter(name) for name in _PARAMETERS},
                **_PLACES,
            },
            "responses": {
                "refused": {"description": say("ogc.refused"), "content": {JSON: {"schema": _ERROR}}}
            },
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": say(f"ogc.p_{name}"),
        **_PARAMETERS[name],
    }


def _items() -> dict[str, Any]:
    path = _get("items", say("ogc.items"), "bbox", "datetime", "limit", "cursor", media=GEOJSON)
    equal = {
        "name": "item",
        "in": "query",
        "required": False,
        "description": say("ogc.p_item"),
        "style": "form",
        "explode": True,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    path["get"]["parameters"].append(equal)
    return path


def _get(name: str, summary: str, *parameters: str, media: str = JSON) -> dict[str, Any]:
    places = {
        "collection": ["collectionId"],
        "items": ["collectionId"],
        "item": ["collectionId", "featureId"],
    }
    named = [*places.get(name, []), *parameters, "f"]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": ["features"],
            "parameters": [{"$ref": f"#/components/parameters/{one}"} for one in named],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {media: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}},
                },
                **{
                    status: {"$ref": "#/components/responses/refused"}
                    for status in ("400", "401", "403", "404", "429", "503")
                },
            },
        }
    }
