"""One clock of one case: starting, pausing, going on, stopping, more time. A pure function of moments, limit, calendar.

`due` is the last second in time. A paused clock has none; what had been spent is kept, in ticks of the limit's unit.
An extension in another unit than the limit's is added after it (three hours, then one working day).
"""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.cases.declaring.limits import Limit
from cityhall.cases.declaring.shapes import PAUSES, STARTS, STOPS
from cityhall.kernel.calendars import Calendar

NEVER, RUNNING, PAUSED, STOPPED = range(4)
NO_TIME = -1


@dataclass(slots=True)
class ClockStanding:
    """How one clock stands. Moments are seconds since 1970, -1 for none."""

    status: int = NEVER
    started: int = NO_TIME
    since: int = NO_TIME
    spent: int = 0
    ticks: int = 0
    unit: int = 0
    extra: int = 0
    extra_unit: int = 0
    due: int = NO_TIME
    late: bool = False
    stopped: int = NO_TIME

    def is_late(self, moment: int) -> bool:
        """Whether the limit had been exceeded by then."""
        return self.late or (self.status == RUNNING and moment > self.due)


def enter(
    clock: ClockStanding, role: int, restart: bool, allowed: Limit, at: int, calendar: Calendar
) -> None:
    """What entering a state in that `role` for the clock does; `allowed` is the limit should it start."""
    if role == STARTS and clock.status != RUNNING:
        if clock.status == NEVER or (clock.status == STOPPED and restart):
            _start(clock, allowed, at)
        _run(clock, at, calendar)
    elif role == PAUSES and clock.status == RUNNING:
        _halt(clock, at, calendar)
        clock.status, clock.due = PAUSED, NO_TIME
    elif role == STOPS and clock.status in (RUNNING, PAUSED):
        if clock.status == RUNNING:
            _halt(clock, at, calendar)
        else:
            clock.due = _due(clock, at, calendar)
        clock.status, clock.stopped = STOPPED, at


def extend(clock: ClockStanding, more: Limit, calendar: Calendar) -> None:
    """Give more time."""
    if clock.status == NEVER:
        return
    if more.unit == clock.unit:
        clock.ticks += more.ticks
    else:
        clock.extra, clock.extra_unit = clock.extra + more.ticks, more.unit
    if clock.status == RUNNING:
        clock.due = _due(clock, clock.since, calendar)


def _start(clock: ClockStanding, allowed: Limit, at: int) -> None:
    clock.started, clock.spent, clock.ticks, clock.unit = at, 0, allowed.ticks, allowed.unit
    clock.extra, clock.extra_unit, clock.late = 0, 0, False


def _run(clock: ClockStanding, at: int, calendar: Calendar) -> None:
    clock.status, clock.since, clock.stopped = RUNNING, at, NO_TIME
    clock.due = _due(clock, at, calendar)


def _halt(clock: ClockStanding, at: int, calendar: Calendar) -> None:
    """Count what has passed since it last ran; time beyond the limit uses up the extra."""
    clock.late = clock.late or at > clock.due
    limit_due = calendar.due(clock.since, max(clock.ticks - clock.spent, 0), clock.unit)
    clock.spent += calendar.spent(clock.since, at, clock.unit)
    if clock.extra and at > limit_due:
        clock.extra = max(clock.extra - calendar.spent(limit_due, at, clock.extra_unit), 0)


def _due(clock: ClockStanding, since: int, calendar: Calendar) -> int:
    due = calendar.due(since, max(clock.ticks - clock.spent, 0), clock.unit)
    return calendar.due(due, clock.extra, clock.extra_unit) if clock.extra else due
