"""datastore_search and datastore_info: the rows of a dataset, as its CSV resource shows them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from cityhall.catalog.queries import Dataset
from cityhall.opening import queries as opening
from cityhall.opening.queries import Decision, Slice
from cityhall.web.ckan.calls import Call
from cityhall.web.ckan.errors import NotMapped, ParameterWrong, SqlRefused
from cityhall.web.ckan.naming import resource_id, resource_parts
from cityhall.web.ckan.packages import words

ROWS: Final = 100
MOST_ROWS: Final = 32_000
MOST_VALUES: Final = 1000
MOST_WORDS: Final = 25
MOST_FILTERS: Final = 100
TYPES: Final = {
    "text": "text", "integer": "int8", "decimal": "numeric", "date": "date", "datetime": "timestamp",
    "time": "time", "boolean": "bool", "geometry": "text",
}  # fmt: skip
NUMBER: Final = "_id"
"""The column that CKAN adds: here the number of the row in its version."""
FORMATS: Final = ("objects", "lists", "csv", "tsv")
Records = list[dict[str, Any]] | list[list[Any]] | str


def datastore_search(call: Call) -> dict[str, Any]:
    """Rows of a resource: `resource_id`, `filters`, `q`, `fields`, `sort`, `distinct`, `limit` (100, at most 32000),
    `offset`, `include_total`, `records_format` (objects, lists, csv, tsv). `version` keeps to one version.
    """
    dataset_id, _ = resource_parts(call.text("resource_id"))
    found, decision = opening.dataset_for(call.actor, dataset_id, "api")
    form = call.text("records_format", "objects")
    if form not in FORMATS:
        raise ParameterWrong(name="records_format", why=f"one of {', '.join(FORMATS)} is expected")
    start, limit = call.number("offset", 0), call.number("limit", ROWS, most=MOST_ROWS)
    fields = call.names("fields")
    seen = opening.rows_at(
        call.actor,
        found.id,
        opening.query_from_json(_query(call, found, decision)),
        start=start,
        limit=limit,
        version=call.number("version", 0) or None,
        counted=call.flag("include_total", default=True),
    )
    numbered = not call.flag("distinct") and (not fields or NUMBER in fields)
    shown = _fields(seen, numbered=numbered)
    names = [one["id"] for one in shown]
    return {
        "include_total": seen.total is not None,
        "limit": limit,
        "offset": start,
        "records_format": form,
        "resource_id": resource_id(found.id, "csv"),
        "total_estimation_threshold": None,
        "total_was_estimated": False,
        "version": seen.version,
        "fields": shown,
        "records": _records(form, names, _numbered(seen) if numbered else list(seen.rows)),
        "_links": _links(call, seen.version, start, limit),
    } | ({} if seen.total is None else {"total": seen.total})


def datastore_info(call: Call) -> dict[str, Any]:
    """The columns of a resource and how many rows it has: `resource_id` or `id`."""
    dataset_id, _ = resource_parts(call.text("resource_id", "") or call.text("id"))
    seen = opening.rows_at(call.actor, dataset_id, opening.query_from_json({}), limit=0)
    meta = {
        "id": resource_id(seen.dataset.id, "csv"),
        "count": seen.total,
        "table_type": "BASE TABLE",
        "version": seen.version,
    }
    return {"meta": meta, "fields": _fields(seen, numbered=False)}


def datastore_search_sql(_call: Call) -> None:
    """Raw SQL from outside is refused: use datastore_search."""
    raise SqlRefused()


def _query(call: Call, dataset: Dataset, decision: Decision) -> dict[str, Any]:
    """The query in the platform's own language. Items that are hidden are refused there."""
    names = [name for name in call.names("fields") if name != NUMBER]
    query: dict[str, Any] = {
        "where": [*_filters(call), *_words(call, dataset, decision)],
        "order": _order(call),
    }
    if call.flag("distinct"):
        return query | {"group_by": names or list(decision.clear)}
    return query | {"select": names}


