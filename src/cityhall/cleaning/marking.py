"""The one pass: every question asked of every row; rows with anything to say go to a small file of marks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.readings.form import Ask
from cityhall.cleaning.tables import Answer, Staged

_PER_WORD = 31
"""Two bits for each question in an unsigned 64-bit word, with room for the sum."""
COVERED = "covered"
"""The suspect test of a question whose suspects are among those of another question over the same rows."""
_MANY = 3
"""From so many questions on nearly every column is read for every row; fewer are asked while reading."""
_ROWS_AT_ONCE = 10_240
"""Suspect rows are few but cost much: in small groups all threads have a share of them."""


def mark(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    asks: Sequence[Ask],
    target: Path,
    beside: duck.Work[object] = lambda _: None,
) -> None:
    """Writes `target` (Parquet): `_line` and the words of marks `_marks0, _marks1, …` of every row with a repair or
    a fault, then all its cells.

    Every row is asked only whether it is suspect; what is wrong is found out for the suspect rows alone, which is more
    planning than computing and leaves a core to the work `beside`.
    """
    suspects = target.with_suffix(".suspects.parquet")
    tested = _copy_suspects(connection, staged, asks, suspects)
    with duck.meanwhile(connection, beside) as done:
        _judge(connection, staged, asks, tested, target)
    done.result()


def _judge(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    asks: Sequence[Ask],
    tested: Sequence[int],
    target: Path,
) -> None:
    """What is wrong with the suspect rows."""
    suspects = target.with_suffix(".suspects.parquet")
    suspected = _suspected(connection, tested, suspects)
    states = [_state(ask, place, suspected) for place, ask in enumerate(asks)]
    words = [states[start : start + _PER_WORD] for start in range(0, len(states), _PER_WORD)] or [["0"]]
    sums = ", ".join(f"{_word(word)} AS _marks{number}" for number, word in enumerate(words))
    connection.execute(
        f"""COPY (SELECT _line, {sums}, {duck.cells(staged)} FROM read_parquet({duck.text(str(suspects))}))
            TO {duck.text(str(target))} (FORMAT parquet, ROW_GROUP_SIZE {_ROWS_AT_ONCE})"""
    )
    suspects.unlink()


def _copy_suspects(
    connection: duckdb.DuckDBPyConnection, staged: Staged, asks: Sequence[Ask], target: Path
) -> list[int]:
    """The rows that any question suspects, and which. Parts that tests share are computed once for a row. Answers
    the places of the questions with a test."""
    parts = {part: f"_shared{number}" for number, part in enumerate(_once(asks))}
    tests = {place: ask.suspect for place, ask in enumerate(asks) if ask.suspect not in ("false", COVERED)}
    for part, name in parts.items():
        tests = {place: test.replace(part, name) for place, test in tests.items()}
    cells = "".join(f", {part} AS {name}" for part, name in parts.items())
    answers = "".join(f", {test} AS {_suspect(place)}" for place, test in tests.items())
    names = [_suspect(place) for place in tests]
    with nullcontext() if len(tests) < _MANY else duck.without(connection, "filter_pushdown"):
        connection.execute(
            f"""COPY (SELECT {", ".join(["_line", duck.cells(staged), *names])}
                      FROM (SELECT *{answers}
                            FROM (SELECT CAST({staged.line_sql} AS BIGINT) AS _line, {duck.cells(staged)}{cells}
                                  FROM {duck.rows_of(staged)}))
                      WHERE {" OR ".join(names) or "false"})
                TO {duck.text(str(target))} (FORMAT parquet, ROW_GROUP_SIZE {_ROWS_AT_ONCE})"""
        )
    return list(tests)


def _suspected(
    connection: duckdb.DuckDBPyConnection, tested: Sequence[int], suspects: Path
) -> frozenset[int]:
    """The questions that suspect any row: only their verdicts are planned."""
    if not tested:
        return frozenset()
    found = ", ".join(f"coalesce(bool_or({_suspect(place)}), false)" for place in tested)
    row = duck.first_row(connection, f"SELECT {found} FROM read_parquet({duck.text(str(suspects))})")
    return frozenset(place for place, any_row in zip(tested, row, strict=True) if any_row)


def _suspect(place: int) -> str:
    return f"_suspect{place}"


def _state(ask: Ask, place: int, suspected: frozenset[int]) -> str:
    """The state of a suspect row."""
    if ask.suspect == COVERED:
        return ask.state
    return f"CASE WHEN {_suspect(place)} THEN {ask.verdict} ELSE 0 END" if place in suspected else "0"


def _once(asks: Sequence[Ask]) -> list[str]:
    return list(dict.fromkeys(part for ask in asks for part in ask.shared))


def _word(states: Sequence[str]) -> str:
    terms = (f"CAST({state} AS UBIGINT) * {4**place}" for place, state in enumerate(states) if state != "0")
    return "CAST(" + (" + ".join(terms) or "0") + " AS UBIGINT)"


def gather(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    asks: Sequence[Ask],
    answers: Sequence[Answer],
    workdir: Path,
    beside: duck.Work[object],
) -> None:
    """Fills the table `marks` for all `asks` (what was answered before over the same rows is not asked
    again), and gives the view `suspects`: each of these rows' `_line` and cells. Does the work `beside` as well."""
    known = {answer.state: answer for answer in answers if answer.marks.exists()}
    fresh = workdir / "marks.parquet"
    asked = [place for place, ask in enumerate(asks) if ask.state not in known and ask.state != "0"]
    mark(connection, staged, [asks[place] for place in asked], fresh, beside)
    moves: dict[Path, list[_Move]] = {fresh: [_Move(old, new) for old, new in enumerate(asked)]}
    for place, ask in enumerate(asks):
        if (answer := known.get(ask.state)) is not None:
            moves.setdefault(answer.marks, []).append(_Move(answer.place, place, answer.void))
    words = range(-(-len(asks) // _PER_WORD) or 1)
    parts = " UNION ALL ".join(
        f"SELECT _line, {', '.join(_moved(pairs, word) for word in words)} FROM read_parquet({duck.text(str(file))})"
        for file, pairs in moves.items()
    )
    merged = ", ".join(f"bit_or(_marks{word}) AS _marks{word}" for word in words)
    anything = " OR ".join(f"bit_or(_marks{word}) <> 0" for word in words)
    connection.execute(
        f"CREATE TABLE marks AS SELECT _line, {merged} FROM ({parts}) GROUP BY _line HAVING {anything}"
    )
    _view_suspects(connection, staged, list(moves))


def _view_suspects(connection: duckdb.DuckDBPyConnection, staged: Staged, files: Sequence[Path]) -> None:
    """The rows of all these files, each once."""
    parts = []
    for place, file in enumerate(files):
        earlier = "".join(
            f" AND _line NOT IN (SELECT _line FROM read_parquet({duck.text(str(before))}))"
            for before in files[:place]
        )
        parts.append(
            f"SELECT _line, {duck.cells(staged)} FROM read_parquet({duck.text(str(file))}) WHERE true{earlier}"
        )
    connection.execute(f"CREATE VIEW suspects AS {' UNION ALL '.join(parts)}")


@dataclass(frozen=True, slots=True)
class _Move:
    """A question's place in a file of marks and its place among those asked now; void answers become 0."""

    old: int
    new: int
    void: str = "false"

    @property
    def sql(self) -> str:
        answer = f"((_marks{self.old // _PER_WORD} // {4 ** (self.old % _PER_WORD)}) & 3) * {4 ** (self.new % _PER_WORD)}"
        return answer if self.void == "false" else f"CASE WHEN {self.void} THEN 0 ELSE {answer} END"


def _moved(moves: Sequence[_Move], word: int) -> str:
    """A word of marks put together from the places that its questions have in another file."""
    terms = [move.sql for move in moves if move.new // _PER_WORD == word]
    return f"CAST({' + '.join(terms) or '0'} AS UBIGINT) AS _marks{word}"


def at_fault(connection: duckdb.DuckDBPyConnection, questions: int) -> frozenset[int]:
    """The questions for which any row of `marks` holds a fault."""
    words = range(-(-questions // _PER_WORD) or 1)
    row = duck.first_row(
        connection, f"SELECT {', '.join(f'coalesce(bit_or(_marks{word}), 0)' for word in words)} FROM marks"
    )
    return frozenset(
        place for place in range(questions) if row[place // _PER_WORD] & 2 * 4 ** (place % _PER_WORD)
    )


def fault(question: int) -> str:
    """SQL: whether a row of marks holds a fault for this question."""
    return f"(_marks{question // _PER_WORD} & {2 * 4 ** (question % _PER_WORD)}) <> 0"


def repair(question: int) -> str:
    """SQL: whether a row of marks holds a repair for this question."""
    return f"(_marks{question // _PER_WORD} & {4 ** (question % _PER_WORD)}) <> 0"
