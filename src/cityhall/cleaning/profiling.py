"""The profile of a staged table: for each column how full, how varied, how long, from where to where. Every row is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.tables import Staged


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts of one column that hold whatever it means."""

    column: str
    rows: int
    filled: int
    distinct: int
    low: str | None
    high: str | None
    shortest: int
    longest: int


_COUNTED = ("count({c})", "approx_count_distinct({c})", "min(length({c}))", "max(length({c}))")
_ENDS = ("min({c})", "max({c})")
"""Asked alone, because the Parquet statistics then answer without reading a row."""


def profile(connection: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[Profile, ...]:
    """One scan over all columns. `distinct` is an estimate (about 2 % off) and never more than `filled`."""
    counted = _facts(connection, staged, _COUNTED)
    ends = _facts(connection, staged, _ENDS)
    return tuple(
        _profile(column, staged.rows, *counted[place], *ends[place])
        for place, column in enumerate(staged.columns)
    )


def _facts(
    connection: duckdb.DuckDBPyConnection, staged: Staged, facts: Sequence[str]
) -> list[tuple[Any, ...]]:
    asked = [fact.format(c=duck.name(column)) for column in staged.columns for fact in facts]
    row = duck.first_row(connection, f"SELECT {', '.join(asked)} FROM {duck.rows_of(staged)}")
    return [row[start : start + len(facts)] for start in range(0, len(row), len(facts))]


def _profile(
    column: str,
    rows: int,
    filled: int,
    distinct: int,
    shortest: int | None,
    longest: int | None,
    low: str | None,
    high: str | None,
) -> Profile:
    return Profile(
        column=column,
        rows=rows,
        filled=filled,
        distinct=min(distinct, filled),
        low=low,
        high=high,
        shortest=shortest or 0,
        longest=longest or 0,
    )
