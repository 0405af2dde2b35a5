"""Periods as people name them: a month, the months before it."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_day(month: date) -> date:
    """The last day of a month named by its first."""
    return next_month(month) - timedelta(days=1)


def months_until(month: date, many: int) -> tuple[date, ...]:
    """So many months, oldest first, the last of them `month`; each named by its first day."""
    found = [month_of(month)]
    while len(found) < many:
        found.append(month_of(found[-1] - timedelta(days=1)))
    return tuple(reversed(found))
