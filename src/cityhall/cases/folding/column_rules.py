"""The rules of `checking`, asked of many events at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cityhall.cases.folding.checking import EARLIEST, LATEST, REASONS
from cityhall.cases.folding.column_values import NONE, ColumnValues, Rows, Values
from cityhall.cases.folding.combining import Mask, each
from cityhall.cases.folding.standing import UNBORN, local_day
from cityhall.cases.folding.values import fits, which_fit


class ColumnRules(ColumnValues):
    """Answers, for the next event of each of some cases, the number of the reason that forbids it, -1 for none."""

    def refusals(self, rows: Rows, events: Rows) -> Rows:
        act, at = self.past.act[events], self.past.at[events]
        why = np.where(act < 0, 0, NONE)
        simple: tuple[Callable[[Rows, Rows, Rows, Rows], Mask], ...] = (
            self._outside,
            self._out_of_order,
            self._forced_first,
            self._out_of_turn,
            self._wrong_role,
            self._unknown,
            self._wrong,
            self._missing,
            self._condition,
            self._too_often,
            self._too_late,
            self._expired,
            self._same_person,
        )
        assert len(simple) == len(REASONS) - 1  # noqa: S101  (each reason has its rule)
        for number, rule in enumerate(simple, 1):
            ok = np.flatnonzero(why == NONE)
            if ok.size:
                why[ok[rule(rows[ok], events[ok], act[ok], at[ok])]] = number
        return why

    def _outside(self, _rows: Rows, _events: Rows, _act: Rows, at: Rows) -> Mask:
        outside: Mask = (at < EARLIEST) | (at >= LATEST)
        return outside

    def _out_of_order(self, rows: Rows, _events: Rows, _act: Rows, at: Rows) -> Mask:
        earlier: Mask = at < self.changed[rows]
        return earlier

    def _forced_first(self, rows: Rows, _events: Rows, act: Rows, _at: Rows) -> Mask:
        other: Mask = (self.forced[rows] >= 0) & (act != self.forced[rows])
        return other

    def _out_of_turn(self, rows: Rows, _events: Rows, act: Rows, _at: Rows) -> Mask:
        state = self.state[rows]
        fitting: Mask = np.where(state == UNBORN, self.opens[act], self.allowed[state, act])
        return ~fitting

    def _wrong_role(self, _rows: Rows, events: Rows, act: Rows, _at: Rows) -> Mask:
        role = self.past.role[events]
        wrong: Mask = (role >= 0) & ~self.role_fits[act, role]
        return wrong

    def _unknown(self, rows: Rows, events: Rows, act: Rows, _at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for name, column in self.past.values.items():
            bad |= (column.codes[events] >= 0) & ~self.may_bring[name][act]
        return bad

    def _wrong(self, rows: Rows, events: Rows, act: Rows, at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for name, column in self.past.values.items():
            there = np.flatnonzero(column.codes[events] >= 0)
            bad[there] |= ~self._fits(name, column, events[there], at[there])
        for number in self.acts_named("rate"):
            these = act == number
            rating = self.given_values("rating", events)
            good = np.isin(rating, (1, 2, 3, 4, 5))
            bad |= these & self.brings(events) & ~good
        return bad

    def _fits(self, name: str, column: Values, events: Rows, at: Rows) -> Mask:
        codes = column.codes[events]
        declared = self.made.fields.get(name)
        if declared is None or declared.type != "code":
            return self._timeless(name, column)[codes]
        zone = self.calendar.zone

        def answer(row: int) -> bool:
            return fits(self.made, name, column.values[codes[row]], local_day(int(at[row]), zone))

        return each([codes, self.period(name, at)], len(events), answer, np.bool_)

    def _timeless(self, name: str, column: Values) -> Mask:
        """For every value of a column whether it fits, on any day."""
        if name not in self.fitting:
            self.fitting[name] = which_fit(self.made, name, column.values)
        return self.fitting[name]

    def _missing(self, rows: Rows, events: Rows, act: Rows, _at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for one in self.acts_in(act):
            these = np.flatnonzero(act == one.number)
            for name in one.needs:
                known = self.code(name, rows[these], events[these], event_only=one.built_in)
                bad[these] |= known < 0
            if one.id == "rate":
                bad[these] |= ~self.brings(events[these])
            if one.opens:
                bad[these] |= self._unanswered(rows[these], events[these])
        return bad

    def _unanswered(self, rows: Rows, events: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for asked in self.made.fields.values():
            if asked.required:
                missing = self.code(asked.id, rows, events, event_only=True) < 0
                if asked.condition is not None:
                    missing &= self.holds(asked.condition, rows, events)
                bad |= missing
        return bad

    def _condition(self, rows: Rows, events: Rows, act: Rows, _at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for one in self.acts_in(act):
            if one.condition is not None:
                these = np.flatnonzero(act == one.number)
                bad[these] = ~self.holds(one.condition, rows[these], events[these])
        return bad

    def _too_often(self, rows: Rows, _events: Rows, act: Rows, _at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for one in self.acts_in(act):
            if one.most:
                bad |= (act == one.number) & (self.times[one.number][rows] >= one.most)
            if one.id == "rate":
                bad |= (act == one.number) & (self.rating[rows] > 0)
        return bad

    def _too_late(self, rows: Rows, _events: Rows, act: Rows, at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for one in self.acts_in(act):
            within = self.made.rating.within if one.id == "rate" and self.made.rating else one.within
            these = np.flatnonzero((act == one.number) & (self.state[rows] != UNBORN))
            if within is not None and these.size:
                entered = self.entered[rows[these]]
                last = self.calendar.add(entered, np.full(len(these), within.ticks), within.unit)
                bad[these] = at[these] > last
        return bad

    def _expired(self, rows: Rows, _events: Rows, act: Rows, at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for one in self.acts_in(act):
            if one.before >= 0:
                bad |= (act == one.number) & self.clocks[one.before].is_late(rows, at)
        return bad

    def _same_person(self, rows: Rows, events: Rows, act: Rows, _at: Rows) -> Mask:
        bad = np.zeros(len(rows), dtype=np.bool_)
        for one in self.acts_in(act):
            for other in one.not_by:
                bad |= (act == one.number) & (self.last_actor[other][rows] == self.past.actor[events])
        return bad
