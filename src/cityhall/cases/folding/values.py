"""Whether a value fits its field."""

from __future__ import annotations

from datetime import date
from typing import Any

from cityhall.cases.declaring.shapes import CaseType, Field

LONGEST = {"text": 500, "long_text": 20_000, "address": 500}


def fits(made: CaseType, name: str, value: Any, day: str) -> bool:
    """Whether the value can stand in the field `name` (or in agency, holder) on that day."""
    if value is None:
        return True
    declared = made.fields.get(name)
    if declared is None:
        return isinstance(value, str) and 0 < len(value) <= 80
    return _fits(made, declared, value, day)


def _fits(made: CaseType, field: Field, value: Any, day: str) -> bool:
    match field.type:
        case "number" | "integer" | "money":
            return _number(field, value)
        case "yes_no":
            return isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_date(value)
        case "choice":
            return isinstance(value, str) and value in field.options
        case "code":
            return isinstance(value, str) and made.tables[field.table].row(value, day) is not None
        case "point":
            return _point(value)
        case "files" | "items":
            return isinstance(value, list) and len(value) <= 50 and all(isinstance(one, str) for one in value)
        case _:
            return isinstance(value, str) and len(value) <= LONGEST.get(field.type, 200)


def _number(field: Field, value: Any) -> bool:
    kinds = (int,) if field.type == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or value != value:
        return False
    low = field.minimum is None or value >= field.minimum
    high = field.maximum is None or value <= field.maximum
    return bool(low and high)


def _point(value: Any) -> bool:
    """[longitude, latitude] in degrees."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in value):
        return False
    return abs(float(value[0])) <= 180 and abs(float(value[1])) <= 90


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
