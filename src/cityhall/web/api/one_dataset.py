"""The OpenAPI 3.1 description of one dataset's rows: its items as typed parameters, as the asker may use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from cityhall import __version__
from cityhall.catalog.queries import Dataset, Item, licences
from cityhall.opening.queries import Decision
from cityhall.web.api.examples import example_values, groupable, suitable
from cityhall.web.api.shapes import ErrorAnswer
from cityhall.web.api.tables import ARROW, CSV, JSON
from cityhall.web.words import pick, say

_JSON_TYPES: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "boolean": {"type": "boolean"},
    "geometry": {"type": "string", "contentMediaType": "application/geo+json"},
}
_ORDERED: Final = ("lt", "le", "gt", "ge", "between")
_TEXTS: Final = ("contains", "starts")
FNS: Final = ("count", "distinct", "min", "max", "sum", "avg")


def document(
    found: Dataset, decision: Decision, address: str, place: tuple[str, ...], row: Mapping[str, Any]
) -> dict[str, Any]:
    """The description; `address` is that of the dataset in the interface, `place` the items of longitude and latitude
    (empty when there are none), `row` one row of which examples are taken.
    """
    fit = suitable(found, decision)
    shown = [item for item in found.items if item.name in decision.items]
    clear = [item for item in shown if item.name not in decision.masks]
    examples = example_values(fit, row)
    parameters = [*_filters(clear, examples), *_words(shown, clear, found, fit), *_place(place)]
    return {
        "openapi": "3.1.0",
        "info": _info(found),
        "servers": [{"url": address}],
        "security": [{}, {"key": []}],
        "paths": {"/rows": {"get": _rows(parameters)}},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Row": _row(shown, decision), "Page": _page(), **_error()},
        },
    }


def _info(found: Dataset) -> dict[str, Any]:
    licence = next((one for one in licences() if one.code == found.licence), None)
    info: dict[str, Any] = {
        "title": pick(found.title),
        "description": pick(found.abstract),
        "version": f"{__version__}-{found.revision}",
    }
    contact = {"name": found.contact.name} | ({"email": found.contact.email} if found.contact.email else {})
    return info | ({"license": {"name": pick(licence.title)}} if licence else {}) | (
        {"contact": contact} if found.contact.name else {}
    )  # fmt: skip


def _filters(clear: Iterable[Item], examples: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """`item=value` and `item__op=value` for every item in clear and everything that can be asked of its type."""
    for item in clear:
        schema = _JSON_TYPES[item.type]
        words = _described(item)
        example = {"example": examples[item.name]} if item.name in examples else {}
        yield _parameter(item.name, words, schema, **example)
        for op in _ops(item):
            of_op = f"{words} — {say(f'compare.{op}')}"
            if op in ("in", "between"):
                exact = (
                    {"minItems": 2, "maxItems": 2} if op == "between" else {"minItems": 1, "maxItems": 1000}
                )
                yield _parameter(
                    f"{item.name}__{op}", of_op, {"type": "array", "items": schema, **exact}, explode=False
                )
            else:
                own = {"type": "boolean"} if op in ("isnull", "notnull") else schema
                yield _parameter(f"{item.name}__{op}", of_op, own)


def _ops(item: Item) -> tuple[str, ...]:
    ordered = () if item.type in ("boolean", "geometry") else _ORDERED
    texts = _TEXTS if item.type in ("text", "geometry") else ()
    return ("ne", *ordered, "in", *texts, "isnull", "notnull")


def _words(
    shown: list[Item], clear: list[Item], found: Dataset, fit: tuple[Item, ...]
) -> Iterator[dict[str, Any]]:
    names = [item.name for item in clear]
    counted = [item.name for item in groupable(fit, found.key)][:1]
    of_names = {"type": "array", "items": {"enum": [item.name for item in shown]}}
    sortable = {"type": "array", "items": {"enum": [*names, *(f"-{name}" for name in names)]}, "maxItems": 10}
    yield _parameter("select", say("rows.select"), of_names, explode=False)
    if names:
        yield _parameter("sort", say("rows.sort"), sortable, explode=False)
        groups = {"type": "array", "items": {"enum": names}, "maxItems": 10}
        yield _parameter(
            "group_by",
            say("rows.group_by"),
            groups,
            explode=False,
            **({"example": counted} if counted else {}),
        )
    yield _parameter("agg", say("rows.agg"), {"type": "array", "items": {"enum": _aggregates(clear)}})
    yield _parameter(
        "limit", say("rows.limit"), {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
    )
    yield _parameter("after", say("rows.after"), {"type": "string"})
    yield _parameter("version", say("rows.version"), {"type": "integer", "minimum": 1})
    yield _parameter("f", say("rows.f"), {"enum": ["json", "csv", "arrow"]})


def _aggregates(clear: Iterable[Item]) -> list[str]:
    found = ["count:*"]
    for item in clear:
        fns = FNS if item.type in ("integer", "decimal") else FNS[:4]
        found += [f"{fn}:{item.name}" for fn in fns]
    return found


def _place(place: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    if len(place) == 2:
        box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}
        yield _parameter("bbox", say("rows.bbox"), box, explode=False)
        for name, item in zip(("lon", "lat"), place, strict=True):
            yield _parameter(name, say(f"rows.{name}"), {"enum": [item]})


def _parameter(name: str, words: str, schema: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "description": words, "style": "form",
        "explode": True, "schema": schema, **more,
    }  # fmt: skip


def _described(item: Item) -> str:
    title, text = pick(item.title) or item.name, pick(item.description)
    return f"{title}: {text}" if text else title


def _rows(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    table = {"type": "string"}
    return {
        "operationId": "rows",
        "summary": say("rows.title"),
        "description": say("rows.text"),
        "parameters": parameters,
        "responses": {
            "200": {
                "description": say("rows.page"),
                "headers": {"Link": {"description": say("rows.link"), "schema": {"type": "string"}}},
                "content": {
                    JSON: {"schema": {"$ref": "#/components/schemas/Page"}},
                    CSV: {"schema": table},
                    ARROW: {"schema": {}},
                },
            },
            **{
                status: {
                    "description": say("rows.refused"),
                    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
                for status in ("400", "401", "403", "404", "409", "413", "422", "429", "503")
            },
        },
    }


def _row(shown: Iterable[Item], decision: Decision) -> dict[str, Any]:
    """A row; groups have other members, so that none is required."""
    return {
        "type": "object",
        "properties": {
            item.name: {"description": _described(item), **_cell(item, masked=item.name in decision.masks)}
            for item in shown
        },
    }


def _cell(item: Item, *, masked: bool) -> dict[str, Any]:
    if masked:
        return {"type": ["string", "null"]}
    schema = dict(_JSON_TYPES[item.type])
    # a number that a double cannot hold comes as a text
    return {
        **schema,
        "type": ["number", "string", "null"]
        if item.type in ("integer", "decimal")
        else [schema["type"], "null"],
    }


def _page() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["dataset", "version", "columns", "rows", "next"],
        "properties": {
            "dataset": {"type": "string"},
            "version": {"type": "integer"},
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
            "next": {"type": ["string", "null"]},
        },
    }


def _error() -> dict[str, Any]:
    schema = ErrorAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Error": schema}
