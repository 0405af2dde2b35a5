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
from cityhall.cleaning.tables import Evidence

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
    connection: duckdb.DuckDBPyConnection, column: str, evidence: Evidence, marks: Path, place: int
) -> Evidence:
    """The evidence with words for "nothing" taken as empty cells (`params["empty"]`), how many are days that no
    calendar has, and whether it is mixed.
    """
    hopeless = evidence.element is not None and evidence.matched * 2 < evidence.tested
    if evidence.matched == evidence.tested or hopeless:
        return evidence
    unread = f"FROM read_parquet({duck.text(str(marks))}) WHERE {fault(place)}"
    slip = days.after_month_end(_bare(column)) if evidence.type in _HAVE_DAYS else "false"
    evidence = replace(evidence, impossible=_slips(connection, slip, unread))
    words = _unread_words(connection, column, slip, unread)
    absent = [word for word in words if _is_absent(word, evidence)][:_WORDS_AT_MOST]
    if absent:
        evidence = _with_empty(connection, column, evidence, absent, unread)
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


def _slips(connection: duckdb.DuckDBPyConnection, slip: str, unread: str) -> int:
    if slip == "false":
        return 0
    return int(duck.first_row(connection, f"SELECT count(*) {unread} AND {slip}")[0])


def _unread_words(
    connection: duckdb.DuckDBPyConnection, column: str, slip: str, unread: str
) -> dict[str, int]:
    """The texts, without outer blanks, of the first cells not readable, and how often each occurs. Days that no
    calendar has are no words.
    """
    found = connection.execute(
        f"""SELECT {_bare(column)}, count(*)
            FROM (SELECT {duck.name(column)} {unread} ORDER BY _line LIMIT {_LOOKED_AT})
            WHERE NOT {slip} GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()
    return {str(word): int(times) for word, times in found}


def _with_empty(
    connection: duckdb.DuckDBPyConnection, column: str, evidence: Evidence, words: list[str], unread: str
) -> Evidence:
    (empty,) = duck.first_row(
        connection, f"SELECT count(*) {unread} AND {_bare(column)} IN ({duck.texts(words)})"
    )
    params = {**evidence.params, "empty": tuple(words)}
    return replace(evidence, tested=evidence.tested - int(empty), params=params)


def _bare(column: str) -> str:
    return mending.mended(duck.name(column), ("trim",))
