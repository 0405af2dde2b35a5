"""Counts what was put in: the other half of a synthetic table, against which a quality report is checked."""

from __future__ import annotations

from typing import Any

import duckdb

from cityhall.kernel.sql import quoted
from cityhall.packing.synthesis.compiling import Query, has_ways, soft_name
from cityhall.packing.synthesis.dirt import CELL_DIRT, DUPLICATE, QUARANTINED, effect_of

PLACES = 100  # of each error so many places are told


def truth_of(
    con: duckdb.DuckDBPyConnection, query: Query, rows: str, *, places: int = PLACES
) -> dict[str, Any]:
    """What a perfect cleaner would find in the rows of the relation `rows`.

    Gives `rows`, `clean`, `quarantined`, `duplicates` (rows = clean + quarantined + duplicates) and `errors`: a list
    of `{error, item ('' = the whole row), effect, rows, at}`, where `at` holds the first data rows (1 = the row after
    the header) with a hard error. A row has at most one error that quarantines it; repaired cells come on top.
    """
    hard = _hard(con, query, rows, places)
    errors: list[dict[str, Any]] = [
        {"error": error, "item": item, "effect": effect_of(item, error), "rows": count, "at": at}
        for (item, error), number in query.codes.items()
        if error != "removed"
        for count, at in [hard.get(number, (0, []))]
    ]
    total = sum(count for count, _ in hard.values())
    quarantined, duplicates = (_rows_with(errors, effect) for effect in (QUARANTINED, DUPLICATE))
    return {
        "rows": total,
        "clean": total - quarantined - duplicates,
        "quarantined": quarantined,
        "duplicates": duplicates,
        "errors": errors + _ways(con, query, rows),
    }


def _rows_with(errors: list[dict[str, Any]], effect: str) -> int:
    return sum(int(entry["rows"]) for entry in errors if entry["effect"] == effect)


def _hard(
    con: duckdb.DuckDBPyConnection, query: Query, rows: str, places: int
) -> dict[int, tuple[int, list[int]]]:
    """Number of the error -> how many rows, and the first of them."""
    numbered = query.numbered(rows)
    counts = dict(con.execute(f"SELECT hard, count(*) FROM ({numbered}) GROUP BY ALL").fetchall())
    at: dict[int, list[int]] = {}
    if places:
        placed = f"SELECT hard, row_number() OVER (ORDER BY row) AS place FROM ({numbered})"
        firsts = (
            f"SELECT hard, list(place ORDER BY place)[:{places}] FROM ({placed}) WHERE hard > 0 GROUP BY hard"
        )
        at = dict(con.execute(firsts).fetchall())
    return {number: (count, at.get(number, [])) for number, count in counts.items()}


def _ways(con: duckdb.DuckDBPyConnection, query: Query, rows: str) -> list[dict[str, Any]]:
    """Odd ways of writing and empty cells, item by item; a cell spoilt by a hard error is not counted."""
    counted, columns = [], []
    for number, item in enumerate(query.table.items):
        if not has_ways(item):
            continue
        spoilt = ", ".join(str(code) for code, _ in query.hard_arms(item)) or "255"
        ways = [(1, "empty", "allowed")] if item.empty else []
        ways += [(way, error, CELL_DIRT[error].effect) for way, error in enumerate(item.soft, start=2)]
        for way, error, effect in ways:
            columns.append(f"count(*) FILTER ({soft_name(number)} = {way} AND hard NOT IN ({spoilt}))")
            counted.append({"error": error, "item": item.name, "effect": effect})
    if not columns:
        return []
    found = con.execute(f"SELECT {', '.join(columns)} FROM ({query.true_values(rows)})").fetchone() or ()
    return [{**entry, "rows": count} for entry, count in zip(counted, found, strict=True)]


def difference(con: duckdb.DuckDBPyConnection, before: Query, after: Query, rows: str) -> dict[str, int]:
    """Clean rows by key from one version to the next: `{added, removed, changed}` (a removed row was clean
    before)."""
    table = after.table
    removed_code = after.codes.get(("", "removed"), 255)
    bad = [str(n) for (i, e), n in after.codes.items() if effect_of(i, e) in {QUARANTINED, DUPLICATE}]
    clean = f"hard NOT IN ({', '.join(bad or ['255'])})"
    old, new = f"row < {table.rows_at(before.version)}", f"row >= {table.rows_at(before.version)}"
    drawn = f"SELECT row, {after.chance('row', 'hard')} AS drawn FROM {rows}"
    numbered = f"SELECT row, {after.hard()} AS hard FROM ({drawn})"
    leaving = f"hard = {removed_code} AND {after.removed_at('row')}"
    added, removed = con.execute(
        f"""SELECT count(*) FILTER ({clean} AND {new} AND NOT ({leaving} <= {after.version})),
                   count(*) FILTER ({clean} AND {old} AND {leaving} = {after.version}) FROM ({numbered})"""
    ).fetchone() or (0, 0)
    items = [quoted(item.name) for item in table.items]
    differs = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in items)
    changed = con.execute(
        f"""SELECT count(*) FROM ({before.written(rows, "row", "hard")}) a
            JOIN ({after.written(rows, "row", "hard")}) b USING (row)
            WHERE a.{clean} AND {old} AND ({differs})"""
    ).fetchone() or (0,)
    return {"added": added, "removed": removed, "changed": changed[0]}
