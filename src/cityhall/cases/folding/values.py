"""Whether a value fits its field."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from cityhall.cases.declaring.shapes import OWN_FIELDS, CaseType, Field

LONGEST = {"text": 500, "long_text": 20_000, "address": 500}
TOLD = ("note", "public_note")
IN_COLUMN = 80
"""What the columns of a case hold: its area, its class."""
LARGEST = 2**53
"""Whole numbers up to here are the same to every program that reads them."""
MANY, SHORT = 50, 200
# What no database keeps as text: the zero, and halves of characters.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def fits(made: CaseType, name: str, value: Any, day: str) -> bool:
    """Whether the value can stand in the field `name` (or in one of the engine's own words) on that day."""
    if value is None:
        return True
    if isinstance(value, str) and len(value) > IN_COLUMN and name in (made.area, made.kind):
        return False
    declared = made.fields.get(name)
    return _fits_own(name, value) if declared is None else _fits(made, declared, value, day)


def _fits_own(name: str, value: Any) -> bool:
    """Words for people are as long as they need to be; whatever else the engine's own acts carry is short."""
    if name in OWN_FIELDS:
        return _text(value, 80) and value != ""
    if name in TOLD:
        return _text(value, LONGEST["long_text"])
    if (name == "tasks") != isinstance(value, dict):
        return False
    if isinstance(value, dict):
        value = [*value, *value.values()]
    many = value if isinstance(value, list | tuple) else [value]
    return len(many) <= MANY and all(_text(one, SHORT) or _whole(one) for one in many)


def _text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and not _UNKEPT.search(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and abs(value) <= LARGEST


def which_fit(made: CaseType, name: str, values: list[Any]) -> npt.NDArray[np.bool_]:
    """For each of many values whether it fits the field, on any day; as `fits`."""
    declared = made.fields.get(name)
    if declared is not None and declared.type == "point" and _all_pairs(values):
        lon, lat = np.abs(np.array(values, dtype=np.float64).reshape(-1, 2)).T
        good: npt.NDArray[np.bool_] = (lon <= 180) & (lat <= 90)
        return good
    return np.array([fits(made, name, value, "") for value in values], dtype=np.bool_)


def _all_pairs(values: list[Any]) -> bool:
    """Whether all values are two decimal numbers each."""
    return (
        {type(one) for one in values} <= {list, tuple}
        and {len(one) for one in values} <= {2}
        and {type(part) for one in values for part in one} <= {float}
    )


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
            longest = LONGEST["text"]
            return (
                isinstance(value, list) and len(value) <= MANY and all(_text(one, longest) for one in value)
            )
        case _:
            return _text(value, LONGEST.get(field.type, SHORT))


def _number(field: Field, value: Any) -> bool:
    kinds = (int,) if field.type == "integer" else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not -LARGEST <= value <= LARGEST:
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
    return bool(abs(value[0]) <= 180 and abs(value[1]) <= 90)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
