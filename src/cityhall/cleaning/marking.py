"""The one pass: every question asked of every row; rows with anything to say go to a narrow file of marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.tables import Staged

_PER_WORD = 31
"""Two bits for each question in an unsigned 64-bit word, with room for the sum."""


def mark(connection: duckdb.DuckDBPyConnection, staged: Staged, states: Sequence[str], target: Path) -> None:
    """Writes `target` (Parquet): `_line` and the words of marks `w0, w1, …` of every row with a repair or a fault.

    The list-and-unnest keeps the row filter behind the questions, so that each is asked once and in parallel;
    a WHERE would be pushed below them and ask everything twice.
    """
    words = [states[start : start + _PER_WORD] for start in range(0, len(states), _PER_WORD)] or [["0"]]
    sums = ", ".join(f"{_word(word)} AS w{number}" for number, word in enumerate(words))
    names = [f"w{number}" for number in range(len(words))]
    struct = "{" + ", ".join(f"'{name}': {name}" for name in ["_line", *names]) + "}"
    anything = " OR ".join(f"{name} <> 0" for name in names)
    connection.execute(
        f"""COPY (SELECT unnest(CASE WHEN {anything} THEN [{struct}] END, recursive := true)
                  FROM (SELECT CAST({staged.line_sql} AS BIGINT) AS _line, {sums} FROM {duck.rows_of(staged)}))
            TO {duck.text(str(target))} (FORMAT parquet, COMPRESSION zstd)"""
    )


def _word(states: Sequence[str]) -> str:
    terms = (f"CAST({state} AS UBIGINT) * {4**place}" for place, state in enumerate(states) if state != "0")
    return "CAST(" + (" + ".join(terms) or "0") + " AS UBIGINT)"


def fault(question: int) -> str:
    """SQL: whether a row of marks holds a fault for this question."""
    return f"(w{question // _PER_WORD} & {2 * 4 ** (question % _PER_WORD)}) <> 0"


def repair(question: int) -> str:
    """SQL: whether a row of marks holds a repair for this question."""
    return f"(w{question // _PER_WORD} & {4 ** (question % _PER_WORD)}) <> 0"
