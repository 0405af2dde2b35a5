"""Drafts the first contract from what was recognised: only what the data itself supports overwhelmingly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cityhall.cleaning.headers import speaks_of_keys
from cityhall.cleaning.tables import ColumnRecognition, Contract, ItemSpec, Rule
from cityhall.kernel.text import Text

ENOUGH_ROWS = 50
"""Fewer rows than this prove nothing about what must always be filled."""
KEY_REPEATS_AT_MOST = 0.002
"""Share of repeated values that a column named like a key may have and still be proposed as key."""


def draft_contract(recognition: Sequence[ColumnRecognition]) -> Contract:
    """Types and elements as recognised; required where no cell of a sizeable table is empty; at most one key column.

    Code lists become warnings, never errors, so that the next delivery is not refused for a new code.
    """
    key = _key(recognition)
    items = tuple(
        ItemSpec(
            name=column.column,
            column=column.column,
            element=column.element,
            type=column.type,
            required=column.rows >= ENOUGH_ROWS and column.filled == column.rows,
            params=_agreed(column),
        )
        for column in recognition
    )
    return Contract(items=items, key=key, rules=tuple(_lists(recognition)), version=1)


def _agreed(column: ColumnRecognition) -> dict[str, Any]:
    return dict(column.params)


def _key(recognition: Sequence[ColumnRecognition]) -> tuple[str, ...]:
    """The first column that is filled everywhere and never repeats; a column named like a key may repeat
    very rarely."""
    for column in recognition:
        if column.repeated is None or column.filled < column.rows or column.rows < 2:
            continue
        if speaks_of_keys(column.column) and column.repeated <= column.rows * KEY_REPEATS_AT_MOST:
            return (column.column,)
    return ()


def _lists(recognition: Sequence[ColumnRecognition]) -> list[Rule]:
    return [
        Rule(
            code=f"list_{place}",
            kind="list",
            items=(column.column,),
            params={"codes": _usual(column)},
            severity="warning",
            message=Text(
                f"{column.column}: a code that was not there before", f"{column.column}：出现了新的代码"
            ),
        )
        for place, column in enumerate(recognition, start=1)
        if column.codes and column.type == "text"
    ]


_RARE = 0.001


def _usual(column: ColumnRecognition) -> list[str]:
    """The codes without those so rare that they may be slips."""
    return [code for code, times in column.codes if times >= _RARE * column.filled]
