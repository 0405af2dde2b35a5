"""The profile of a staged table: for each column how full, how varied, how long, from where to where.
Every row is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


_FACTS = (
    "count({c})",
    "approx_count_distinct({c})",
    "min(length({c}))",
    "max(length({c}))",
    "min({c})",
    "max({c})",
)


def profile(connection: duckdb.DuckDBPyConnection, staged: Staged) -> tuple[Profile, ...]:
    """One scan over all columns. `distinct` is an estimate (about 2 % off) and never more than `filled`."""
    asked = [fact.format(c=duck.name(column)) for column in staged.columns for fact in _FACTS]
    row = duck.first_row(connection, f"SELECT {', '.join(asked)} FROM {duck.rows_of(staged)}")
    return tuple(
        _profile(column, staged.rows, *row[place * len(_FACTS) : (place + 1) * len(_FACTS)])
        for place, column in enumerate(staged.columns)
    )


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


_LIST_AT_MOST = 60
_EACH_CODE_AT_LEAST = 5
"""A column is a code list when it has few values and each occurs this often on average."""


def codes(
    connection: duckdb.DuckDBPyConnection, staged: Staged, facts: Sequence[Profile]
) -> dict[str, tuple[tuple[str, int], ...]]:
    """The values of columns with few of them, and how often each occurs, most frequent first; one scan."""
    few = [
        fact for fact in facts if 0 < fact.distinct <= min(_LIST_AT_MOST, fact.filled / _EACH_CODE_AT_LEAST)
    ]
    if not few:
        return {}
    asked = ", ".join(f"map_entries(histogram({duck.name(fact.column)}))" for fact in few)
    row = duck.first_row(connection, f"SELECT {asked} FROM {duck.rows_of(staged)}")
    return {
        fact.column: tuple(
            sorted(
                ((str(entry["key"]), int(entry["value"])) for entry in entries),
                key=lambda pair: (-pair[1], pair[0]),
            )
        )
        for fact, entries in zip(few, row, strict=True)
    }


_NEARLY_ALL_DIFFERENT = 0.95
_KEYS_COUNTED = 2


def repeated(
    connection: duckdb.DuckDBPyConnection, staged: Staged, facts: Sequence[Profile]
) -> dict[str, int]:
    """For up to two columns whose values hardly repeat: how many cells repeat an earlier one, counted exactly."""
    varied = [fact for fact in facts if fact.rows and fact.filled == fact.rows]
    varied = [fact for fact in varied if fact.distinct >= _NEARLY_ALL_DIFFERENT * fact.rows][:_KEYS_COUNTED]
    return {fact.column: _repeats(connection, staged, fact) for fact in varied}


def _repeats(connection: duckdb.DuckDBPyConnection, staged: Staged, fact: Profile) -> int:
    row = duck.first_row(
        connection,
        f"""SELECT coalesce(sum(n - 1), 0)
            FROM (SELECT count(*) AS n FROM {duck.rows_of(staged)}
                  GROUP BY hash({duck.name(fact.column)}) HAVING count(*) > 1)""",
    )
    return int(row[0])
