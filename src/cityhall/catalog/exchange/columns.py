"""The columns of a catalogue's sheets, and how a cell becomes a plain value and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from cityhall.catalog.errors import ValueWrong
from cityhall.kernel.text import Text

Form = Literal["text", "words", "lines", "flag", "whole", "numbers", "json"]
Columns = tuple[tuple[str, Form], ...]

SHEETS: dict[str, Columns] = {
    "fields": (("code", "text"), ("title", "words")),
    "functions": (("code", "text"), ("agency", "text"), ("title", "words"), ("legal_basis", "words")),
    "systems": (("code", "text"), ("agency", "text"), ("function", "text"), ("title", "words")),
    "datasets": (
        ("code", "text"), ("state", "text"), ("published", "text"), ("title", "words"),
        ("abstract", "words"), ("agency", "text"), ("system", "text"), ("field", "text"), ("region", "text"),
        ("update_cycle", "text"), ("legal_basis", "words"), ("licence", "text"),
        ("contact.name", "text"),
        ("contact.email", "text"), ("contact.phone", "text"), ("spatial.division", "text"),
        ("spatial.bbox", "numbers"),
        ("temporal.start", "text"), ("temporal.end", "text"), ("linked_codes", "lines"),
        ("keywords", "lines"), ("mode", "text"), ("key", "lines"),
    ),
    "items": (
        ("dataset", "text"), ("name", "text"), ("title", "words"), ("description", "words"),
        ("element", "text"), ("type", "text"), ("required", "flag"), ("unique", "flag"), ("sharing", "text"),
        ("sharing_reason", "words"), ("opening", "text"), ("opening_reason", "words"), ("level", "whole"),
        ("mask", "text"), ("params", "json"),
    ),
    "rules": (
        ("dataset", "text"), ("code", "text"), ("kind", "text"), ("items", "lines"), ("params", "json"),
        ("severity", "text"), ("message", "words"),
    ),
}  # fmt: skip

_FLAGS = {
    "true": True,
    "yes": True,
    "是": True,
    "1": True,
    "false": False,
    "no": False,
    "否": False,
    "0": False,
}
_YES_OR_NO = Text(en="yes or no", zh="是或否")
_WHOLE = Text(en="a whole number", zh="整数")
_NUMBERS = Text(en="numbers separated by commas", zh="以逗号分隔的数字")
_JSON = Text(en="a JSON object", zh="JSON 对象")
_TEXT = Text(en="text", zh="文本")


def headers(sheet: str) -> list[str]:
    """The header of each column; words take two, one per language."""
    return [
        header
        for name, form in SHEETS[sheet]
        for header in ([f"{name}.zh", f"{name}.en"] if form == "words" else [name])
    ]


def cells(sheet: str, values: Mapping[str, Any]) -> list[Any]:
    """The cells of one row: text, numbers, truth values, or None."""
    row: list[Any] = []
    for name, form in SHEETS[sheet]:
        value: Any = values
        for part in name.split("."):
            value = (value or {}).get(part)
        row += [value.get("zh"), value.get("en")] if form == "words" else [_cell(form, value)]
    return [None if cell == "" else cell for cell in row]


def _cell(form: Form, value: Any) -> Any:
    if not value and form != "flag":
        return None
    match form:
        case "lines":
            return "\n".join(value)
        case "numbers":
            return ", ".join(map(repr, value))
        case "json":
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def values(sheet: str, row: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The plain values of one row given by header; raises ValueWrong for the first cell of the wrong form."""
    found: dict[str, Any] = {}
    for name, form in SHEETS[sheet]:
        whole, _, part = name.partition(".")
        value = _value(form, name, row, f"{place} {name}")
        if value is None:
            continue
        if part:
            found.setdefault(whole, {})[part] = value
        else:
            found[name] = value
    return found


def _value(form: Form, name: str, row: Mapping[str, Any], place: str) -> Any:
    if form == "words":
        words = {tongue: _text(row.get(f"{name}.{tongue}"), place) for tongue in ("en", "zh")}
        return words if any(words.values()) else None
    cell = row.get(name)
    if cell is None or cell == "":
        return None
    return _READERS[form](cell, place)


def _text(cell: Any, place: str) -> str:
    """Text as it is; codes that a spreadsheet turned into numbers or days come back as their digits."""
    match cell:
        case None:
            return ""
        case bool():
            raise ValueWrong(place=place, value=cell, expected=_TEXT)
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if not (cell.hour or cell.minute or cell.second):
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
    return str(cell)


def shown(cell: Any) -> str:
    """A cell's text for reports, whatever it holds."""
    return str(cell) if isinstance(cell, bool) else _text(cell, "")


def _lines(cell: Any, place: str) -> list[str]:
    return [line.strip() for line in _text(cell, place).split("\n") if line.strip()]


def _flag(cell: Any, place: str) -> bool:
    known = _FLAGS.get(str(cell).strip().lower().removesuffix(".0"))
    if known is None:
        raise ValueWrong(place=place, value=cell, expected=_YES_OR_NO)
    return known


def _whole(cell: Any, place: str) -> int:
    try:
        return int(_text(cell, place).strip().upper().removeprefix("L"))
    except ValueError:
        raise ValueWrong(place=place, value=cell, expected=_WHOLE) from None


def _numbers(cell: Any, place: str) -> list[float]:
    try:
        return [float(part) for part in str(cell).replace("，", ",").split(",")]
    except ValueError:
        raise ValueWrong(place=place, value=cell, expected=_NUMBERS) from None


def _object(cell: Any, place: str) -> dict[str, Any]:
    try:
        found = json.loads(str(cell))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValueWrong(place=place, value=str(cell)[:80], expected=_JSON)
    return found


_READERS = {
    "text": _text,
    "lines": _lines,
    "flag": _flag,
    "whole": _whole,
    "numbers": _numbers,
    "json": _object,
}
