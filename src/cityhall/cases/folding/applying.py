"""What an event does to the standing of a case, and the fold over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cityhall.cases.declaring.limits import Limit
from cityhall.cases.declaring.shapes import IDLE, OWN_FIELDS, STAY, Act, CaseType, Clock
from cityhall.cases.folding.checking import refusal
from cityhall.cases.folding.clocks import NO_TIME, ClockStanding, enter, extend
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.standing import Standing, guard_values, local_day
from cityhall.kernel.calendars import Calendar

Types = Mapping[int, CaseType]


def fold(
    types: Types, version: int, events: Iterable[Event], calendar: Calendar, *, strict: bool = False
) -> tuple[CaseType, Standing]:
    """The standing after all events, and the version of the type the case then has; `strict` asks every rule again
    and raises the refusal."""
    made, standing = types[version], Standing()
    for event in events:
        if strict and (refused := refusal(made, standing, event, calendar)):
            raise refused
        made = step(types, made, standing, event, calendar)
    return made, standing


def step(types: Types, made: CaseType, standing: Standing, event: Event, calendar: Calendar) -> CaseType:
    """Apply one event to the standing; answers the type, another version after a move."""
    act = made.acts[made.act_numbers[event.act]]
    if not standing.clocks:
        standing.clocks = [ClockStanding() for _ in made.clocks]
    standing.forced = -1
    _take(made, act, standing, event, calendar)
    if act.extends:
        extend(standing.clocks[act.extends.clock], act.extends.more, calendar)
    _own_acts(made, act, standing, event.data)
    standing.times[act.number] = standing.times.get(act.number, 0) + 1
    standing.actors[act.number] = event.actor
    standing.seen, standing.changed = standing.seen + 1, event.at
    if act.id == "moved":
        return _move(types[event.data["version"]], made, standing, event)
    target = _target(made, act, standing)
    if target != STAY:
        _enter(made, target, standing, event, calendar)
    return made


def _take(made: CaseType, act: Act, standing: Standing, event: Event, calendar: Calendar) -> None:
    for name, value in event.data.items():
        if name in made.fields:
            _put(standing.fields, name, value)
    if act.assign:
        name, column = act.assign.split(".")
        unit = made.column(
            name, column, event.data.get(name, standing.fields.get(name)), local_day(event.at, calendar.zone)
        )
        standing.agency = str(unit or standing.agency)
    standing.agency = event.data.get("agency") or standing.agency
    standing.holder = event.data.get("holder") or standing.holder
    for name in act.clears:
        if name in OWN_FIELDS:
            setattr(standing, name, "")
        else:
            standing.fields.pop(name, None)


def _put(fields: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        fields.pop(name, None)
    else:
        fields[name] = value


def _own_acts(made: CaseType, act: Act, standing: Standing, data: Mapping[str, Any]) -> None:
    match act.id:
        case "rate":
            standing.rating = data["rating"]
            if made.rating and standing.rating in made.rating.bad:
                standing.forced = made.rating.then
        case "finish_task":
            standing.done = (*standing.done, data["task"])
        case "child_opened":
            standing.children_open += 1
        case "child_ended":
            standing.children_open -= 1
        case "supervise":
            standing.supervised = True
        case "merge":
            standing.into = data.get("into", "")
        case "warned" | "overdue":
            standing.marks = (*standing.marks, f"{act.id}:{data['clock']}")


def _target(made: CaseType, act: Act, standing: Standing) -> int:
    state = made.states[standing.state]
    if act.id == "finish_task" and len(standing.done) >= state.join:
        return state.then
    return act.target


def _enter(made: CaseType, target: int, standing: Standing, event: Event, calendar: Calendar) -> None:
    state = made.states[target]
    standing.opened = event.at if standing.opened == NO_TIME else standing.opened
    standing.state, standing.entered = target, event.at
    standing.holder = event.data.get("holder", "")
    standing.outcome, standing.ended = state.end, event.at if state.end else NO_TIME
    if not state.end:
        standing.rating = 0
    agencies = event.data.get("tasks") or {}
    standing.tasks, standing.done = {task.id: agencies.get(task.id, "") for task in state.tasks}, ()
    for clock in made.clocks:
        role = clock.roles[target]
        if role != IDLE:
            allowed = allowance(made, clock, standing, event, calendar)
            enter(standing.clocks[clock.number], role, clock.restart, allowed, event.at, calendar)
            if standing.marks and standing.clocks[clock.number].started == event.at:
                standing.marks = tuple(mark for mark in standing.marks if mark.partition(":")[2] != clock.id)


def allowance(made: CaseType, clock: Clock, standing: Standing, event: Event, calendar: Calendar) -> Limit:
    """The limit that a clock would have, should it start with this event: the first whose condition holds. A code
    that is not in its table has no time at all, so that it is seen."""
    for one in clock.limits:
        guard = one.condition
        if guard and not guard.holds(guard_values(guard.names, made, standing, event, calendar)):
            continue
        if one.limit:
            return one.limit
        name, column = one.column
        found = made.column(name, column, standing.fields.get(name), local_day(event.at, calendar.zone))
        return found if isinstance(found, Limit) else Limit(0, 0)
    return Limit(0, 0)


def _move(new: CaseType, old: CaseType, standing: Standing, event: Event) -> CaseType:
    """Go on under another version: state, counts and clocks by their names."""
    standing.state = new.state_numbers[event.data["state"]]
    for counted in ("times", "actors"):
        known = {old.acts[number].id: value for number, value in getattr(standing, counted).items()}
        setattr(
            standing,
            counted,
            {new.act_numbers[name]: value for name, value in known.items() if name in new.act_numbers},
        )
    clocks = {clock.id: standing.clocks[clock.number] for clock in old.clocks}
    standing.clocks = [clocks.get(clock.id, ClockStanding()) for clock in new.clocks]
    return new
