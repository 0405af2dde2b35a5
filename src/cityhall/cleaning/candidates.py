"""Which readings of a column are worth a count over every row: chosen from its header and a sample spread
over the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.elements.catalogue import elements
from cityhall.cleaning.headers import SPEAKS_OF_TIME, hinted, speaks_of_codes
from cityhall.cleaning.readings import numbers, times
from cityhall.cleaning.readings.choose import reading_of
from cityhall.cleaning.readings.form import Reading
from cityhall.cleaning.tables import ItemSpec, Staged

SAMPLE_ROWS = 400
WORTH_COUNTING = 0.7
"""Share of the sample that must fit before a reading is counted over every row; half of that where the header
speaks for it. The count decides, not the sample."""
MOST = 2
"""Readings counted in full per column."""

RIVALS = (("mdy", "dmy"), ("mdy2", "dmy2"))
"""Formats with the same shape: only one of them can hold for a column, so both are counted."""

_WEAK = frozenset(("excel", "month6", "roc7", "roc_month", "epoch", "epoch_ms", "hms6"))
"""Formats that any number may have by accident: taken only where the header speaks of time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible reading of a column."""

    element: str | None
    type: str
    params: Mapping[str, Any] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    needs_hint: bool = False

    def reading(self, cell: str) -> Reading:
        """The reading of a cell."""
        return reading_of(ItemSpec("", "", self.element, self.type, params=self.params), cell)

    def hinted(self, column: str) -> bool:
        """Whether the header speaks for it."""
        return hinted(column, self.hints)

    @property
    def family(self) -> str:
        """Readings of one family are alternatives of writing, of which the most frequent is taken."""
        return self.element or ("number" if self.type in ("integer", "decimal") else self.type)


def every_reading() -> Iterator[Candidate]:
    """All readings known, the more specific first."""
    for element in elements().values():
        for params in (element.narrower, element.params):
            if element.steps or "low" in params:
                yield Candidate(element.code, element.type, params, element.hints, element.needs_hint)
                if element.steps:
                    break
    for kind, formats in times.FORMATS.items():
        for name in formats:
            yield Candidate(None, kind, {"formats": (name,)})
    yield Candidate(None, "integer")
    for name in numbers.FORMATS:
        yield Candidate(None, "decimal", {"format": name})
    yield Candidate(None, "boolean")


def candidates(
    connection: duckdb.DuckDBPyConnection, staged: Staged, filled: Sequence[str]
) -> dict[str, list[Candidate]]:
    """For each of the `filled` columns the readings worth counting, likeliest first. Leaves the table `sample`."""
    known = list(every_reading())
    _take_sample(connection, staged, filled)
    repaired = {one: f"_repaired{place}" for place, one in enumerate(dict.fromkeys(map(_repaired, known)))}
    mended = "".join(f", {sql} AS {name}" for sql, name in repaired.items())
    tests = ", ".join(f"count(*) FILTER ({_fits(reading, repaired)})" for reading in known)
    pairs = ", ".join(
        f"{{'place': {place}, 'cell': {duck.name(column)}}}" for place, column in enumerate(staged.columns)
    )
    rows = connection.execute(
        f"""SELECT place, count(*), {tests}
            FROM (SELECT *{mended}
                  FROM (SELECT DISTINCT place, cell FROM (SELECT unnest([{pairs}], recursive := true) FROM sample)
                        WHERE cell IS NOT NULL))
            GROUP BY place"""
    ).fetchall()
    return {
        staged.columns[row[0]]: _worth(staged.columns[row[0]], staged.columns, known, row[1], row[2:])
        for row in rows
    }


def _take_sample(connection: duckdb.DuckDBPyConnection, staged: Staged, filled: Sequence[str]) -> None:
    step = max(1, staged.rows // SAMPLE_ROWS)
    cells = duck.cells(staged)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE sample AS
            SELECT {cells} FROM {duck.rows_of(staged)} WHERE file_row_number % {step} = {step // 2}"""
    )
    _add_rare(connection, staged, filled, cells)


_RARE_ROWS = 40


def _add_rare(
    connection: duckdb.DuckDBPyConnection, staged: Staged, filled: Sequence[str], cells: str
) -> None:
    """Columns with so few filled cells that the sample met none of them bring the first rows that have one."""
    if not filled:
        return
    asked = ", ".join(f"count({duck.name(column)})" for column in filled)
    met = duck.first_row(connection, f"SELECT {asked} FROM sample")
    for column, cells_met in zip(filled, met, strict=True):
        if not cells_met:
            connection.execute(
                f"""INSERT INTO sample SELECT {cells} FROM {duck.rows_of(staged)}
                    WHERE {duck.name(column)} IS NOT NULL LIMIT {_RARE_ROWS}"""
            )