def _filters(call: Call) -> list[dict[str, Any]]:
    """`{"item": value}` or `{"item": [any of these]}`; a null asks for empty cells."""
    conditions = []
    for name, value in _few(call.table("filters"), "filters").items():
        if name == NUMBER:
            raise NotMapped(action="a filter on _id", why="it only numbers the rows of a version")
        if isinstance(value, dict) or (isinstance(value, list) and len(value) > MOST_VALUES):
            raise ParameterWrong(
                name="filters", why=f"a value, or a list of at most {MOST_VALUES}, is expected"
            )
        if value is None:
            conditions.append({"item": name, "op": "isnull"})
        else:
            several = isinstance(value, list)
            conditions.append({"item": name, "op": "in" if several else "eq", "value": value})
    return conditions


def _words(call: Call, dataset: Dataset, decision: Decision) -> list[dict[str, Any]]:
    """`q` as words that must each occur in one of the text items, or as `{"item": words}`."""
    if not call.flag("plain", default=True):
        raise NotMapped(action="plain=false", why="full-text expressions of PostgreSQL are not run")
    given = call.json("q")
    if not given:
        return []
    if isinstance(given, dict):
        named = [(word, name) for name, text in _few(given, "q").items() for word in _split(str(text))]
        return [_inside(word, [name]) for word, name in named]
    texts = [item.name for item in dataset.items if item.type == "text" and item.name in decision.clear]
    return [_inside(word, texts) for word in _split(call.text("q"))]


def _few(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What was sent, unless it names more items than a query may. Errors: `ParameterWrong`."""
    if len(given) > MOST_FILTERS:
        raise ParameterWrong(name=name, why=f"it names more than {MOST_FILTERS} items")
    return given


def _split(text: str) -> list[str]:
    """The words of a text, of which each becomes several conditions. Errors: `ParameterWrong`."""
    found = text.split(None, MOST_WORDS)
    if len(found) > MOST_WORDS:
        raise ParameterWrong(name="q", why=f"it has more than {MOST_WORDS} words")
    return found


def _inside(word: str, names: Sequence[str]) -> dict[str, Any]:
    """A word as written, in small or capital letters, or capitalised, inside one of the items."""
    variants = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    return {"any": [{"item": name, "op": "contains", "value": each} for name in names for each in variants]}


def _order(call: Call) -> list[str]:
    """`name desc, other` as the query language writes it; `_id` is the order in which rows lie anyway."""
    order = []
    for part in ",".join(call.names("sort")).split(","):
        name, _, direction = part.strip().rpartition(" ")
        if direction.lower() not in ("asc", "desc"):
            name, direction = part.strip(), "asc"
        name = name.strip().strip('"')
        if name and name != NUMBER:
            order.append(f"-{name}" if direction.lower() == "desc" else f"+{name}")
    return order


def _fields(seen: Slice, *, numbered: bool) -> list[dict[str, Any]]:
    items = {item.name: item for item in seen.dataset.items}
    described = [
        {
            "id": name,
            "type": "text" if name in seen.decision.masks else TYPES[items[name].type],
            "info": {"label": words(items[name].title), "notes": words(items[name].description)},
        }
        for name in seen.columns
    ]
    return [{"id": NUMBER, "type": "int"}, *described] if numbered else described


def _numbered(seen: Slice) -> list[tuple[Any, ...]]:
    return [(number, *row) for number, row in zip(seen.numbers, seen.rows, strict=True)]


def _records(form: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Records:
    if form == "objects":
        return [dict(zip(names, row, strict=True)) for row in rows]
    if form == "lists":
        return [list(row) for row in rows]
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t" if form == "tsv" else ",", lineterminator="\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else value


def _links(call: Call, version: int, start: int, limit: int) -> dict[str, str]:
    """The same call at the beginning and one page on; both keep to the version, so that nothing moves meanwhile."""
    fixed = {name: _as_text(value) for name, value in call.given.items() if name not in ("offset", "version")}
    fixed["version"] = str(version)
    base = "/api/3/action/datastore_search?"
    return {
        "start": base + urlencode(fixed),
        "next": base + urlencode(fixed | {"offset": str(start + limit)}),
    }


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
