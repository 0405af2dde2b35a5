"""One condition of a query as SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from cityhall.kernel.sql import quoted
from cityhall.warehouse.errors import OperatorUnknown, QueryTooBig, ValueMismatch
from cityhall.warehouse.query.fragments import NEVER, Fragment, joined
from cityhall.warehouse.query.language import MAX_VALUES, OPS, TEXT_OPS, Condition
from cityhall.warehouse.query.values import bounds, nearest, value_of
from cityhall.warehouse.shapes import Column

_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_ORDERED = ("lt", "le", "gt", "ge", "between")
_EQUAL_ONLY = {"boolean", "geometry"}


def ops_of(column: Column) -> tuple[str, ...]:
    """The comparisons that can be used on a column."""
    wrong: set[str] = set() if column.type in ("text", "geometry") else set(TEXT_OPS)
    if column.type in _EQUAL_ONLY:
        wrong |= set(_ORDERED)
    return tuple(op for op in OPS if op not in wrong)


def condition_sql(column: Column, condition: Condition) -> Fragment:
    """The condition on its column. Errors: `OperatorUnknown`, `ValueMismatch`, `QueryTooBig`."""
    if condition.op not in ops_of(column):
        raise OperatorUnknown(op=condition.op, item=column.name, known=", ".join(ops_of(column)))
    return _FORMS.get(condition.op, _comparison)(column, condition)


def compare(column: Column, op: str, value: Any) -> Fragment:
    """`column op value` for a value of the column's type, with the column itself left as it is."""
    if isinstance(value, Decimal) and column.type in ("integer", "decimal"):
        return _compare_number(column, op, value)
    return _bare(column, op, value)


def _bare(column: Column, op: str, value: Any) -> Fragment:
    return Fragment(f"{quoted(column.name)} {_SIGNS[op]} CAST(? AS {column.stored})", (value,))


def _compare_number(column: Column, op: str, number: Decimal) -> Fragment:
    """Compares with the nearest number the column can hold, such that the meaning is exactly that of `number`."""
    if column.stored in ("DOUBLE", "FLOAT"):
        return _bare(column, op, float(number))
    low, high = bounds(column)
    present = Fragment(f"{quoted(column.name)} IS NOT NULL")
    if number > high or number < low:
        below = number > high
        return present if op == "ne" or ((op in ("lt", "le")) == below and op != "eq") else NEVER
    rounded = nearest(column, number, up=op in ("lt", "ge"))
    if rounded != number and op in ("eq", "ne"):
        return present if op == "ne" else NEVER
    return _bare(column, op, rounded)


def _comparison(column: Column, condition: Condition) -> Fragment:
    return compare(column, condition.op, value_of(column, condition.value))


def _null(column: Column, condition: Condition) -> Fragment:
    if condition.value not in (None, True, ""):
        raise ValueMismatch(value=repr(condition.value)[:80], item=column.name, type=condition.op)
    return Fragment(f"{quoted(column.name)} {'IS NULL' if condition.op == 'isnull' else 'IS NOT NULL'}")


def _contains(column: Column, condition: Condition) -> Fragment:
    function = "contains" if condition.op == "contains" else "starts_with"
    return Fragment(f"{function}({quoted(column.name)}, ?)", (value_of(column, condition.value),))


def _between(column: Column, condition: Condition) -> Fragment:
    values = _values(column, condition)
    if len(values) != 2:
        raise ValueMismatch(value=repr(condition.value)[:80], item=column.name, type="between")
    return joined("AND", (compare(column, "ge", values[0]), compare(column, "le", values[1])), "FALSE")


def _within(column: Column, condition: Condition) -> Fragment:
    parts = [compare(column, "eq", value) for value in _values(column, condition)]
    possible = [part for part in parts if part is not NEVER]
    if not possible:
        return NEVER
    places = ", ".join(f"CAST(? AS {column.stored})" for _ in possible)
    return Fragment(f"{quoted(column.name)} IN ({places})", tuple(part.values[0] for part in possible))


def _values(column: Column, condition: Condition) -> list[Any]:
    given = condition.value
    if isinstance(given, (str, bytes)) or not isinstance(given, Sequence):
        raise ValueMismatch(value=repr(given)[:80], item=column.name, type=f"list of {column.type}")
    if len(given) > MAX_VALUES:
        raise QueryTooBig(what=f"{len(given)} values for {column.name}", limit=MAX_VALUES)
    return [value_of(column, value) for value in given]


_FORMS: dict[str, Callable[[Column, Condition], Fragment]] = {
    "isnull": _null,
    "notnull": _null,
    "contains": _contains,
    "starts": _contains,
    "between": _between,
    "in": _within,
}
