"""The figures of a type, which is named: counted over days, month by month, as open cases, and as cases behind a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from cityhall.cases.measuring.counting import Backlog, Figure, count, count_periods, numbers_of, period_of
from cityhall.cases.measuring.counting import backlog as count_backlog
from cityhall.cases.measuring.periods import last_day
from cityhall.cases.measuring.replaying import Replayed, replay
from cityhall.cases.storing.types import calendar_of, calendar_row, case_type, zone_of
from cityhall.kernel import clock


def measure(
    type_name: str,
    first: date,
    last: date,
    *,
    by: str = "",
    where: Mapping[str, str] | None = None,
    as_of: datetime | None = None,
    facts: Path | None = None,
    least: int = 1,
) -> tuple[Figure, ...]:
    """The measures of a type from a day to another (both included), counted over what is due in them.

    `by` (and the keys of `where`): agency, district, street, community, area (the cell), kind, state, version, or a column of the
    class table such as `major`. `as_of` counts settlements up to a moment; `facts` names a replay's folder; a measure taken over
    fewer cases than `least` is not told. Raises TypeUnknown, MeasureUnknown.
    """
    made = case_type(type_name)
    period = period_of(first, last, zone_of(made), as_of)
    return count(made, period, by=by, where=where, facts=facts, least=least)


def trend(
    type_name: str,
    months: Sequence[date],
    *,
    where: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
    least: int = 1,
) -> tuple[tuple[date, Figure], ...]:
    """The measures (`only` some, when named) month by month, in one pass; each month is named by its first day. The running month
    ends today: what is due later has not been missed yet."""
    made = case_type(type_name)
    zone, today = zone_of(made), clock.today()
    periods = [period_of(month, max(month, min(last_day(month), today)), zone) for month in months]
    found = count_periods(made, periods, where=where, only=only, least=least)
    return tuple(zip(months, found, strict=True))


def backlog(type_name: str, *, by: str = "", where: Mapping[str, str] | None = None) -> tuple[Backlog, ...]:
    """Open cases and their age in days, by a dimension and narrowed as in `measure`."""
    return count_backlog(case_type(type_name), by=by, where=where)


def numbers_behind(
    type_name: str,
    condition: str,
    first: date,
    last: date,
    *,
    where: Mapping[str, str] | None = None,
    limit: int = 1000,
) -> tuple[str, ...]:
    """The cases behind a figure, by a condition in the language of measures (`due and not settled`). For officials: the numbers
    lead to cases, and what each reader sees of those is decided there."""
    made = case_type(type_name)
    period = period_of(first, last, zone_of(made))
    return numbers_of(made, condition, period, where, limit)


def replay_type(
    type_name: str, into: Path, *, version: int = 0, calendar_name: str = "", until: datetime | None = None
) -> Replayed:
    """All cases of a type folded anew under another version (its limits), another calendar, or up to a past moment.

    The facts go to the folder `into`, for `measure(…, facts=into)`; nothing stored changes."""
    made = case_type(type_name, version)
    calendar = calendar_of(calendar_row(calendar_name or made.calendar))
    return replay(made, calendar, into, until=int(until.timestamp()) if until else 2**40)
