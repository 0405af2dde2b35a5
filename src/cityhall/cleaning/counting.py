"""Counts the readings worth counting over every row of a staged table, in one scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.absent import without_absent
from cityhall.cleaning.candidates import Candidate
from cityhall.cleaning.marking import COVERED, fault, mark, repair
from cityhall.cleaning.profiling import Profile
from cityhall.cleaning.readings.choose import reading_of, stands_for_nothing
from cityhall.cleaning.readings.form import Ask, Reading
from cityhall.cleaning.tables import Answer, Evidence, ItemSpec, Staged

_PLACES_AT_MOST = 12


def counted(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    facts: Sequence[Profile],
    worth: Mapping[str, Sequence[Candidate]],
    workdir: Path,
) -> dict[str, list[Evidence]]:
    """For each column the evidence of each of its candidate readings, in the order given."""
    pairs = [(column, reading) for column, readings in worth.items() for reading in readings]
    marks = workdir / "answers.parquet"
    readings = [reading.reading(duck.name(column)) for column, reading in pairs]
    mark(connection, staged, _asks(pairs, readings), marks)
    counts = ", ".join(
        f"count(*) FILTER ({repair(n)}), count(*) FILTER ({fault(n)})" for n in range(len(pairs))
    )
    row = duck.first_row(connection, f"SELECT {counts or 0} FROM read_parquet({duck.text(str(marks))})")
    filled = {fact.column: fact.filled for fact in facts}
    digits = _digits(
        connection,
        staged,
        [(n, column, _grouped(one)) for n, (column, one) in enumerate(pairs) if _numeric(one)],
        frozenset(n for n in range(len(pairs)) if row[2 * n]),
        marks,
    )
    found: dict[str, list[Evidence]] = {}
    for n, (column, reading) in enumerate(pairs):
        evidence = Evidence(
            element=reading.element,
            type=reading.type,
            tested=filled[column],
            matched=filled[column] - row[2 * n + 1],
            mended=row[2 * n],
            hinted=reading.hinted(column),
            params=dict(reading.params),
        )
        if n in digits:
            evidence = _as_number(evidence, *digits[n])
        evidence = without_absent(connection, column, evidence, marks, n)
        answer = _answer(column, evidence, marks, n)
        found.setdefault(column, []).append(replace(evidence, answer=answer))
    return found


def _asks(pairs: Sequence[tuple[str, Candidate]], readings: Sequence[Reading]) -> list[Ask]:
    """What to ask for each reading. A cell that is no decimal is suspect as a whole number or within bounds
    already, where one of these is asked of the same column."""
    narrow = {column for column, one in pairs if _narrow(one)}
    asks = []
    for (column, one), reading in zip(pairs, readings, strict=True):
        covered = column in narrow and one.type == "decimal" and one.params == {"format": "plain"}
        asks.append(replace(reading.ask, suspect=COVERED) if covered else reading.ask)
    return asks


def _narrow(reading: Candidate) -> bool:
    """Whether every cell it takes is a plain decimal too."""
    plain = _numeric(reading) and not _grouped(reading)
    return plain and (reading.type == "integer" or "low" in reading.params)


def _answer(column: str, evidence: Evidence, marks: Path, place: int) -> Answer:
    """The answers hold for the reading as it is now proposed; words for "nothing" are no faults any more."""
    item = ItemSpec(column, column, evidence.element, evidence.type, params=evidence.params)
    state = reading_of(item, duck.name(column)).state
    words = evidence.params.get("empty")
    void = stands_for_nothing(words, duck.name(column)) if words else "false"
    return Answer(state, marks, place, void)


def _numeric(reading: Candidate) -> bool:
    return reading.type in ("integer", "decimal")


def _grouped(reading: Candidate) -> bool:
    return bool(reading.params.get("format", "plain") != "plain")


def _digits(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    numbers: Sequence[tuple[int, str, bool]],
    mended: frozenset[int],
    marks: Path,
) -> dict[int, tuple[int, int]]:
    """For each numeric reading the most decimal places of any cell, and how many cells have a leading zero.

    `numbers` are (number of the reading, column, whether commas may group its digits); `mended` are the
    readings with repaired cells, which are looked at alone.
    """
    if not numbers:
        return {}
    line = f"CAST({staged.line_sql} AS BIGINT)"
    repaired = f"{line} IN (SELECT _line FROM read_parquet({duck.text(str(marks))}) WHERE {{}})"
    facts = ", ".join(_facts_of_digits(duck.name(column), comma) for _, column, comma in numbers)
    plain = duck.first_row(connection, f"SELECT {facts} FROM {duck.rows_of(staged)}")
    found = {n: (plain[2 * k], plain[2 * k + 1]) for k, (n, _, _) in enumerate(numbers)}
    for n, column, _ in numbers:
        if n not in mended:
            continue
        odd = duck.first_row(
            connection,
            f"""SELECT max(length(regexp_extract({duck.name(column)}, '[.．]([0-9０-９]+)[^万亿千百%％]*$', 1)))
                FROM {duck.rows_of(staged)} WHERE {repaired.format(repair(n))}""",
        )
        found[n] = (max(found[n][0], odd[0] or 0), found[n][1])
    return found


def _facts_of_digits(cell: str, grouped: bool) -> str:
    number = f"replace({cell}, ',', '')" if grouped else cell
    counted = f"contains({cell}, '.') AND TRY_CAST({number} AS DOUBLE) IS NOT NULL"
    places = f"max(strlen({cell}) - instr({cell}, '.')) FILTER ({counted})"
    return f"coalesce({places}, 0), count(*) FILTER ({cell} >= '00' AND {cell} < '0:')"


def _as_number(evidence: Evidence, places: int, zeros: int) -> Evidence:
    if zeros:  # a leading zero carries meaning: the column holds codes
        return replace(evidence, matched=0, mended=0)
    form = evidence.params.get("format")
    if evidence.type == "decimal" and not places and form == "grouped" and not evidence.element:
        return replace(evidence, type="integer")
    if evidence.type == "decimal" and places <= _PLACES_AT_MOST and form not in ("exponent", "comma"):
        # A percentage becomes a share and needs two places more.
        scale = max(places, 2) + 2 if form == "percent" else places
        return replace(evidence, params={**evidence.params, "scale": scale})
    return evidence
