"""Pure rules of runs: the order of stages, when a run may be retried, what a schedule and a cycle mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, Literal, cast, get_args

from cityhall.collection.errors import BadSchedule, SettingWrong
from cityhall.kernel.clock import CITY_ZONE

Mode = Literal["replace", "append", "upsert"]
"""What a new version does with the rows before it."""

STAGES: Final = ("queued", "landing", "decoding", "staging", "recognising", "checking", "committing", "done")
RESTING: Final = frozenset({"done", "failed", "cancelled", "decision_needed"})
RETRIABLE: Final = frozenset({"failed", "cancelled"})
# Share of the bar each stage fills, from measurements of the whole road.
WEIGHTS: Final = {
    "queued": 0.0,
    "landing": 0.1,
    "decoding": 0.1,
    "staging": 0.25,
    "recognising": 0.15,
    "checking": 0.3,
    "committing": 0.1,
}

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def overall_progress(stage: str, part: float) -> float:
    """How far along the whole road (0 to 1) a run is that has done `part` (0 to 1) of `stage`."""
    before = 0.0
    for name, weight in WEIGHTS.items():
        if name == stage:
            return round(before + weight * min(max(part, 0.0), 1.0), 4)
        before += weight
    return 1.0


def mode_of(text: str) -> Mode:
    """The mode of that name; raises SettingWrong."""
    if text not in get_args(Mode):
        raise SettingWrong(setting="mode", why=f"it must be one of {', '.join(get_args(Mode))}")
    return cast(Mode, text)


def balanced(read: int, clean: int, quarantined: int, duplicates: int) -> bool:
    """Law 4: every row that was read is accounted for exactly once."""
    return read == clean + quarantined + duplicates and min(read, clean, quarantined, duplicates) >= 0


def next_due(schedule: str, after: datetime) -> datetime | None:
    """The first moment of `schedule` strictly after `after` (aware); None for an empty schedule.

    Understands `every 15 minutes`, `every 2 hours`, `hourly`, `daily [at HH:MM]`, `weekly [on monday] [at HH:MM]` and
    `monthly [on 1] [at HH:MM]`, in the city's zone. Raises `BadSchedule` for anything else.
    """
    text = " ".join(schedule.lower().split())
    if not text:
        return None
    for pattern, rule in _FORMS:
        if match := pattern.fullmatch(text):
            return rule(match, after)
    raise BadSchedule(schedule=schedule)


def _interval(match: re.Match[str], after: datetime) -> datetime:
    count = int(match["count"] or 1)
    unit = timedelta(hours=1) if match["unit"].startswith("hour") else timedelta(minutes=1)
    return after + max(count, 1) * unit


def _at(day: date, match: re.Match[str]) -> datetime:
    clock = match["time"] or "02:00"
    hour, minute = (int(part) for part in clock.split(":"))
    if hour > 23 or minute > 59:
        raise BadSchedule(schedule=match.string)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY_ZONE)


def _first(match: re.Match[str], after: datetime, fits: Callable[[date], bool]) -> datetime:
    day = after.astimezone(CITY_ZONE).date()
    while not fits(day) or _at(day, match) <= after:
        day += timedelta(days=1)
    return _at(day, match)


def _daily(match: re.Match[str], after: datetime) -> datetime:
    return _first(match, after, lambda _: True)


def _weekly(match: re.Match[str], after: datetime) -> datetime:
    weekday = _WEEKDAYS.index(match["day"] or "monday")
    return _first(match, after, lambda day: day.weekday() == weekday)


def _monthly(match: re.Match[str], after: datetime) -> datetime:
    number = int(match["day"] or 1)
    if not 1 <= number <= 28:
        raise BadSchedule(schedule=match.string)
    return _first(match, after, lambda day: day.day == number)


_TIME = r"(?: at (?P<time>\d{1,2}:\d{2}))?"
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], datetime]], ...]] = (
    (re.compile(r"every (?P<count>\d{1,5}) (?P<unit>minutes?|hours?)"), _interval),
    (re.compile(r"(?P<count>)(?P<unit>hour)ly"), _interval),
    (re.compile(rf"daily{_TIME}"), _daily),
    (re.compile(rf"weekly(?: on (?P<day>{'|'.join(_WEEKDAYS)}))?{_TIME}"), _weekly),
    (re.compile(rf"monthly(?: on (?P<day>\d{{1,2}}))?{_TIME}"), _monthly),
)
