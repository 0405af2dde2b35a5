"""Counts the readings worth counting over every row of a staged table, in one scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.candidates import Candidate
from cityhall.cleaning.profiling import Profile
from cityhall.cleaning.tables import Evidence, Staged

_PLACES_AT_MOST = 12


def counted(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    facts: Sequence[Profile],
    worth: Mapping[str, Sequence[Candidate]],
) -> dict[str, list[Evidence]]:
    """For each column the evidence of each of its candidate readings, in the order given."""
    pairs = [(column, reading) for column, readings in worth.items() for reading in readings]
    if not pairs:
        return {}
    states = [
        f"{reading.reading(duck.name(column)).state} AS s{n}" for n, (column, reading) in enumerate(pairs)
    ]
    cells = [f"{duck.name(column)} AS c{n}" for n, (column, reading) in enumerate(pairs) if _numeric(reading)]
    asked = ", ".join(_aggregates(n, reading) for n, (_, reading) in enumerate(pairs))
    row = duck.first_row(
        connection, f"SELECT {asked} FROM (SELECT {', '.join([*states, *cells])} FROM {duck.rows_of(staged)})"
    )
    filled = {fact.column: fact.filled for fact in facts}
    found: dict[str, list[Evidence]] = {}
    for n, (column, reading) in enumerate(pairs):
        found.setdefault(column, []).append(
            _evidence(column, reading, filled[column], row[4 * n : 4 * n + 4])
        )
    return found


def _numeric(reading: Candidate) -> bool:
    return reading.type in ("integer", "decimal")


def _aggregates(n: int, reading: Candidate) -> str:
    """Repairs, faults, and for numbers the most decimal places and the cells with a leading zero."""
    counts = f"count(*) FILTER (s{n} = 1), count(*) FILTER (s{n} = 2)"
    if not _numeric(reading):
        return f"{counts}, 0, 0"
    places = f"max(strlen(c{n}) - instr(c{n}, '.')) FILTER (s{n} = 0 AND contains(c{n}, '.'))"
    return f"{counts}, coalesce({places}, 0), count(*) FILTER (c{n} >= '00' AND c{n} < '0:')"


def _evidence(column: str, reading: Candidate, filled: int, counts: Sequence[int]) -> Evidence:
    mended, failed, places, zeros = counts
    evidence = Evidence(
        element=reading.element,
        type=reading.type,
        tested=filled,
        matched=filled - failed,
        mended=mended,
        hinted=reading.hinted(column),
        params=dict(reading.params),
    )
    if not _numeric(reading):
        return evidence
    if zeros:  # a leading zero carries meaning: the column holds codes
        return replace(evidence, matched=0, mended=0)
    if reading.type == "decimal" and places <= _PLACES_AT_MOST and reading.params.get("format") != "exponent":
        return replace(evidence, params={**evidence.params, "scale": _scale(reading, places)})
    return evidence


def _scale(reading: Candidate, places: int) -> int:
    """Decimal places to keep; a percentage becomes a share and needs two more."""
    return max(places, 2) + 2 if reading.params.get("format") == "percent" else places
