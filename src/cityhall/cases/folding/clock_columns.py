"""One clock of many cases: the same steps as `clocks`, on arrays. What the scalar form does to one standing, this does to
those of the rows that are named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cityhall.cases.declaring.limits import Limit
from cityhall.cases.declaring.shapes import PAUSES, STARTS, STOPS
from cityhall.cases.folding.clocks import NEVER, NO_TIME, PAUSED, RUNNING, STOPPED
from cityhall.kernel.calendars import Calendar

Rows = npt.NDArray[np.int64]
Allowed = Callable[[Rows], tuple[Rows, Rows]]


class ClockColumns:
    """The fields of `ClockStanding`, one array each."""

    def __init__(self, cases: int, restart: bool, calendar: Calendar) -> None:
        self.calendar, self.restart = calendar, restart
        self.status = np.full(cases, NEVER, dtype=np.int8)
        self.started, self.since, self.due, self.stopped = (
            np.full(cases, NO_TIME, dtype=np.int64) for _ in range(4)
        )
        self.spent, self.ticks, self.unit, self.extra, self.extra_unit = (
            np.zeros(cases, dtype=np.int64) for _ in range(5)
        )
        self.late = np.zeros(cases, dtype=np.bool_)

    def is_late(self, rows: Rows, at: Rows) -> npt.NDArray[np.bool_]:
        """Whether the limit had been exceeded at these moments."""
        late: npt.NDArray[np.bool_] = self.late[rows] | (
            (self.status[rows] == RUNNING) & (at > self.due[rows])
        )
        return late

    def enter(self, rows: Rows, role: Rows, at: Rows, allowed: Allowed) -> None:
        """What entering states does; `role` says for each row what its state means, `allowed` the limits (ticks, units)
        of some of the rows, by their place among `rows`."""
        status = self.status[rows]
        starts = (role == STARTS) & (status != RUNNING)
        anew = starts & ((status == NEVER) | ((status == STOPPED) & self.restart))
        if anew.any():
            self._start(rows[anew], at[anew], *allowed(np.flatnonzero(anew)))
        if starts.any():
            self._run(rows[starts], at[starts])
        pauses = (role == PAUSES) & (status == RUNNING)
        if pauses.any():
            self._halt(rows[pauses], at[pauses])
            self.status[rows[pauses]], self.due[rows[pauses]] = PAUSED, NO_TIME
        self._stop(rows, at, (role == STOPS) & (status == RUNNING), (role == STOPS) & (status == PAUSED))

    def extend(self, rows: Rows, more: Limit) -> None:
        """Give more time."""
        rows = rows[self.status[rows] != NEVER]
        same = self.unit[rows] == more.unit
        self.ticks[rows[same]] += more.ticks
        self.extra[rows[~same]] += more.ticks
        self.extra_unit[rows[~same]] = more.unit
        running = rows[self.status[rows] == RUNNING]
        self.due[running] = self._due(running, self.since[running])

    def _start(self, rows: Rows, at: Rows, ticks: Rows, unit: Rows) -> None:
        self.started[rows], self.ticks[rows], self.unit[rows] = at, ticks, unit
        for column in (self.spent, self.extra, self.extra_unit):
            column[rows] = 0
        self.late[rows] = False

    def _run(self, rows: Rows, at: Rows) -> None:
        self.status[rows], self.since[rows], self.stopped[rows] = RUNNING, at, NO_TIME
        self.due[rows] = self._due(rows, at)

    def _stop(
        self, rows: Rows, at: Rows, running: npt.NDArray[np.bool_], paused: npt.NDArray[np.bool_]
    ) -> None:
        if running.any():
            self._halt(rows[running], at[running])
        if paused.any():
            self.due[rows[paused]] = self._due(rows[paused], at[paused])
        stopped = running | paused
        self.status[rows[stopped]], self.stopped[rows[stopped]] = STOPPED, at[stopped]

    def _halt(self, rows: Rows, at: Rows) -> None:
        since, unit = self.since[rows], self.unit[rows]
        self.late[rows] |= at > self.due[rows]
        left = np.maximum(self.ticks[rows] - self.spent[rows], 0)
        self.spent[rows] += self._between(since, at, unit)
        over = np.flatnonzero(self.extra[rows] > 0)
        if over.size:
            limit_due = self._add(since[over], left[over], unit[over])
            used = self._between(limit_due, np.maximum(at[over], limit_due), self.extra_unit[rows[over]])
            self.extra[rows[over]] = np.maximum(self.extra[rows[over]] - used, 0)

    def _due(self, rows: Rows, since: Rows) -> Rows:
        due = self._add(since, np.maximum(self.ticks[rows] - self.spent[rows], 0), self.unit[rows])
        more = np.flatnonzero(self.extra[rows] > 0)
        if more.size:
            due[more] = self._add(due[more], self.extra[rows[more]], self.extra_unit[rows[more]])
        return due

    def _add(self, start: Rows, ticks: Rows, unit: Rows) -> Rows:
        due = np.empty_like(start)
        for one in np.unique(unit):
            these = unit == one
            due[these] = self.calendar.add(start[these], ticks[these], int(one))
        return due

    def _between(self, start: Rows, end: Rows, unit: Rows) -> Rows:
        ticks = np.empty_like(start)
        for one in np.unique(unit):
            these = unit == one
            ticks[these] = self.calendar.between(start[these], end[these], int(one))
        return ticks
