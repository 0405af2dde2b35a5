"""A JSON record as flat text cells: nested objects by dotted names, arrays as JSON text, a feature with
its geometry."""

from __future__ import annotations

from cityhall.collection.decoding.documents import Number


def flatten(record: dict[str, object], depth: int) -> dict[str, str]:
    """Column -> text, in the order of the record. Null and the empty text are left out."""
    cells: dict[str, str] = {}
    _into(cells, record, "", depth)
    return cells


def feature(record: dict[str, object], depth: int) -> dict[str, str]:
    """A GeoJSON feature (RFC 7946): its properties, `geometry` as GeoJSON text, and for points `lon` and
    `lat`."""
    properties = record.get("properties")
    cells: dict[str, str] = {}
    if "id" in record:
        _into(cells, {"id": record["id"]}, "", depth)
    if isinstance(properties, dict):
        _into(cells, properties, "", depth)
    geometry = record.get("geometry")
    if isinstance(geometry, dict):
        cells["geometry"] = as_json(geometry)
        position = geometry.get("coordinates")
        if geometry.get("type") == "Point" and isinstance(position, list) and len(position) >= 2:
            cells.setdefault("lon", as_text(position[0]))
            cells.setdefault("lat", as_text(position[1]))
    return cells


def _into(cells: dict[str, str], record: dict[str, object], prefix: str, depth: int) -> None:
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth > 0:
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
    match value:
        case Number():
            return str(value)
        case str():
            return _quoted(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case list():
            return "[" + ",".join(as_json(item) for item in value) + "]"
        case dict():
            return "{" + ",".join(f"{_quoted(str(key))}:{as_json(item)}" for key, item in value.items()) + "}"
        case _:
            return str(value)


ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\"} | {code: f"\\u{code:04x}" for code in range(32)}


def _quoted(text: str) -> str:
    return '"' + text.translate(ESCAPES) + '"'
