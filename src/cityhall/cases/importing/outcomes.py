"""What a chunk of history comes to: for every case its row's columns and its facts, folded in columns or, where an act asks
for it, one by one; or the reason why it was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.applying import step
from cityhall.cases.folding.checking import REASONS, refusal
from cityhall.cases.folding.clocks import NO_TIME, RUNNING
from cityhall.cases.folding.column_values import NONE, Histories
from cityhall.cases.folding.columns import SINGLY, ColumnFold
from cityhall.cases.folding.combining import each
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.standing import Standing
from cityhall.cases.measuring.facts import facts_of, facts_of_columns
from cityhall.cases.storing.rows import next_alarm
from cityhall.kernel.calendars import Calendar

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Outcomes:
    """Per case: the refusal's number (-1: none) and the event's position; the columns of its row (moments in seconds,
    -1 for none); its facts."""

    refused: Rows
    refused_at: Rows
    columns: dict[str, Any]
    facts: dict[str, Any]


def outcomes(
    made: CaseType, calendar: Calendar, past: Histories, actors: list[str], *, rows: bool = True
) -> Outcomes:
    """Fold a chunk by the live rules; without `rows`, for its facts alone."""
    singly = _singly(made, past)
    fold = ColumnFold(made, calendar, past)
    if singly.any():
        fold.refused[singly] = len(REASONS)  # set aside, then filled in one by one
    fold.run()
    columns = _columns(made, calendar, fold) if rows else {}
    found = Outcomes(fold.refused, fold.refused_at, columns, facts_of_columns(made, fold, actors))
    for case in np.flatnonzero(singly):
        _one(found, int(case), made, calendar, events_of(made, past, actors, int(case)))
    return found


def _singly(made: CaseType, past: Histories) -> Mask:
    """Cases that only the one-by-one fold understands."""
    if any(state.tasks for state in made.states):
        return np.ones(past.cases, dtype=np.bool_)
    special = [number for name, number in made.act_numbers.items() if name in SINGLY]
    found = np.zeros(past.cases, dtype=np.bool_)
    events = np.flatnonzero(np.isin(past.act, special))
    found[np.searchsorted(past.first, events, side="right") - 1] = True
    return found


def events_of(made: CaseType, past: Histories, actors: list[str], case: int) -> list[Event]:
    """The events of one case of a chunk."""
    found = []
    for event in range(past.first[case], past.first[case + 1]):
        data = {
            name: one.values[one.codes[event]] for name, one in past.values.items() if one.codes[event] >= 0
        }
        act = made.acts[past.act[event]].id if past.act[event] >= 0 else "?"
        role = past.roles[past.role[event]] if past.role[event] >= 0 else ""
        found.append(Event(act, int(past.at[event]), actors[past.actor[event]], data, role))
    return found


def _one(found: Outcomes, case: int, made: CaseType, calendar: Calendar, events: list[Event]) -> None:
    standing = Standing()
    found.refused[case], found.refused_at[case] = NONE, NONE
    for position, event in enumerate(events):
        refused = refusal(made, standing, event, calendar)
        if refused is not None:
            found.refused[case], found.refused_at[case] = REASONS.index(type(refused)), position
            return
        step({made.version: made}, made, standing, event, calendar)
    for name, value in single_columns(made, calendar, standing).items() if found.columns else ():
        found.columns[name][case] = value
    for name, value in facts_of(made, standing).items():
        found.facts[name][case] = value


def single_columns(made: CaseType, calendar: Calendar, standing: Standing) -> dict[str, Any]:
    """The columns of one row, as `_columns` gives them for many."""
    fields = dict(standing.fields)
    special = {
        name: fields.pop(own, None) if own else None
        for name, own in (("area", made.area), ("kind", made.kind), ("spot", made.spot))
    }
    due = min((clock.due for clock in standing.clocks if clock.status == RUNNING), default=NO_TIME)
    lon, lat = special["spot"] or (None, None)
    main = standing.clocks[made.main_clock] if made.main_clock >= 0 and standing.clocks else None
    return {
        "state": made.states[standing.state].id, "outcome": standing.outcome,
        "agency": standing.agency, "holder": standing.holder,
        "area": str(special["area"] or ""), "kind": str(special["kind"] or ""), "lon": lon, "lat": lat,
        "opened": standing.opened, "changed": standing.changed, "due": due, "ended": standing.ended,
        "alarm": next_alarm(made, standing, calendar), "late": main is not None and main.is_late(standing.changed),
        "provisional": due != NO_TIME and calendar.provisional(due), "supervised": standing.supervised,
        "rating": standing.rating, "seen": standing.seen, "into": standing.into, "fields": _json(fields),
    }  # fmt: skip


def _json(fields: dict[str, Any]) -> str | None:
    return orjson.dumps(fields).decode() if fields else None


def _columns(made: CaseType, calendar: Calendar, fold: ColumnFold) -> dict[str, Any]:
    """The columns of the rows of all cases, as lists."""
    states = np.array([*(state.id for state in made.states), ""], dtype=object)
    ends = np.array([*(state.end for state in made.states), ""], dtype=object)
    due, alarm = _due_and_alarm(made, calendar, fold)
    everybody = np.arange(len(fold.state))
    late = (
        fold.clocks[made.main_clock].is_late(everybody, fold.changed)
        if made.main_clock >= 0
        else np.zeros(len(due), dtype=bool)
    )
    spots = _known(fold, made.spot)
    return {
        "state": states[fold.state].tolist(), "outcome": ends[fold.state].tolist(), "agency": _texts(fold, "agency"),
        "holder": _texts(fold, "holder"), "area": _texts(fold, made.area), "kind": _texts(fold, made.kind),
        "lon": [spot[0] if spot else None for spot in spots], "lat": [spot[1] if spot else None for spot in spots],
        "opened": fold.opened.tolist(), "changed": fold.changed.tolist(), "due": due.tolist(), "ended": fold.ended.tolist(),
        "alarm": alarm.tolist(), "late": late.tolist(), "provisional": (due > calendar.decreed_until).tolist(),
        "supervised": fold.supervised.tolist(), "rating": fold.rating.tolist(), "seen": np.diff(fold.past.first).tolist(),
        "into": [""] * len(due), "fields": _fields(made, fold),
    }  # fmt: skip


def _due_and_alarm(made: CaseType, calendar: Calendar, fold: ColumnFold) -> tuple[Rows, Rows]:
    """The soonest running limit, and the soonest moment to warn or to act."""
    never = np.iinfo(np.int64).max
    due, alarm = (np.full(len(fold.state), never, dtype=np.int64) for _ in range(2))
    for clock, declared in zip(fold.clocks, made.clocks, strict=True):
        running = np.flatnonzero(clock.status == RUNNING)
        due[running] = np.minimum(due[running], clock.due[running])
        alarm[running] = np.minimum(alarm[running], clock.due[running] + 1)
        for unit in np.unique(clock.unit[running]) if declared.warn else ():
            rows = running[clock.unit[running] == unit]
            ticks = np.maximum((clock.ticks[rows] * declared.warn).astype(np.int64) - clock.spent[rows], 0)
            warn = np.minimum(calendar.add(clock.since[rows], ticks, int(unit)), clock.due[rows])
            alarm[rows] = np.minimum(alarm[rows], warn)
    return np.where(due == never, NO_TIME, due), np.where(alarm == never, NO_TIME, alarm)


def _known(fold: ColumnFold, name: str) -> list[Any]:
    """What is known of a field at the end, per case; None where nothing is."""
    column = fold.past.values.get(name)
    if not name or column is None:
        return [None] * len(fold.state)
    values = np.empty(len(column.values) + 1, dtype=object)
    values[:-1] = column.values
    found: list[Any] = values[fold.known[name]].tolist()
    return found


def _texts(fold: ColumnFold, name: str) -> list[str]:
    return [str(one) if one else "" for one in _known(fold, name)]


def _fields(made: CaseType, fold: ColumnFold) -> list[str | None]:
    """The fields without a column of their own, as JSON."""
    own = {made.area, made.kind, made.spot}
    names = [name for name in made.fields if name in fold.past.values and name not in own]
    if not names:
        return [None] * len(fold.state)
    codes = [fold.known[name] for name in names]
    values = [fold.past.values[name].values for name in names]

    def answer(row: int) -> str | None:
        said = {
            name: many[code[row]]
            for name, many, code in zip(names, values, codes, strict=True)
            if code[row] >= 0
        }
        return _json(said)

    found: list[str | None] = each(codes, len(fold.state), answer, object).tolist()
    return found
