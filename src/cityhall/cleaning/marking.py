"""The one pass: every question asked of every row; rows with anything to say go to a narrow file of marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.tables import Answer, Staged

_PER_WORD = 31
"""Two bits for each question in an unsigned 64-bit word, with room for the sum."""


def mark(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    states: Sequence[str],
    target: Path,
    shared: Sequence[str] = (),
) -> None:
    """Writes `target` (Parquet): `_line` and the words of marks `w0, w1, …` of every row with a repair or
    a fault.

    `shared` are parts of the states that occur many times; each is computed once for a row.
    The list-and-unnest keeps the row filter behind the questions, so that each is asked once and in parallel;
    a WHERE would be pushed below them and ask everything twice.
    """
    parts = {part: f"_shared{number}" for number, part in enumerate(dict.fromkeys(shared))}
    for part, name in parts.items():
        states = [state.replace(part, name) for state in states]
    words = [states[start : start + _PER_WORD] for start in range(0, len(states), _PER_WORD)] or [["0"]]
    sums = ", ".join(f"{_word(word)} AS w{number}" for number, word in enumerate(words))
    names = [f"w{number}" for number in range(len(words))]
    struct = "{" + ", ".join(f"'{name}': {name}" for name in ["_line", *names]) + "}"
    anything = " OR ".join(f"{name} <> 0" for name in names)
    cells = ", ".join(["*", *(f"{part} AS {name}" for part, name in parts.items())])
    connection.execute(
        f"""COPY (SELECT unnest(CASE WHEN {anything} THEN [{struct}] END, recursive := true)
                  FROM (SELECT CAST({staged.line_sql} AS BIGINT) AS _line, {sums}
                        FROM (SELECT {cells} FROM {duck.rows_of(staged)})))
            TO {duck.text(str(target))} (FORMAT parquet, COMPRESSION zstd)"""
    )


def _word(states: Sequence[str]) -> str:
    terms = (f"CAST({state} AS UBIGINT) * {4**place}" for place, state in enumerate(states) if state != "0")
    return "CAST(" + (" + ".join(terms) or "0") + " AS UBIGINT)"


def gather(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    states: Sequence[str],
    answers: Sequence[Answer],
    workdir: Path,
    shared: Sequence[str] = (),
) -> None:
    """Fills the table `marks` for all `states`: what was answered before over the same rows is not asked
    again."""
    known = {answer.state: answer for answer in answers if answer.marks.exists()}
    fresh = workdir / "marks.parquet"
    asked = [place for place, state in enumerate(states) if state not in known and state != "0"]
    mark(connection, staged, [states[place] for place in asked], fresh, shared if asked else ())
    moves: dict[Path, list[tuple[int, int]]] = {fresh: [(old, new) for old, new in enumerate(asked)]}
    for place, state in enumerate(states):
        if state in known:
            moves.setdefault(known[state].marks, []).append((known[state].place, place))
    words = range(-(-len(states) // _PER_WORD) or 1)
    parts = " UNION ALL ".join(
        f"SELECT _line, {', '.join(_moved(pairs, word) for word in words)} FROM read_parquet({duck.text(str(file))})"
        for file, pairs in moves.items()
    )
    merged = ", ".join(f"bit_or(w{word}) AS w{word}" for word in words)
    anything = " OR ".join(f"bit_or(w{word}) <> 0" for word in words)
    connection.execute(
        f"CREATE TEMP TABLE marks AS SELECT _line, {merged} FROM ({parts}) GROUP BY _line HAVING {anything}"
    )


def _moved(pairs: Sequence[tuple[int, int]], word: int) -> str:
    """A word of marks put together from the places that its questions have in another file."""
    terms = [
        f"((w{old // _PER_WORD} // {4 ** (old % _PER_WORD)}) & 3) * {4 ** (new % _PER_WORD)}"
        for old, new in pairs
        if new // _PER_WORD == word
    ]
    return f"CAST({' + '.join(terms) or '0'} AS UBIGINT) AS w{word}"


def fault(question: int) -> str:
    """SQL: whether a row of marks holds a fault for this question."""
    return f"(w{question // _PER_WORD} & {2 * 4 ** (question % _PER_WORD)}) <> 0"


def repair(question: int) -> str:
    """SQL: whether a row of marks holds a repair for this question."""
    return f"(w{question // _PER_WORD} & {4 ** (question % _PER_WORD)}) <> 0"