def _repaired(candidate: Candidate) -> str:
    return candidate.reading("cell").repaired


def _fits(candidate: Candidate, repaired: Mapping[str, str]) -> str:
    """Elements are tried with their repairs; ways of writing a number or a date as they stand. Cells are repaired
    once for all readings that repair them alike."""
    reading = candidate.reading("cell")
    if not candidate.element:
        return reading.valid
    mended = reading.mended.replace(reading.repaired, repaired[reading.repaired])
    return f"({reading.brief or reading.valid}) OR {mended}"


def _worth(
    column: str, columns: Sequence[str], known: Sequence[Candidate], cells: int, fits: Sequence[int]
) -> list[Candidate]:
    """Elements that fit most of the sample, those the header speaks for first; then the likeliest plain type."""
    found: list[tuple[bool, int, Candidate]] = []
    plain: dict[str, list[tuple[int, int, Candidate]]] = {}
    a_code = speaks_of_codes(column, columns)
    for place, (reading, number) in enumerate(zip(known, fits, strict=True)):
        if reading.element is None:
            if number and _may_be(column, reading, a_code):
                plain.setdefault(reading.family, []).append((-number, place, reading))
        elif _worth_counting(reading, reading.hinted(column), number / cells):
            found.append((not reading.hinted(column), place, reading))
    best = _tightest([reading for _, _, reading in sorted(found, key=lambda entry: entry[:2])])[:MOST]
    proven = any(not reading.needs_hint for reading in best)
    return best if proven else best + _types(plain, cells)


def _worth_counting(reading: Candidate, hinted_at: bool, share: float) -> bool:
    """Whether an element fits enough of the sample; the narrower of its ranges must fit nearly all of it."""
    if not hinted_at and reading.needs_hint:
        return False
    known = elements()[reading.element or ""]
    if known.narrower and reading.params == known.narrower:
        return share >= _NARROWER
    return share >= WORTH_COUNTING * (0.5 if hinted_at else 1)


_NARROWER = 0.95


def _tightest(readings: Sequence[Candidate]) -> list[Candidate]:
    """Of several ranges of one element only the first, tightest one that fits."""
    return list({reading.element: reading for reading in reversed(readings)}.values())[::-1]


def _may_be(column: str, reading: Candidate, a_code: bool) -> bool:
    """Headers can forbid a type: a code is never a number, and a bare number is only a date if the header says so."""
    formats = reading.params.get("formats", ())
    if any(name in _WEAK for name in formats):
        return bool(SPEAKS_OF_TIME.search(column))
    return not a_code or reading.family not in ("number", "boolean")


def _types(plain: Mapping[str, list[tuple[int, int, Candidate]]], cells: int) -> list[Candidate]:
    """For the first type that fits: its ways of writing that occur, most frequent first, as one reading."""
    for family in ("date", "datetime", "time", "number", "boolean"):
        ways = sorted(plain.get(family, []), key=lambda entry: entry[:2])
        if sum(-number for number, _, _ in ways[:3]) >= cells * WORTH_COUNTING:
            return _number(ways) if family == "number" else _moment(family, [way[2] for way in ways])
    return []


def _number(ways: Sequence[tuple[int, int, Candidate]]) -> list[Candidate]:
    """Whole numbers are counted as decimals too: one cell with a point is enough to make them decimals."""
    first = ways[0][2]
    return [first, Candidate(None, "decimal", {"format": "plain"})] if first.type == "integer" else [first]


def _moment(family: str, ways: Sequence[Candidate]) -> list[Candidate]:
    if family == "boolean":
        return [ways[0]]
    formats = [way.params["formats"][0] for way in ways]
    shapes = [rivals for rivals in RIVALS if any(name in rivals for name in formats)]
    if len(shapes) > 1:
        return []  # years of two and of four digits: two hands wrote it, and each may have its own order
    for rivals in shapes:
        rest = [name for name in formats if name not in rivals]
        return [Candidate(None, family, {"formats": (name, *rest)}) for name in rivals if name in formats]
    return [Candidate(None, family, {"formats": tuple(formats[:4])})]
