"""Many histories folded at once: the rules of `checking` and the effects of `applying`, asked of the n-th events of all
cases together. The same compiled type drives both; a property test holds them equal, refusals included.

Left to the one-by-one fold: types with parallel tasks, and the acts in `SINGLY`.
"""

from __future__ import annotations

import numpy as np

from cityhall.cases.declaring.limits import Limit
from cityhall.cases.declaring.shapes import IDLE, OWN_FIELDS, STAY, Act, Clock
from cityhall.cases.folding.clocks import NO_TIME
from cityhall.cases.folding.column_rules import ColumnRules
from cityhall.cases.folding.column_values import NONE, Rows
from cityhall.cases.folding.combining import each
from cityhall.cases.folding.standing import local_day

SINGLY = frozenset(
    {"moved", "finish_task", "warned", "overdue", "merge", "child_opened", "child_ended", "attach"}
)


class ColumnFold(ColumnRules):
    """Folds histories; afterwards the arrays hold where each case stands."""

    def run(self) -> ColumnFold:
        """Fold everything."""
        length = np.diff(self.past.first)
        live = np.flatnonzero(length > 0)
        for position in range(int(length.max()) if len(length) else 0):
            live = live[(length[live] > position) & (self.refused[live] == NONE)]
            events = self.past.first[live] + position
            why = self.refusals(live, events)
            bad = why != NONE
            self.refused[live[bad]], self.refused_at[live[bad]] = why[bad], position
            self._apply(live[~bad], events[~bad])
        return self

    def _apply(self, rows: Rows, events: Rows) -> None:
        act, at = self.past.act[events], self.past.at[events]
        self.forced[rows] = NONE
        for name, column in self.past.values.items():
            there = column.codes[events] >= 0
            if name in self.made.fields:
                self.known[name][rows[there]] = column.codes[events[there]]
        for one in self.acts_in(act):
            self._apply_act(one, rows[act == one.number], events[act == one.number])
        self.changed[rows] = at
        moves = np.flatnonzero(self.target[act] != STAY) if len(act) else act
        if moves.size:
            self._enter(rows[moves], events[moves], self.target[act[moves]], at[moves])

    def _apply_act(self, one: Act, rows: Rows, events: Rows) -> None:
        if one.assign:
            self._assign(one.assign, rows, events)
        for name in OWN_FIELDS:
            column = self.past.values[name].codes[events]
            self.known[name][rows[column >= 0]] = column[column >= 0]
        for name in one.clears:
            self.known[name][rows] = NONE
        if one.extends:
            self.clocks[one.extends.clock].extend(rows, one.extends.more)
        if one.id == "rate":
            self._rate(rows, events)
        if one.id == "supervise":
            self.supervised[rows] = True
        self.times[one.number][rows] += 1
        if one.number in self.last_actor:
            self.last_actor[one.number][rows] = self.past.actor[events]

    def _assign(self, column: str, rows: Rows, events: Rows) -> None:
        """The agency that a table names for the case."""
        name, _, wanted = column.partition(".")
        agencies = self.past.values["agency"].values
        numbers = {agency: number for number, agency in enumerate(agencies)}
        known, at = self.known[name][rows], self.past.at[events]

        def answer(row: int) -> int:
            if known[row] < 0:
                return NONE
            unit = self.made.column(
                name,
                wanted,
                self.past.values[name].values[known[row]],
                local_day(int(at[row]), self.calendar.zone),
            )
            if not unit:
                return NONE
            if unit not in numbers:
                numbers[unit] = len(agencies)
                agencies.append(unit)
            return numbers[unit]

        found = each([known, self.period(name, at)], len(rows), answer, np.int64)
        self.known["agency"][rows[found >= 0]] = found[found >= 0]

    def _rate(self, rows: Rows, events: Rows) -> None:
        rating = self.given_values("rating", events)
        self.rating[rows] = rating
        if self.made.rating:
            self.forced[rows[np.isin(rating, self.made.rating.bad)]] = self.made.rating.then

    def _enter(self, rows: Rows, events: Rows, target: Rows, at: Rows) -> None:
        new = self.opened[rows] == NO_TIME
        self.opened[rows[new]] = at[new]
        self.state[rows], self.entered[rows] = target, at
        self.known["holder"][rows] = self.past.values["holder"].codes[events]
        ends = self.is_end[target]
        self.ended[rows] = np.where(ends, at, NO_TIME)
        self.rating[rows[~ends]] = 0
        for clock in self.made.clocks:
            role = np.array(clock.roles)[target]
            touched = np.flatnonzero(role != IDLE)
            if touched.size:
                allowed = _Allowed(self, clock, rows[touched], events[touched])
                self.clocks[clock.number].enter(rows[touched], role[touched], at[touched], allowed)


class _Allowed:
    """The limits a clock would have for some rows: ticks and units."""

    def __init__(self, fold: ColumnFold, clock: Clock, rows: Rows, events: Rows) -> None:
        self.fold, self.clock, self.rows, self.events = fold, clock, rows, events

    def __call__(self, places: Rows) -> tuple[Rows, Rows]:
        rows, events = self.rows[places], self.events[places]
        ticks, unit = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        left = np.arange(len(rows))
        for one in self.clock.limits:
            these = (
                left
                if one.condition is None
                else left[self.fold.holds(one.condition, rows[left], events[left])]
            )
            if one.limit:
                ticks[these], unit[these] = one.limit.ticks, one.limit.unit
            else:
                ticks[these], unit[these] = self._column(*one.column, rows[these], events[these])
            left = np.setdiff1d(left, these, assume_unique=True)
        return ticks, unit

    def _column(self, name: str, column: str, rows: Rows, events: Rows) -> tuple[Rows, Rows]:
        fold = self.fold
        codes, at = fold.known[name][rows], fold.past.at[events]

        def answer(row: int) -> int:
            value = fold.value(name, int(codes[row]))
            found = fold.made.column(name, column, value, local_day(int(at[row]), fold.calendar.zone))
            return found.ticks * 4 + found.unit if isinstance(found, Limit) else 0

        both = each([codes, fold.period(name, at)], len(rows), answer, np.int64)
        return both // 4, both % 4
