"""Measures over all cases of a type for a period: in total and per unit, district, cell, class or month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from cityhall.cases.declaring.formulas import FormulaRefused, Period, to_sql
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.errors import MeasureUnknown
from cityhall.cases.measuring.copying import files, refresh, source
from cityhall.kernel import clock
from cityhall.kernel.text import Text

COUNTS = {
    "opened": "n(opened)",
    "due": "n(due)",
    "settled": "n(due and settled)",
    "on_time": "n(due and settled and not late)",
}
AREAS = {"district": 6, "street": 9, "community": 12}


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of measures: the value of the dimension (empty in the total), the counts behind, and the measures (None where
    there is nothing to divide by)."""

    key: str
    title: Text
    counts: Mapping[str, int]
    measures: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open cases: how many, how many of them late, their mean and greatest age in days."""

    key: str
    open: int
    late: int
    mean_days: float
    oldest_days: float


def period_of(first: date, last: date, zone: str, as_of: datetime | None = None) -> Period:
    """The period from a day to another, both included; counted as of now unless said otherwise."""
    place = ZoneInfo(zone)
    start = int(datetime.combine(first, time(), place).timestamp())
    end = int(datetime.combine(last + timedelta(days=1), time(), place).timestamp())
    return Period(start, end, int((as_of or clock.now()).timestamp()))


def count(
    made: CaseType,
    period: Period,
    *,
    by: str = "",
    where: Mapping[str, str] | None = None,
    facts: Path | None = None,
) -> tuple[Figure, ...]:
    """The measures of a type. `by` is agency, area, district, street, community, kind, state, version or a column of the class
    table; `where` narrows by the same names; `facts` names other facts than the copy (a replay). Raises MeasureUnknown."""
    key = _dimension(made, by)
    measures = {
        f"c_{name}": formula for name, formula in COUNTS.items() if made.main_clock >= 0 or name == "opened"
    }
    measures |= {f"m_{one.id}": one.formula for one in made.measures}
    columns = ", ".join(f"{_sql(made, formula, period)} AS {name}" for name, formula in measures.items())
    conditions = " AND ".join(f"{_dimension(made, name)} = ?" for name in where or {}) or "true"
    query = f"SELECT {key} AS key, {columns} FROM {_facts(made, facts)} AS facts WHERE {conditions} GROUP BY 1 ORDER BY 1"
    rows = _ask(made, query, list((where or {}).values()))
    return tuple(_figure(made, by, row) for row in rows)


def backlog(made: CaseType, *, by: str = "", facts: Path | None = None) -> tuple[Backlog, ...]:
    """The open cases by a dimension."""
    now = int(clock.now().timestamp())
    late = _sql(made, "n(late)", Period(0, now, now)) if made.main_clock >= 0 else "0"
    query = (
        f"SELECT {_dimension(made, by)} AS key, count(*) AS open, {late} AS late, avg({now} - opened) / 86400.0 AS mean_days, "
        f"max({now} - opened) / 86400.0 AS oldest_days "
        f"FROM {_facts(made, facts)} AS facts WHERE ended < 0 GROUP BY 1 ORDER BY 2 DESC"
    )
    return tuple(
        Backlog(str(row["key"] or ""), row["open"], row["late"], row["mean_days"], row["oldest_days"])
        for row in _ask(made, query, [])
    )


def numbers_of(
    made: CaseType, condition: str, period: Period, where: Mapping[str, str] | None = None, limit: int = 1000
) -> tuple[str, ...]:
    """The cases behind a figure: those for which the condition (`due and not settled`) holds."""
    inside = _sql(made, f"n({condition})", period).removeprefix("count(*) FILTER (WHERE ").removesuffix(")")
    conditions = " AND ".join([f"({inside})", *(f"{_dimension(made, name)} = ?" for name in where or {})])
    query = f"SELECT number FROM {_facts(made, None)} AS facts WHERE {conditions} ORDER BY opened, number LIMIT {int(limit)}"
    return tuple(row["number"] for row in _ask(made, query, list((where or {}).values())))


def _facts(made: CaseType, facts: Path | None) -> str:
    if facts is not None:
        return files(sorted(facts.glob("*.parquet")))
    refresh(made)
    return source(made)


def _ask(made: CaseType, query: str, values: Sequence[str]) -> list[dict[str, Any]]:
    with duckdb.connect(config={"memory_limit": "1GB"}) as con:
        if made.kind:
            con.register("classes", _classes(made))
        result = con.execute(query, list(values))
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _classes(made: CaseType) -> pa.Table:
    """The newest row of every class: code and columns."""
    table = made.tables.get(made.fields[made.kind].table)
    rows = {code: dated[-1] for code, dated in table.rows.items()} if table else {}
    columns = table.columns if table else ()
    return pa.table(
        {"code": pa.array(rows, pa.string())}
        | {
            f"x_{name}": pa.array([str(row.values.get(name, "")) for row in rows.values()], pa.string())
            for name in columns
        }
    )


def _dimension(made: CaseType, name: str) -> str:
    """SQL for the value of a dimension."""
    if not name:
        return "''"
    if name in AREAS:
        return f"substr(area, 1, {AREAS[name]})"
    if name in ("agency", "area", "kind", "state", "outcome"):
        return name
    if name == "version":
        return "CAST(version AS VARCHAR)"
    table = made.tables.get(made.fields[made.kind].table) if made.kind else None
    if table is None or name not in table.columns:
        known = [
            *AREAS,
            "agency",
            "area",
            "kind",
            "state",
            "outcome",
            "version",
            *(table.columns if table else ()),
        ]
        raise MeasureUnknown(what="dimension", name=name, known=", ".join(known))
    return f"coalesce((SELECT x_{name} FROM classes WHERE classes.code = facts.kind), '')"


def _sql(made: CaseType, formula: str, period: Period) -> str:
    try:
        return to_sql(made, formula, period)
    except FormulaRefused as why:
        raise MeasureUnknown(what="measure", name=formula, known=str(why)) from None


def _figure(made: CaseType, by: str, row: dict[str, Any]) -> Figure:
    key = str(row["key"] or "")
    return Figure(
        key,
        _title(made, by, key),
        {name.removeprefix("c_"): value for name, value in row.items() if name.startswith("c_")},
        {name.removeprefix("m_"): value for name, value in row.items() if name.startswith("m_")},
    )


def _title(made: CaseType, by: str, key: str) -> Text:
    """The words for a value: of a class, of a state; else the value itself."""
    if by == "kind" and made.kind:
        dated = (
            made.tables[made.fields[made.kind].table].rows.get(key) if made.fields[made.kind].table else None
        )
        return dated[-1].title if dated else Text(en=key, zh=key)
    if by == "state" and key in made.state_numbers:
        return made.states[made.state_numbers[key]].title
    return Text(en=key, zh=key)
