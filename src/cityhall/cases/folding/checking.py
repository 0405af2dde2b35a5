"""Whether an event may happen: the one list of rules, in the order in which they are asked.

`REASONS` numbers them; the columnar path (`columns`) asks the same questions of many cases at once and must give the
same answers, which a property test compares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cityhall.cases.declaring.compiling import RESERVED
from cityhall.cases.declaring.shapes import Act, CaseType
from cityhall.cases.errors import (
    ActRefused,
    ActUnknown,
    ClockExpired,
    ConditionFails,
    FieldMissing,
    FieldUnknown,
    FieldWrong,
    ForcedFirst,
    MomentOutside,
    OutOfOrder,
    OutOfTurn,
    SamePerson,
    TooLate,
    TooOften,
    WrongRole,
)
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.standing import UNBORN, Standing, given, guard_values, local_day
from cityhall.cases.folding.values import fits
from cityhall.kernel.calendars import Calendar

REASONS: tuple[type[ActRefused], ...] = (
    ActUnknown, MomentOutside, OutOfOrder, ForcedFirst, OutOfTurn, WrongRole, FieldUnknown, FieldWrong, FieldMissing,
    ConditionFails, TooOften, TooLate, ClockExpired, SamePerson,
)  # fmt: skip


def refusal(made: CaseType, standing: Standing, event: Event, calendar: Calendar) -> ActRefused | None:
    """Why the event may not happen now; None when it may."""
    act = made.act(event.act)
    if act is None:
        return ActUnknown(act=event.act)
    for reason, rule in _RULES:
        answer = rule(made, act, standing, event, calendar)
        if answer:
            return reason(act=act.title, field=answer)
    return None


def may_bring(made: CaseType, act: Act) -> frozenset[str]:
    """What an event of this act may carry."""
    names = {*act.needs, *act.takes, *RESERVED}
    if act.id == "amend":
        names |= {*made.fields, "agency"}.difference(made.fixed)
    return frozenset(names.union(one.id for one in made.following(names)))


EMPTY: tuple[Any, ...] = (None, "", [])
"""What counts as no answer to a question."""
_Answer = str
_Rule = Callable[[CaseType, Act, Standing, Event, Calendar], _Answer]


# What every calendar reaches, with room for the longest limit (1990-01-02 to 2060).
EARLIEST, LATEST = 631_238_400, 2_840_140_800


def _outside(_made: CaseType, _act: Act, _standing: Standing, event: Event, _calendar: Calendar) -> _Answer:
    return "" if EARLIEST <= event.at < LATEST else "at"


def _out_of_order(
    _made: CaseType, _act: Act, standing: Standing, event: Event, _calendar: Calendar
) -> _Answer:
    return "at" if event.at < standing.changed else ""


def _forced(_made: CaseType, act: Act, standing: Standing, _event: Event, _calendar: Calendar) -> _Answer:
    return "rating" if standing.forced >= 0 and act.number != standing.forced else ""


def _out_of_turn(
    _made: CaseType, act: Act, standing: Standing, _event: Event, _calendar: Calendar
) -> _Answer:
    fitting = act.opens if standing.state == UNBORN else standing.state in act.sources
    return "" if fitting else "state"


def _wrong_role(_made: CaseType, act: Act, _standing: Standing, event: Event, _calendar: Calendar) -> _Answer:
    return event.role if event.role and event.role not in act.by else ""


def _unknown(made: CaseType, act: Act, _standing: Standing, event: Event, _calendar: Calendar) -> _Answer:
    return next((name for name in event.data if name not in may_bring(made, act)), "") if event.data else ""


def _wrong(made: CaseType, act: Act, standing: Standing, event: Event, calendar: Calendar) -> _Answer:
    if not event.data:
        return ""
    day = local_day(event.at, calendar.zone)
    for name, value in event.data.items():
        if not fits(made, name, value, day):
            return name
    return _wrong_own(made, act, standing, event.data)


def _wrong_own(made: CaseType, act: Act, standing: Standing, data: Any) -> _Answer:
    """What the engine's own acts carry: a rating, a task, a clock."""
    if act.id == "rate":
        rating = data.get("rating")
        return "" if isinstance(rating, int) and 1 <= rating <= 5 else "rating"
    if act.id == "finish_task":
        open_task = data.get("task") in standing.tasks and data.get("task") not in standing.done
        return "" if open_task else "task"
    if act.id in ("warned", "overdue"):
        return "" if any(clock.id == data.get("clock") for clock in made.clocks) else "clock"
    return ""


def _missing(made: CaseType, act: Act, standing: Standing, event: Event, calendar: Calendar) -> _Answer:
    for name in act.needs:
        value = event.data.get(name) if act.built_in else given(event, standing, name)
        if value in (None, ""):
            return name
    if act.id in ("rate", "finish_task", "warned", "overdue") and not event.data:
        return act.id
    for field in made.fields.values() if act.opens else ():
        if (
            field.required
            and event.data.get(field.id) in EMPTY
            and is_asked(made, field.id, standing, event, calendar)
        ):
            return field.id
    return ""


def is_asked(made: CaseType, name: str, standing: Standing, event: Event, calendar: Calendar) -> bool:
    """Whether the condition of a field holds, so that it is a question at all."""
    condition = made.fields[name].condition
    return condition is None or condition.holds(
        guard_values(condition.names, made, standing, event, calendar)
    )


def _condition(made: CaseType, act: Act, standing: Standing, event: Event, calendar: Calendar) -> _Answer:
    guard = act.condition
    if guard is None or guard.holds(guard_values(guard.names, made, standing, event, calendar)):
        return ""
    return guard.text


def _too_often(_made: CaseType, act: Act, standing: Standing, _event: Event, _calendar: Calendar) -> _Answer:
    if act.most and standing.times.get(act.number, 0) >= act.most:
        return act.id
    return act.id if act.id == "rate" and standing.rating else ""


def _too_late(made: CaseType, act: Act, standing: Standing, event: Event, calendar: Calendar) -> _Answer:
    within = made.rating.within if act.id == "rate" and made.rating else act.within
    if within is None or standing.state == UNBORN:
        return ""
    return act.id if event.at > calendar.due(standing.entered, within.ticks, within.unit) else ""


def _expired(made: CaseType, act: Act, standing: Standing, event: Event, _calendar: Calendar) -> _Answer:
    if act.before < 0 or not standing.clocks:
        return ""
    return made.clocks[act.before].id if standing.clocks[act.before].is_late(event.at) else ""


def _same_person(_made: CaseType, act: Act, standing: Standing, event: Event, _calendar: Calendar) -> _Answer:
    return event.actor if any(standing.actors.get(other) == event.actor for other in act.not_by) else ""


_RULES: tuple[tuple[type[ActRefused], _Rule], ...] = tuple(
    zip(
        REASONS[1:],
        (
            _outside, _out_of_order, _forced, _out_of_turn, _wrong_role, _unknown, _wrong, _missing,
            _condition, _too_often, _too_late, _expired, _same_person,
        ),
        strict=True,
    )
)  # fmt: skip
