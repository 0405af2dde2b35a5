"""Recognition: what each column is, with the evidence counted over every row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.candidates import Candidate, candidates
from cityhall.cleaning.elements.catalogue import elements
from cityhall.cleaning.explaining import reason_for
from cityhall.cleaning.profiling import Profile, profile
from cityhall.cleaning.tables import ColumnRecognition, Evidence, Staged

SHARE_NEEDED = 0.98
"""Share of filled cells a reading needs; the exceptions become findings."""
SHARE_WITH_HINT = 0.90
"""The same where the header speaks for the element."""
EXAMPLES = 3


def recognise(
    staged: Staged, *, workdir: Path, memory_limit: str = "900MB", threads: int = 2
) -> tuple[ColumnRecognition, ...]:
    """What every column is: facts, type, standard element, proposed level, and the reason. No sample decides:
    it only chooses which readings are counted over every row."""
    with duck.opened(workdir, memory_limit, threads) as connection:
        facts = profile(connection, staged)
        worth = candidates(connection, staged)
        counted = _count(connection, staged, facts, worth)
        return tuple(_column(connection, fact, counted.get(fact.column, [])) for fact in facts)


def _count(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    facts: Sequence[Profile],
    worth: dict[str, list[Candidate]],
) -> dict[str, list[Evidence]]:
    """Counts every worthwhile reading over every row, in one scan."""
    pairs = [(column, reading) for column, readings in worth.items() for reading in readings]
    if not pairs:
        return {}
    states = ", ".join(
        f"{reading.reading(duck.name(column)).state} AS s{n}" for n, (column, reading) in enumerate(pairs)
    )
    counts = ", ".join(f"count(*) FILTER (s{n} = 1), count(*) FILTER (s{n} = 2)" for n in range(len(pairs)))
    row = duck.first_row(connection, f"SELECT {counts} FROM (SELECT {states} FROM {duck.rows_of(staged)})")
    filled = {fact.column: fact.filled for fact in facts}
    found: dict[str, list[Evidence]] = {}
    for n, (column, reading) in enumerate(pairs):
        mended, failed = row[2 * n], row[2 * n + 1]
        found.setdefault(column, []).append(
            Evidence(
                element=reading.element,
                type=reading.type,
                tested=filled[column],
                matched=filled[column] - failed,
                mended=mended,
                hinted=reading.hinted(column),
                params=dict(reading.params),
            )
        )
    return found


def _column(
    connection: duckdb.DuckDBPyConnection, fact: Profile, counted: Sequence[Evidence]
) -> ColumnRecognition:
    chosen = next((one for one in counted if _enough(one)), None)
    element = elements().get(chosen.element or "") if chosen else None
    return ColumnRecognition(
        column=fact.column,
        rows=fact.rows,
        filled=fact.filled,
        distinct=fact.distinct,
        low=fact.low,
        high=fact.high,
        shortest=fact.shortest,
        longest=fact.longest,
        examples=_examples(connection, fact.column),
        type=chosen.type if chosen else "text",
        element=chosen.element if chosen else None,
        params=chosen.params if chosen else {},
        evidence=chosen,
        others=tuple(one for one in counted if one is not chosen),
        level=element.level if element else "L1",
        personal=element.personal if element else False,
        reason=reason_for(fact, chosen),
    )


def _enough(evidence: Evidence) -> bool:
    needed = SHARE_WITH_HINT if evidence.hinted else SHARE_NEEDED
    return evidence.tested > 0 and evidence.share >= needed


def _examples(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[str, ...]:
    cell = duck.name(column)
    rows = connection.execute(
        f"SELECT {cell} FROM sample WHERE {cell} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {EXAMPLES}"
    ).fetchall()
    return tuple(str(row[0]) for row in rows)
