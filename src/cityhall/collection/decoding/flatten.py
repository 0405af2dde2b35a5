"""A JSON record as flat text cells: nested objects by dotted names, arrays as JSON text, a feature with
its geometry."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from cityhall.collection.decoding.documents import Number

Cells = Mapping[str, str | None]
_FLAT = frozenset((str, Number, type(None)))


def flatten(record: dict[str, object], depth: int) -> Cells:
    """Column -> text, in the order of the record; null is empty or None."""
    if _FLAT.issuperset(map(type, record.values())):  # most records are, and then are their own cells
        return cast("Cells", record)
    cells: dict[str, str | None] = {}
    _into(cells, record, "", depth)
    return cells


def feature(record: dict[str, object], depth: int) -> Cells:
    """A GeoJSON feature (RFC 7946): its properties, `geometry` as GeoJSON text, and for points `lon` and `lat`."""
    properties = record.get("properties")
    cells: dict[str, str | None] = {}
    if "id" in record:
        _into(cells, {"id": record["id"]}, "", depth)
    if isinstance(properties, dict):
        cells.update(flatten(properties, depth))
    geometry = record.get("geometry")
    if isinstance(geometry, dict):
        cells["geometry"] = as_json(geometry)
        position = geometry.get("coordinates")
        if geometry.get("type") == "Point" and isinstance(position, list) and len(position) >= 2:
            cells.setdefault("lon", as_text(position[0]))
            cells.setdefault("lat", as_text(position[1]))
    return cells


def _into(cells: dict[str, str | None], record: dict[str, object], prefix: str, depth: int) -> None:
    for key, value in record.items():
        name = prefix + key if prefix else key
        if type(value) in _FLAT:
            cells[name] = cast("str | None", value)
        elif isinstance(value, dict) and value and depth > 0:
            _into(cells, value, f"{name}.", depth - 1)
        else:
            cells[name] = as_text(value)


def as_text(value: object) -> str:
    """One value as a cell."""
    if isinstance(value, str):
        return value
    return "" if value is None else as_json(value)


def as_json(value: object) -> str:
    """JSON text with numbers as they were written."""
    if type(value) is Number:
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(as_json, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join([f"{_key(str(key))}:{as_json(item)}" for key, item in value.items()]) + "}"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\"} | {code: f"\\u{code:04x}" for code in range(32)}


def _quoted(text: str) -> str:
    return '"' + text.translate(ESCAPES) + '"'


_key = lru_cache(256)(_quoted)
"""The same few names come in every record."""
