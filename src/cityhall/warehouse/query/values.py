"""Values of a query, brought to the exact type of the column they are compared with.

A comparison with a value that the column cannot hold (2.5 in an integer column, a third decimal in cents)
is rewritten to the nearest one that means the same, so that the column itself is never converted: its
statistics stay usable, and nothing is rounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, DecimalException
from typing import Any

from cityhall.kernel.clock import CITY_ZONE
from cityhall.warehouse.errors import ValueMismatch
from cityhall.warehouse.shapes import Column

_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_BITS = {"TINYINT": 7, "SMALLINT": 15, "INTEGER": 31, "BIGINT": 63}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST = 10_000


def value_of(column: Column, value: Any) -> Any:
    """`value` (JSON value, text of a URL, or Python value) as a Python value of the column's type. Errors:
    `ValueMismatch`.
    """
    try:
        return _READERS[column.type](value, column)
    except (ValueError, TypeError, DecimalException, OverflowError) as error:
        shown = repr(value)[:80]
        raise ValueMismatch(value=shown, item=column.name, type=column.type) from error


def nearest(column: Column, number: Decimal, *, up: bool) -> Decimal | int | float:
    """The least value the column can hold that is not below `number` (`up`), or the greatest not above it.

    Beyond the column's range it is the range's end, moved outwards by nothing: callers compare with `number` again.
    """
    if column.stored in ("DOUBLE", "FLOAT"):
        return float(number)
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    low, high = bounds(column)
    inside = min(max(number, low), high)
    return (
        inside.quantize(_step(column), rounding=rounding)
        if column.type == "decimal" and "DEC" in column.stored
        else int(inside.to_integral_value(rounding=rounding))
    )


def bounds(column: Column) -> tuple[Decimal, Decimal]:
    """The least and greatest number an integer or fixed-point column can hold."""
    if match := _DECIMAL.fullmatch(column.stored):
        high = (Decimal(10) ** int(match[1]) - 1).scaleb(-int(match[2]))
        return -high, high
    high = Decimal(2 ** _BITS[column.stored])
    return -high, high - 1


def _step(column: Column) -> Decimal:
    match = _DECIMAL.fullmatch(column.stored)
    return Decimal(1).scaleb(-int(match[2])) if match else Decimal(1)


def _text(value: Any, _: Column) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError("not a text, or too long")
    value.encode("utf-8")  # half of a surrogate pair is no character and cannot be compared with any
    return value


def _number(value: Any, _: Column) -> Decimal:
    if isinstance(value, bool):
        raise TypeError("a truth value is no number")
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else _refuse()
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError("not a number")
    number = Decimal(value.strip() if isinstance(value, str) else value)
    return number if number.is_finite() and abs(number.adjusted()) < 400 else _refuse()


def _refuse() -> Decimal:
    raise ValueError("not a finite number")


def _date(value: Any, _: Column) -> date:
    if isinstance(value, datetime):
        raise TypeError("a moment is no date")
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: Any, column: Column) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if "ZONE" in column.stored:
        return (moment if moment.tzinfo else moment.replace(tzinfo=CITY_ZONE)).astimezone(UTC)
    return moment.astimezone(CITY_ZONE).replace(tzinfo=None) if moment.tzinfo else moment


def _time(value: Any, _: Column) -> time:
    moment = value if isinstance(value, time) else time.fromisoformat(value)
    if moment.tzinfo:
        raise ValueError("a time of day has no zone")
    return moment


def _boolean(value: Any, _: Column) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}[value.lower()] if value in _TRUTHS else bool(_refuse())


_TRUTHS = ("true", "false", "True", "False", "TRUE", "FALSE")
_READERS: dict[str, Callable[[Any, Column], Any]] = {
    "text": _text,
    "geometry": _text,
    "integer": _number,
    "decimal": _number,
    "date": _date,
    "datetime": _moment,
    "time": _time,
    "boolean": _boolean,
}
