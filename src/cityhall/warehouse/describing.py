"""What is in a version, item by item: how full, how many different values, from where to where, and how they are
distributed. Figures only; who may see them is decided above.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import duckdb

from cityhall.kernel.sql import quoted
from cityhall.warehouse.query.engine import limited
from cityhall.warehouse.query.language import Limits
from cityhall.warehouse.query.tables import parts_of, table_sql
from cityhall.warehouse.shapes import Column, Version

TOP: Final = 12
MOST_BINS: Final = 400
EXACT_UP_TO: Final = 500_000  # rows; beyond, different values are estimated (HyperLogLog, about 2 % off)
_MEASURED: Final = ("integer", "decimal")
_DATED: Final = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Bin:
    """A step of a distribution: from `low` up to (not including) `high`, and its rows. Bounds are numbers, or days in
    ISO form; `high` is empty for calendar steps."""

    low: float | str
    high: float | str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """One item of a version. `top`: the most frequent values as text, none where nearly every row has its own;
    `bins` of numbers or dates, in `step` (a width, or day, month, year).
    """

    name: str
    type: str
    filled: int
    distinct: int
    least: str
    greatest: str
    top: tuple[tuple[str, int], ...] = ()
    bins: tuple[Bin, ...] = ()
    step: str = ""


def describe(version: Version, items: Sequence[str], seconds: float = 60.0) -> tuple[ItemFacts, ...]:
    """The facts of these items, in the version's order. Errors: `QueryTooLong`, `VersionMissing` when the data has
    expired.
    """
    columns = [column for column in version.items if column.name in set(items)]
    if not columns:
        return ()
    table = table_sql(parts_of(version), version.columns)
    with limited(Limits(seconds=seconds)) as connection:
        counted = connection.execute(_counts_sql(columns, table, version.rows)).fetchone() or ()
        return tuple(
            _facts(connection, column, table, counted[at * 4 : at * 4 + 4])
            for at, column in enumerate(columns)
        )


def _counts_sql(columns: Sequence[Column], table: str, rows: int) -> str:
    """Four figures per column in one pass."""
    parts = []
    for column in columns:
        name = quoted(column.name)
        distinct = f"count(DISTINCT {name})" if rows <= EXACT_UP_TO else f"approx_count_distinct({name})"
        bounds = f"min({name}), max({name})" if column.type != "geometry" else "NULL, NULL"
        parts.append(f"count({name}), {distinct}, {bounds}")
    return f"SELECT {', '.join(parts)} FROM {table}"


def _facts(
    connection: duckdb.DuckDBPyConnection, column: Column, table: str, counted: Sequence[Any]
) -> ItemFacts:
    filled, distinct, least, greatest = counted
    bins, step = _distribution(connection, column, table, least, greatest)
    return ItemFacts(
        name=column.name,
        type=column.type,
        filled=filled,
        distinct=min(distinct, filled),
        least=_text(least),
        greatest=_text(greatest),
        top=_top(connection, column, table) if _repeats(column, filled, distinct) else (),
        bins=bins,
        step=step,
    )


def _repeats(column: Column, filled: int, distinct: int) -> bool:
    """Whether frequent values say anything: not for shapes, nor where nearly every row has its own."""
    return column.type != "geometry" and 0 < distinct <= max(TOP, filled // 2)


def _top(connection: duckdb.DuckDBPyConnection, column: Column, table: str) -> tuple[tuple[str, int], ...]:
    name = quoted(column.name)
    sql = (
        f"SELECT {name}, count(*) AS n FROM {table} WHERE {name} IS NOT NULL "
        f"GROUP BY {name} ORDER BY n DESC, {name} LIMIT {TOP}"
    )
    return tuple((_text(value), rows) for value, rows in connection.execute(sql).fetchall())


def _distribution(
    connection: duckdb.DuckDBPyConnection, column: Column, table: str, least: Any, greatest: Any
) -> tuple[tuple[Bin, ...], str]:
    if least is None or least == greatest:
        return (), ""
    if column.type in _DATED:
        return _calendar(connection, column, table, least, greatest)
    return _widths(connection, column, table) if column.type in _MEASURED else ((), "")


def _calendar(
    connection: duckdb.DuckDBPyConnection, column: Column, table: str, least: date, greatest: date
) -> tuple[tuple[Bin, ...], str]:
    """Days up to two months, months up to six years, else years."""
    span = (greatest - least).days
    step = "day" if span <= 62 else "month" if span <= 366 * 6 else "year"
    name = quoted(column.name)
    sql = (
        f"SELECT CAST(date_trunc('{step}', {name}) AS DATE) AS low, count(*) FROM {table} "
        f"WHERE {name} IS NOT NULL GROUP BY low ORDER BY low LIMIT {MOST_BINS}"
    )
    found = connection.execute(sql).fetchall()
    return tuple(Bin(low.isoformat(), "", rows) for low, rows in found), step


def _widths(connection: duckdb.DuckDBPyConnection, column: Column, table: str) -> tuple[tuple[Bin, ...], str]:
    """About twelve steps of a round width over the middle 98 % of the values; what lies beyond joins the outermost."""
    name = quoted(column.name)
    sql = (
        f"SELECT approx_quantile(CAST({name} AS DOUBLE), [0.01, 0.99]), min({name}), max({name}) FROM {table}"
    )
    (low, high), least, greatest = connection.execute(sql).fetchone() or ((None, None), None, None)
    if low is None or not math.isfinite(high - low):
        return (), ""
    if high <= low or float(greatest) - float(least) <= 2 * (high - low):
        low, high = float(least), float(greatest)
    width = round_width((high - low) / 12, whole=column.type == "integer")
    first, last = math.floor(low / width), math.floor(high / width)
    sql = (
        f"SELECT CAST(greatest(least(floor(CAST({name} AS DOUBLE) / ?), ?), ?) AS BIGINT) AS step, count(*) "
        f"FROM {table} WHERE {name} IS NOT NULL GROUP BY step"
    )
    rows = dict(connection.execute(sql, [width, last, first]).fetchall())
    steps = range(first, last + 1)
    return tuple(
        Bin(_clean(at * width), _clean((at + 1) * width), rows.get(at, 0)) for at in steps
    ), f"{width:g}"


def round_width(wanted: float, *, whole: bool) -> float:
    """The next of 1, 2, 5, 10, 20, 50, … (or 0.1, 0.2, 0.5, …) that is not smaller; at least 1 for whole numbers."""
    power = 10.0 ** math.floor(math.log10(wanted)) if wanted > 0 else 1.0
    width = next(power * step for step in (1, 2, 5, 10) if power * step >= wanted * (1 - 1e-9))
    return max(width, 1.0) if whole else width


def _clean(value: float) -> float:
    """Without the dust of binary fractions."""
    return float(f"{value:.10g}")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return f"{value:.10g}" if isinstance(value, float) else str(value)
