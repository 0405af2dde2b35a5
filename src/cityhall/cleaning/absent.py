"""Words that stand for "nothing here" (NA, -, 0000-00-00), and words that make a column of numbers mixed.

Asked only of cells that could not be read: first of the leading ones; where such a word is found, of all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from cityhall.cleaning import duck, mending
from cityhall.cleaning.marking import fault
from cityhall.cleaning.readings import days
from cityhall.cleaning.tables import Evidence, Staged

_ABSENT = re.compile(
    r"[-‐–—―_*.…?？]{1,10}|n/?a|n\.a\.|#n/a|nan|null|none|nil"
    r"|0000[-/.]00[-/.]00(?:[ T]00:00(?::00)?)?|00[-/.]00[-/.]0000",
    re.I,
)
_HAVE_DAYS = ("date", "datetime")
_LOOKED_AT = 1_000
_WORDS_AT_MOST = 12
_MIXED_SHARE = 0.01
"""From this share of other words on, a column whose other words repeat is no column of numbers or dates."""
_MIXED_WORDS = 5
_MIXED_TIMES = 3


def without_absent(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    column: str,
    evidence: Evidence,
    marks: Path,
    place: int,
) -> Evidence:
    """The evidence with words for "nothing" taken as empty cells (`params["empty"]`), how many are days that no
    calendar has, and whether it is mixed.
    """
    hopeless = evidence.element is not None and evidence.matched * 2 < evidence.tested
    if evidence.matched == evidence.tested or hopeless:
        return evidence
    slip = days.after_month_end(_bare(column)) if evidence.type in _HAVE_DAYS else "false"
    evidence = replace(evidence, impossible=_slips(connection, slip, marks, place))
    words = _unread_words(connection, staged, column, slip, marks, place)
    absent = [word for word in words if _is_absent(word, evidence)][:_WORDS_AT_MOST]
    if absent:
        evidence = _with_empty(connection, staged, column, evidence, absent, marks, place)
    rest = {word: times for word, times in words.items() if word not in absent}
    return replace(evidence, mixed=_mixed(evidence, rest))


def _is_absent(word: str, evidence: Evidence) -> bool:
    """A text keeps its words; only its blanks are empty. Blanks among numbers are the padding of a code."""
    return not word if evidence.type == "text" else bool(_ABSENT.fullmatch(word))


def _mixed(evidence: Evidence, rest: Mapping[str, int]) -> bool:
    faults = evidence.tested - evidence.matched - evidence.impossible
    if evidence.element or faults <= _MIXED_SHARE * evidence.tested or not rest:
        return False
    return len(rest) <= _MIXED_WORDS and sum(rest.values()) >= _MIXED_TIMES * len(rest)


def _slips(connection: duckdb.DuckDBPyConnection, slip: str, marks: Path, place: int) -> int:
    if slip == "false":
        return 0
    found = f"SELECT count(*) FROM read_parquet({duck.text(str(marks))}) WHERE {fault(place)} AND {slip}"
    return int(duck.first_row(connection, found)[0])


def _unread_words(
    connection: duckdb.DuckDBPyConnection, staged: Staged, column: str, slip: str, marks: Path, place: int
) -> dict[str, int]:
    """The texts, without outer blanks, of the first cells not readable, and how often each occurs. Days that no
    calendar has are no words.
    """
    faulty = f"SELECT _line FROM read_parquet({duck.text(str(marks))}) WHERE {fault(place)}"
    low, high = duck.first_row(
        connection, f"SELECT min(_line), max(_line) FROM ({faulty} ORDER BY _line LIMIT {_LOOKED_AT})"
    )
    if low is None:
        return {}
    line = f"CAST({staged.line_sql} AS BIGINT)"
    found = connection.execute(
        f"""SELECT {_bare(column)}, count(*) FROM {duck.rows_of(staged)}
            WHERE {line} BETWEEN {low} AND {high} AND {line} IN ({faulty}) AND NOT {slip}
            GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()
    return {str(word): int(times) for word, times in found}


def _with_empty(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    column: str,
    evidence: Evidence,
    words: list[str],
    marks: Path,
    place: int,
) -> Evidence:
    line = f"CAST({staged.line_sql} AS BIGINT)"
    faulty = f"SELECT _line FROM read_parquet({duck.text(str(marks))}) WHERE {fault(place)}"
    (empty,) = duck.first_row(
        connection,
        f"""SELECT count(*) FROM {duck.rows_of(staged)}
            WHERE {line} IN ({faulty}) AND {_bare(column)} IN ({duck.texts(words)})""",
    )
    params = {**evidence.params, "empty": tuple(words)}
    return replace(evidence, tested=evidence.tested - int(empty), params=params)


def _bare(column: str) -> str:
    return mending.mended(duck.name(column), ("trim",))
