"""Everything a bulletin of one month says, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cityhall.cases.declaring.formulas import Period
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.errors import MonthRefused
from cityhall.cases.measuring.asking import ask
from cityhall.cases.measuring.counting import Backlog, Figure, backlog, count_periods, period_of
from cityhall.cases.measuring.evaluating import Ranking, evaluated
from cityhall.cases.measuring.naming import dimensions_of
from cityhall.cases.measuring.periods import last_day, month_of, months_until
from cityhall.cases.measuring.publishing import told_backlog, told_figures
from cityhall.cases.storing.rows import moment
from cityhall.cases.storing.types import calendar_of, calendar_row
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS

TREND = 12


@dataclass(frozen=True, slots=True)
class Division:
    """The figures of the month by one dimension, most due first."""

    by: str
    rows: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """The figures of a type for a month, those of the months before it (oldest first, the month last), rankings and backlog;
    `known` is when the last thing happened that they count; `calendar` the version of the working calendar."""

    made: CaseType
    month: date
    total: Figure
    before: Figure | None
    year_before: Figure | None
    trend: tuple[tuple[date, Figure | None], ...]
    divided: tuple[Division, ...]
    rankings: tuple[Ranking, ...]
    waiting: Backlog | None
    waiting_by: tuple[Backlog, ...]
    known: datetime | None
    calendar: int
    running: bool
    synthetic: bool


def bulletin_of(made: CaseType, month: date, *, synthetic: bool = False) -> Bulletin:
    """Gather a bulletin. What anybody may read: nothing taken over fewer cases than the declared least. Raises MonthRefused for a
    month that has not begun."""
    month = month_of(month)
    if month > clock.today():
        raise MonthRefused(month=f"{month:%Y-%m}")
    row = calendar_row(made.calendar)
    zone = calendar_of(row).zone
    past = _months(made, months_until(month, TREND + 1), zone)
    period = period_of(month, last_day(month), zone)
    known = ask(made, "SELECT max(changed) AS known FROM facts")[0]["known"]
    by = [name for name in dimensions_of(made) if name in made.publication.by and name != "area"]
    divided = _divided(made, month, by)
    return Bulletin(
        made=made,
        month=month,
        total=past[month] or Figure("", made.title, {}, {}),
        before=past[months_until(month, 2)[0]],
        year_before=past[months_until(month, TREND + 1)[0]],
        trend=tuple(past.items())[1:],
        divided=divided,
        rankings=_rankings(made, month, period, divided),
        waiting=next(iter(backlog(made)), None),
        waiting_by=told_backlog(made, "agency"),
        known=moment(known) if known is not None else None,
        calendar=row.version,
        running=last_day(month) >= clock.today(),
        synthetic=synthetic,
    )


def _months(made: CaseType, months: tuple[date, ...], zone: str) -> dict[date, Figure | None]:
    """The figures of each month; None where nothing happened."""
    periods = [period_of(one, last_day(one), zone) for one in months]
    found = count_periods(made, periods, least=made.publication.least)
    return {
        month: one if any(one.counts.values()) else None for month, one in zip(months, found, strict=True)
    }


def _divided(made: CaseType, month: date, by: list[str]) -> tuple[Division, ...]:
    """What may be told of the month by each dimension."""
    found: dict[str, list[Figure]] = {name: [] for name in by}
    for one in told_figures(made, month, by):
        if one.by:
            found[one.by].append(one.figure)
    for rows in found.values():
        rows.sort(key=lambda one: (-one.counts.get("due", 0), -one.counts.get("opened", 0), one.key))
    return tuple(Division(name, tuple(rows)) for name, rows in found.items())


def _rankings(
    made: CaseType, month: date, period: Period, divided: tuple[Division, ...]
) -> tuple[Ranking, ...]:
    """By the schemes in force that everybody may see, of those whose figures are told."""
    last = last_day(month)
    schemes = [one for one in made.evaluations if one.open and one.in_force(last.isoformat())]
    told = {one.by: {row.key for row in one.rows} for one in divided}
    found = (evaluated(ANONYMOUS, made, one.of, period, month, last) for one in schemes)
    return tuple(one.only(told[one.evaluation.of]) if one.evaluation.of in told else one for one in found)
