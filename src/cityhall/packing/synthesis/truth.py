"""Counts what was put in: the other half of a synthetic table, against which a quality report is checked."""

from __future__ import annotations

from typing import Any

import duckdb

from cityhall.packing.synthesis.compiling import Query, named
from cityhall.packing.synthesis.dirt import CELL_DIRT
from cityhall.packing.synthesis.table import effect_of


def truth_of(con: duckdb.DuckDBPyConnection, query: Query, rows: str) -> dict[str, Any]:
    """What a perfect cleaner would find in the rows of the relation `rows`.

    Gives `rows`, `clean`, `quarantined`, `duplicates` (rows = clean + quarantined + duplicates) and `errors`: a list of
    `{error, item ('' = the whole row), effect, rows}`. A row has at most one error that quarantines; repaired cells come on top.
    """
    hard = dict(con.execute(f"SELECT hard, count(*) FROM ({query.numbered(rows)}) GROUP BY ALL").fetchall())
    errors = [
        {"error": error, "item": item, "effect": effect_of(item, error), "rows": hard.get(number, 0)}
        for (item, error), number in query.codes.items()
    ]
    errors += _ways(con, query, rows)
    total = sum(hard.values())
    quarantined = sum(entry["rows"] for entry in errors if entry["effect"] == "quarantined")
    duplicates = sum(entry["rows"] for entry in errors if entry["effect"] == "duplicate")
    clean = total - quarantined - duplicates
    return {"rows": total, "clean": clean, "quarantined": quarantined, "duplicates": duplicates, "errors": errors}


def _ways(con: duckdb.DuckDBPyConnection, query: Query, rows: str) -> list[dict[str, Any]]:
    """Odd ways of writing and empty cells, item by item; cells spoilt by a hard error are not counted twice."""
    counted, columns = [], []
    for number, item in enumerate(query.table.items):
        spoilt = [query.codes[item.name, error] for error in item.hard] + [c for c, _ in query.coordinate_arms(item)]
        sound = f"hard NOT IN ({', '.join(map(str, spoilt or [255]))})"
        ways = ([(1, "empty", "allowed")] if item.empty else []) + [
            (way, error, CELL_DIRT[error].effect) for way, error in enumerate(item.soft, start=2)
        ]
        for way, error, effect in ways:
            columns.append(f"count(*) FILTER ({named(f'soft {number}')} = {way} AND {sound})")
            counted.append({"error": error, "item": item.name, "effect": effect})
    if not columns:
        return []
    found = con.execute(f"SELECT {', '.join(columns)} FROM ({query.true_values(rows)})").fetchone() or ()
    return [{**entry, "rows": count} for entry, count in zip(counted, found, strict=True)]
