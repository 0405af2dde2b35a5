"""The standings of many cases as arrays, and the values that rules and effects ask of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from cityhall.cases.declaring.guards import Guard
from cityhall.cases.declaring.shapes import OWN_FIELDS, Act, CaseType
from cityhall.cases.folding.checking import may_bring
from cityhall.cases.folding.clock_columns import ClockColumns
from cityhall.cases.folding.clocks import NO_TIME
from cityhall.cases.folding.combining import Mask, each
from cityhall.cases.folding.standing import UNBORN, local_day
from cityhall.kernel.calendars import Calendar

Rows = npt.NDArray[np.int64]
NONE = -1


@dataclass(slots=True)
class Values:
    """A column of what events bring: a code per event (-1: nothing) and the value behind each code."""

    codes: Rows
    values: list[Any]


@dataclass(slots=True)
class Histories:
    """Events of many cases, sorted by case and in order: those of case i are `first[i]` to `first[i + 1]`. `act` is the
    number in the type (-1 unknown), `actor` and `role` are codes of their own."""

    first: Rows
    act: Rows
    at: Rows
    actor: Rows
    role: Rows
    roles: list[str]
    values: dict[str, Values] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.first) - 1


class ColumnValues:
    """The standings of many cases as arrays; `refused` is the number of the reason (-1: none), `refused_at` the event's
    position in its case."""

    def __init__(self, made: CaseType, calendar: Calendar, histories: Histories) -> None:
        self.made, self.calendar, self.past = made, calendar, histories
        cases = histories.cases
        self.state = np.full(cases, UNBORN, dtype=np.int64)
        self.opened, self.changed, self.entered, self.ended = (
            np.full(cases, NO_TIME, dtype=np.int64) for _ in range(4)
        )
        self.refused, self.refused_at = (
            np.full(cases, NONE, dtype=np.int64),
            np.full(cases, NONE, dtype=np.int64),
        )
        self.forced, self.rating = np.full(cases, NONE, dtype=np.int64), np.zeros(cases, dtype=np.int64)
        self.supervised = np.zeros(cases, dtype=np.bool_)
        self.times = np.zeros((len(made.acts), cases), dtype=np.int16)
        self.clocks = [ClockColumns(cases, clock.restart, calendar) for clock in made.clocks]
        own = [name for name in OWN_FIELDS if name not in histories.values]
        histories.values |= {name: Values(np.full(len(histories.act), NONE), []) for name in own}
        self.known = {
            name: np.full(cases, NONE, dtype=np.int64) for name in (*histories.values, *made.fields)
        }
        watched = {other for act in made.acts for other in act.not_by}
        self.last_actor = {number: np.full(cases, NONE, dtype=np.int64) for number in watched}
        self.fitting: dict[str, Mask] = {}
        self._tables()

    def _tables(self) -> None:
        """The compiled type as small matrices."""
        made, past = self.made, self.past
        self.allowed = np.zeros((len(made.states), len(made.acts)), dtype=np.bool_)
        for act in made.acts:
            self.allowed[sorted(act.sources), act.number] = True
        self.opens = np.array([act.opens for act in made.acts])
        self.target = np.array([act.target for act in made.acts])
        self.is_end = np.array([bool(state.end) for state in made.states])
        self.role_fits = np.array([[role in act.by for role in past.roles] or [True] for act in made.acts])
        self.may_bring = {
            name: np.array([name in may_bring(made, act) for act in made.acts]) for name in past.values
        }
        self.bounds = {name: _bounds(made, name, self.calendar.zone) for name in made.fields}

    def acts_in(self, act: Rows) -> list[Act]:
        return (
            [self.made.acts[number] for number in np.flatnonzero(np.bincount(act, minlength=1))]
            if len(act)
            else []
        )

    def acts_named(self, name: str) -> list[int]:
        return [self.made.act_numbers[name]] if name in self.made.act_numbers else []

    def brings(self, events: Rows) -> Mask:
        """Which events bring anything at all."""
        found = np.zeros(len(events), dtype=np.bool_)
        for column in self.past.values.values():
            found |= column.codes[events] >= 0
        return found

    def given_values(self, name: str, events: Rows) -> Rows:
        """Whole numbers brought by the events, -1 for none or anything else."""
        column = self.past.values.get(name)
        if column is None:
            return np.full(len(events), NONE)
        values = [
            one if isinstance(one, int) and not isinstance(one, bool) else NONE for one in column.values
        ]
        numbers = np.array([*values, NONE], dtype=np.int64)
        return numbers[column.codes[events]]

    def code(self, name: str, rows: Rows, events: Rows, *, event_only: bool = False) -> Rows:
        """The code of a field as it will be with the events, or as the events bring it."""
        column = self.past.values.get(name)
        brought = column.codes[events] if column else np.full(len(events), NONE)
        return brought if event_only else np.where(brought >= 0, brought, self.known[name][rows])

    def value(self, name: str, code: int) -> Any:
        return None if code < 0 else self.past.values[name].values[code]

    def period(self, name: str, at: Rows) -> Rows:
        """In which stretch of a dated table each moment lies."""
        bounds = self.bounds.get(name)
        return (
            np.searchsorted(bounds, at, side="right")
            if bounds is not None
            else np.zeros(len(at), dtype=np.int64)
        )

    def holds(self, guard: Guard, rows: Rows, events: Rows) -> Mask:
        """Where a condition holds."""
        columns = [column for name in guard.names for column in self._guard_codes(name, rows, events)]

        def answer(row: int) -> bool:
            return guard.holds(
                {
                    name: self._guard_value(name, rows[row : row + 1], events[row : row + 1])
                    for name in guard.names
                }
            )

        return each(columns, len(rows), answer, np.bool_)

    def _guard_codes(self, name: str, rows: Rows, events: Rows) -> list[Rows]:
        """The columns that decide a value of a condition."""
        function, _, argument = name.rstrip(")").partition("(")
        if function == "late" and argument:
            number = next(clock.number for clock in self.made.clocks if clock.id == argument)
            return [self.clocks[number].is_late(rows, self.past.at[events]).astype(np.int64)]
        if function == "times" and argument:
            return (
                [self.times[self.made.act_numbers[argument]][rows].astype(np.int64)]
                if argument in self.made.act_numbers
                else []
            )
        if function == "given" and argument:
            return [(self.code(argument, rows, events) >= 0).astype(np.int64)]
        if name == "children_open":
            return []
        field_name, _, column = name.partition(".")
        codes = self.code(field_name, rows, events)
        return [codes, self.period(field_name, self.past.at[events])] if column else [codes]

    def _guard_value(self, name: str, rows: Rows, events: Rows) -> Any:
        codes = [int(column[0]) for column in self._guard_codes(name, rows, events)]
        function, _, argument = name.rstrip(")").partition("(")
        if argument:
            return {"times": codes[0] if codes else 0}.get(function, bool(codes and codes[0]))
        if name == "children_open":
            return 0
        field_name, _, column = name.partition(".")
        value = self.value(field_name, codes[0])
        if not column or value is None:
            return value
        return self.made.column(
            field_name, column, value, local_day(int(self.past.at[events[0]]), self.calendar.zone)
        )


def _bounds(made: CaseType, name: str, zone: str) -> Rows | None:
    """The moments at which rows of a field's table begin or end; None for a table without dates."""
    table = made.tables.get(made.fields[name].table)
    days = (
        {day for rows in table.rows.values() for row in rows for day in (row.since, row.until) if day}
        if table
        else set()
    )
    if not days:
        return None
    moments = (datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone)) for day in days)
    return np.array(sorted(int(moment.timestamp()) for moment in moments), dtype=np.int64)
