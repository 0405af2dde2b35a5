"""Measures over all cases of a type for a period: in total and per unit, district, cell, class or month."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cityhall.cases.declaring.formulas import FormulaRefused, Period, in_period, parts_of, to_sql
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.errors import MeasureUnknown
from cityhall.cases.measuring.asking import Row, ask, dimension
from cityhall.cases.measuring.naming import titles
from cityhall.kernel import clock
from cityhall.kernel.text import Text

COUNTS = {
    "opened": "n(opened)",
    "closed": "n(closed)",
    "due": "n(due)",
    "settled": "n(due and settled)",
    "on_time": "n(due and settled and not late)",
}


ALWAYS = ("opened", "closed")  # what types without a clock have too


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
    if as_of is not None:
        return Period(start, end, int(as_of.timestamp()), int(as_of.timestamp()))
    return Period(start, end, this_minute())


def this_minute() -> int:
    """When the minute began: what is late is told to the minute, and the same question has the same answer until the next."""
    return int(clock.now().timestamp()) // 60 * 60


def count(
    made: CaseType,
    period: Period,
    *,
    by: str = "",
    where: Mapping[str, str] | None = None,
    facts: Path | None = None,
    least: int = 1,
    busy: bool = False,
    only: Collection[str] = (),
) -> tuple[Figure, ...]:
    """The measures of a type. `by` is agency, area, district, street, community, kind, state, version or a column of the class
    table; `where` narrows by the same names; `facts` names other facts than the copy (a replay); a measure taken over fewer cases
    than `least` is not told; `busy` leaves out the values without a case in the period; `only` some measures, when named.
    Raises MeasureUnknown."""
    wanted = _some(formulas(made, judged=least > 1), only)
    columns = ", ".join(f"{compiled(made, formula, period)} AS {name}" for name, formula in wanted.items())
    narrowed = [f"{dimension(made, name)} = ?" for name in where or {}]
    conditions = " AND ".join([*narrowed, touched(made, period, wanted.values()) if busy else "true"])
    query = (
        f"SELECT {dimension(made, by)} AS key, {columns} FROM facts WHERE {conditions} GROUP BY 1 ORDER BY 1"
    )
    rows = ask(made, query, list((where or {}).values()), facts)
    words = titles(made, by, [str(row["key"] or "") for row in rows])
    return tuple(figure(row, words[str(row["key"] or "")], least) for row in rows)


def count_periods(
    made: CaseType,
    periods: Sequence[Period],
    *,
    where: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    least: int = 1,
) -> tuple[Figure, ...]:
    """The measures of several periods in one pass, in their order; `only` some of the measures, when named."""
    wanted = _some(formulas(made, judged=least > 1), only)
    columns = ", ".join(
        f"{compiled(made, formula, period)} AS {name}_at_{number}"
        for number, period in enumerate(periods)
        for name, formula in wanted.items()
    )
    conditions = " AND ".join(f"{dimension(made, name)} = ?" for name in where or {}) or "true"
    (row,) = ask(made, f"SELECT {columns} FROM facts WHERE {conditions}", list((where or {}).values()))
    return tuple(
        figure({"key": "", **{name: row[f"{name}_at_{number}"] for name in wanted}}, made.title, least)
        for number in range(len(periods))
    )


def part_in(made: CaseType) -> str:
    """What makes a case have a part in a period, in the language of measures."""
    return "opened or closed or open" + (" or due" if made.main_clock >= 0 else "")


def touched(made: CaseType, period: Period, wanted: Iterable[str]) -> str:
    """SQL for the cases that had a part in the period, so that nobody counts the others; for all cases where a measure speaks of
    others too."""
    if not all(map(in_period, wanted)):
        return "true"
    inside = compiled(made, f"n({part_in(made)})", period)
    # What was opened later had no part; said by itself, as files tell the first and last moment of their rows.
    return f"opened < {period.end} AND {inside.removeprefix('count(*) FILTER (WHERE ').removesuffix(')')}"


def formulas(made: CaseType, *, judged: bool) -> dict[str, str]:
    """What is counted: `c_` counts, `m_` measures, and to be `judged` by, `d_` over how many cases each measure is taken."""
    found = {
        f"c_{name}": formula for name, formula in COUNTS.items() if made.main_clock >= 0 or name in ALWAYS
    }
    found |= {f"m_{one.id}": one.formula for one in made.measures}
    for one in made.measures if judged else ():
        parts = parts_of(one.formula)
        if parts.counted:
            found[f"d_{one.id}"] = f"n({parts.of or parts.counted})"
    return found


def _some(wanted: Mapping[str, str], only: Collection[str]) -> dict[str, str]:
    return {
        name: formula
        for name, formula in wanted.items()
        if not only or name.startswith("c_") or name[2:] in only
    }


def figure(row: Row, title: Text, least: int = 1) -> Figure:
    """A row of counted columns as a figure, without what is taken over too few cases."""
    key = str(row["key"] or "")
    counts = {name[2:]: value for name, value in row.items() if name.startswith("c_")}
    few = {name[2:] for name, value in row.items() if name.startswith("d_") and 0 < value < least}
    measures = {
        name[2:]: None if name[2:] in few else value for name, value in row.items() if name.startswith("m_")
    }
    return Figure(key, title, counts, measures)


def backlog(
    made: CaseType, *, by: str = "", where: Mapping[str, str] | None = None, facts: Path | None = None
) -> tuple[Backlog, ...]:
    """The open cases by a dimension, narrowed as in `count`."""
    now = this_minute()
    late = compiled(made, "n(late)", Period(0, now, now)) if made.main_clock >= 0 else "0"
    conditions = " AND ".join(["ended < 0", *(f"{dimension(made, name)} = ?" for name in where or {})])
    query = (
        f"SELECT {dimension(made, by)} AS key, count(*) AS open, {late} AS late, "
        f"avg(greatest({now} - opened, 0)) / 86400.0 AS mean_days, max(greatest({now} - opened, 0)) / 86400.0 AS oldest_days "
        f"FROM facts WHERE {conditions} GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return tuple(
        Backlog(str(row["key"] or ""), row["open"], row["late"], row["mean_days"], row["oldest_days"])
        for row in ask(made, query, list((where or {}).values()), facts)
    )


def numbers_of(
    made: CaseType, condition: str, period: Period, where: Mapping[str, str] | None = None, limit: int = 1000
) -> tuple[str, ...]:
    """The cases behind a figure: those for which the condition (`due and not settled`) holds."""
    inside = (
        compiled(made, f"n({condition})", period).removeprefix("count(*) FILTER (WHERE ").removesuffix(")")
    )
    conditions = " AND ".join([f"({inside})", *(f"{dimension(made, name)} = ?" for name in where or {})])
    query = f"SELECT number FROM facts WHERE {conditions} ORDER BY opened, number LIMIT {int(limit)}"
    return tuple(row["number"] for row in ask(made, query, list((where or {}).values())))


def compiled(made: CaseType, formula: str, period: Period) -> str:
    """The SQL of a formula for a period; raises MeasureUnknown."""
    try:
        return to_sql(made, formula, period)
    except FormulaRefused as why:
        raise MeasureUnknown(what="measure", name=formula, known=str(why)) from None
