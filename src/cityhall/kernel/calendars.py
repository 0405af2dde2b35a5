"""Working calendars: how much time lies between two moments, and when so much time will have passed.

A calendar is data: a week, decrees that move days, and opening hours. From it every unit of time limits becomes one
non-decreasing count over the seconds since 1970, kept as prefix sums, so that adding is a lookup and a million
due dates take less than a second. Nothing here knows what is due.

Four units (as in GB/T 30428 systems): the urgent hour runs day and night; the working hour runs while offices are open;
a working day and a natural day are counted from the day after, and end with their last second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]
Count = Callable[[Seconds], Seconds]

URGENT_HOUR, WORKING_HOUR, WORKING_DAY, NATURAL_DAY = range(4)
UNITS = ("urgent_hour", "working_hour", "working_day", "natural_day")
# What one of a unit counts: hours are counted in seconds, days in days.
TICKS = (3600, 3600, 1, 1)

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2070, 1, 1)


class OutsideCalendar(LookupError):
    """A moment or a due date before 1990 or after 2069; no city's calendar reaches there."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours from a day on: pairs of seconds after midnight, in order."""

    since: date
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Calendar:
    """One version of a calendar. `holidays` are free days, `workdays` are worked although the week says
    otherwise; `decreed` is the last day anybody has decreed, beyond it every answer is provisional."""

    name: str
    version: int
    zone: str
    weekend: frozenset[int]
    holidays: frozenset[date]
    workdays: frozenset[date]
    hours: tuple[Hours, ...]
    decreed: date
    title: dict[str, str] = field(default_factory=dict)

    # ---- questions about one moment (seconds since 1970) ----

    def due(self, start: int, ticks: int, unit: int) -> int:
        """The last second in which `ticks` of the unit have not yet been exceeded, counted from `start`."""
        return int(self.add(np.array([start]), np.array([ticks]), unit)[0])

    def spent(self, start: int, end: int, unit: int) -> int:
        """How many ticks of the unit lie between two moments."""
        return int(self.between(np.array([start]), np.array([end]), unit)[0])

    def is_workday(self, day: date) -> bool:
        """Whether offices are open on that day."""
        return day in self.workdays or (day.weekday() not in self.weekend and day not in self.holidays)

    def provisional(self, due: int) -> bool:
        """Whether a due date lies beyond what has been decreed."""
        return due > self.decreed_until

    # ---- the same for many at once ----

    def add(self, start: Seconds, ticks: Seconds, unit: int) -> Seconds:
        """Due dates: when `ticks` (arrays of one length) will have passed since `start`."""
        if unit == URGENT_HOUR:
            return start + ticks
        target = self.count(start, unit) + ticks
        if unit == NATURAL_DAY:
            return self._end_of_day(target)
        if unit == WORKING_DAY:
            # The first day with that many working days behind it; no days at all end today.
            day = np.searchsorted(self._workdays_until, target, side="left")
            return self._end_of_day(np.where(ticks > 0, day, self._day(start)))
        return np.where(ticks > 0, self._open_when(target), start)

    def between(self, start: Seconds, end: Seconds, unit: int) -> Seconds:
        """Ticks of the unit between two moments."""
        return self.count(end, unit) - self.count(start, unit)

    def count(self, moment: Seconds, unit: int) -> Seconds:
        """Ticks of the unit since the calendar begins: the non-decreasing count behind all the rest."""
        if unit == URGENT_HOUR:
            return moment
        if unit == NATURAL_DAY:
            return self._day(moment)
        if unit == WORKING_DAY:
            return self._workdays_until[self._day(moment)]
        opens, closes, before = self._open
        span = np.maximum(np.searchsorted(opens, moment, side="right") - 1, 0)
        self._inside(moment)
        worked: Seconds = before[span] + np.clip(moment - opens[span], 0, closes[span] - opens[span])
        return worked

    def _day(self, moment: Seconds) -> Seconds:
        """The number of the local day a moment lies in, from the calendar's first."""
        self._inside(moment)
        return np.searchsorted(self._midnights, moment, side="right") - 1

    def _inside(self, moment: Seconds) -> None:
        if moment.size and (moment.min() < self._midnights[0] or moment.max() >= self._midnights[-1]):
            raise OutsideCalendar(self.name)

    def _end_of_day(self, day: Seconds) -> Seconds:
        if day.size and day.max() + 1 >= len(self._midnights):
            raise OutsideCalendar(self.name)
        ends: Seconds = self._midnights[day + 1] - 1
        return ends

    def _open_when(self, target: Seconds) -> Seconds:
        """The first moment at which that many working seconds have passed."""
        opens, closes, before = self._open
        span = np.searchsorted(before + (closes - opens), target, side="left")
        if span.size and span.max() >= len(opens):
            raise OutsideCalendar(self.name)
        moment: Seconds = opens[span] + target - before[span]
        return moment

    # ---- prefix sums ----

    @cached_property
    def decreed_until(self) -> int:
        """The last decreed second."""
        return int(datetime.combine(self.decreed + timedelta(days=1), time(), self._zone).timestamp()) - 1

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _days(self) -> list[date]:
        return [FIRST_DAY + timedelta(days=number) for number in range((LAST_DAY - FIRST_DAY).days + 1)]

    @cached_property
    def _midnights(self) -> Seconds:
        """When each local day begins; days with a change of the clock are longer or shorter."""
        utc = np.array(self._days, dtype="datetime64[s]").astype(np.int64)
        offsets = [_offset(datetime.combine(day, time(), self._zone)) for day in self._days]
        return utc - np.array(offsets, dtype=np.int64)

    @cached_property
    def _workdays_until(self) -> Seconds:
        """How many working days there are up to and including each day."""
        return np.cumsum([self.is_workday(day) for day in self._days], dtype=np.int64)

    @cached_property
    def _open(self) -> tuple[Seconds, Seconds, Seconds]:
        """Every span of opening hours: when it opens, when it closes, working seconds before it."""
        steady = np.diff(self._midnights) == 86_400
        spans = [
            span
            for number, day in enumerate(self._days[:-1])
            if self.is_workday(day)
            for span in self._spans(day, int(self._midnights[number]), bool(steady[number]))
        ]
        opens, closes = np.array(spans, dtype=np.int64).T
        before = np.concatenate([[0], np.cumsum(closes - opens)[:-1]]).astype(np.int64)
        return opens, closes, before

    def _spans(self, day: date, midnight: int, steady: bool) -> list[tuple[int, int]]:
        """The opening hours of one day in seconds since 1970; on a day with a change of the clock, asked of
        the zone."""
        spans = next((hours.spans for hours in reversed(self.hours) if hours.since <= day), ())
        if steady:
            return [(midnight + opens, midnight + closes) for opens, closes in spans]
        return [(self._wall(day, opens), self._wall(day, closes)) for opens, closes in spans]

    def _wall(self, day: date, second: int) -> int:
        wall = datetime.combine(day, time(), self._zone) + timedelta(seconds=second)
        return int(wall.timestamp())


def _offset(moment: datetime) -> int:
    shift = moment.utcoffset()
    return int(shift.total_seconds()) if shift else 0


def calendar_from(declared: dict[str, Any], version: int = 1) -> Calendar:
    """A calendar from its declaration (see `cases/calendars/china.yaml`): days are `2026-10-01` or
    `2026-10-01/2026-10-07`."""
    years = declared.get("decrees", ())
    return Calendar(
        name=declared["calendar"],
        version=version,
        zone=declared["zone"],
        title=declared["title"],
        weekend=frozenset(declared["weekend"]),
        holidays=frozenset(day for year in years for day in _expand(year.get("holidays", ()))),
        workdays=frozenset(day for year in years for day in _expand(year.get("workdays", ()))),
        hours=tuple(
            Hours(
                date.fromisoformat(since), tuple((_second(opens), _second(closes)) for opens, closes in spans)
            )
            for since, spans in declared["hours"].items()
        ),
        decreed=date.fromisoformat(declared["decreed"]),
    )


def _expand(days: Any) -> list[date]:
    found: list[date] = []
    for text in days:
        first, _, last = text.partition("/")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        found += [start + timedelta(days=number) for number in range((end - start).days + 1)]
    return found


def _second(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
