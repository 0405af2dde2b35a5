"""The statistics of the portal as one value: counted from the columns of the search and from what was metered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db import connection

from cityhall.kernel import clock
from cityhall.opening.metering.using import UseLine, usage
from cityhall.opening.searching.columns import Columns, columns_now
from cityhall.opening.statistics.counting import AXES, Axis, Month, Part, Totals, months, parts, totals

MONTHS: Final = 12
DAYS: Final = 30
_FRESH_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What is open and how it is used: `months` are the last twelve, `days` the last thirty with their visits of
    pages, calls of rows and downloads of files; as of `at`."""

    at: datetime
    totals: Totals
    by: dict[Axis, tuple[Part, ...]]
    months: tuple[Month, ...]
    days: tuple[UseLine, ...]

    @property
    def used(self) -> UseLine:
        """The thirty days together, told under the last of them."""
        return UseLine(
            self.days[-1].day,
            sum(one.visits for one in self.days),
            sum(one.calls for one in self.days),
            sum(one.downloads for one in self.days),
        )


def statistics() -> Statistics:
    """The statistics as of now: the catalogue as last committed, its use at most five minutes old."""
    columns, now = columns_now(), clock.now()
    if connection.in_atomic_block:
        return _told(columns, now)
    return _kept(columns, clock.today(), int(now.timestamp()) // _FRESH_SECONDS)


@lru_cache(maxsize=2)
def _kept(columns: Columns, _today: date, _moment: int) -> Statistics:
    return _told(columns, clock.now())


def _told(columns: Columns, now: datetime) -> Statistics:
    today = clock.today()
    return Statistics(
        at=now,
        totals=totals(columns),
        by={axis: parts(columns, axis) for axis in AXES},
        months=months(columns, today, MONTHS),
        days=_days(today),
    )


def _days(today: date) -> tuple[UseLine, ...]:
    """Every one of the last days, those without use too."""
    known = {one.day: one for one in usage(today - timedelta(days=DAYS - 1), today)}
    days = (today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))
    return tuple(known.get(day, UseLine(day, 0, 0, 0)) for day in days)
