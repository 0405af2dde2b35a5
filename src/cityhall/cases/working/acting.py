"""One act on one case: check the right, the version and the rules, append the event, project the row."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

import rfc8785

from cityhall.cases.declaring.shapes import Act, CaseType
from cityhall.cases.errors import ActUnknown, CaseUnknown, MomentOutside, SamePerson, StaleCase
from cityhall.cases.events import CaseActed, CaseEnded, CaseOpened
from cityhall.cases.folding.applying import step
from cityhall.cases.folding.checking import refusal
from cityhall.cases.folding.defaults import with_defaults
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.standing import Standing
from cityhall.cases.models import Case, Reporter
from cityhall.cases.models import Event as Row
from cityhall.cases.storing.rows import Loaded, known_moment, load, save
from cityhall.cases.storing.types import Versions, calendar_of, calendar_row, type_of, type_row
from cityhall.cases.working.authority import Part, demand, demand_fields, opens_as
from cityhall.cases.working.codes import LETTERS, code_digest, new_code
from cityhall.cases.working.placing import placed
from cityhall.kernel import clock, events, jobs
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.calendars import OutsideCalendar

ENGINE = system_actor("cases")


@dataclass(frozen=True, slots=True)
class Who:
    """Who reports: an account, or a name and ways to reach them; `secret` hides them from those who handle the case.
    `origin` is a digest of where the report came from, for the rate limit."""

    person: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    secret: bool = False
    language: str = "zh-hans"
    origin: str = ""


def locked(number: str) -> Case:
    """The case, held against others until the transaction ends; raises CaseUnknown."""
    rows = Case.objects.ready().select_for_update(of=("self",))
    row = rows.filter(number=number).first()
    if row is None:
        raise CaseUnknown(case=number)
    return row


def begin(
    actor: Actor,
    type_name: str,
    data: Mapping[str, Any],
    who: Who,
    parent: Case | None,
    act_name: str = "",
    door: str = "",
) -> tuple[Loaded, str]:
    """Open a case; answers it with the code that tracks it. What the declaration says of the `door` is part of every report
    through it."""
    version = type_row(type_name)
    made = type_of(version)
    calendar = calendar_row(made.calendar)
    opening = _opening(made, act_name)
    row = Case(number=new_number(), type=version, calendar=calendar, parent=parent)
    loaded = Loaded(row, made, calendar_of(calendar), [], Standing())
    told = placed(made, {**made.extras.get(door, {}).get("sets", {}), **data})
    part = Part(actor, made, loaded.standing, str(told.get(made.area, "")), reporting=True)
    demand(part, opening, told)
    demand_fields(part, data)
    event = Event(opening.id, _now(loaded), actor.hand, told)
    _append(loaded, [with_defaults(made, loaded.standing, event, loaded.calendar, partial(opens_as, part))])
    code = keep_reporter(row, who, who.person or (actor.id if actor.kind == "person" else ""))
    events.emit(CaseOpened(row.number, made.name))
    return loaded, code


def keep_reporter(row: Case, who: Who, person: str) -> str:
    """Write down who reported; answers the code that tracks the case."""
    code = new_code()
    Reporter.objects.create(
        case=row,
        person=person,
        name=who.name,
        phone=who.phone,
        email=who.email,
        secret=who.secret,
        language=who.language,
        origin=who.origin,
        code=code_digest(row.number, code),
        at=clock.now(),
    )
    return code


def _opening(made: CaseType, name: str) -> Act:
    found = [act for act in made.acts if act.opens and name in ("", act.id)]
    if not found:
        raise ActUnknown(act=name)
    return found[0]


def proceed(
    actor: Actor,
    row: Case,
    act_name: str,
    data: Mapping[str, Any],
    *,
    seen: int | None = None,
    reporting: bool = False,
) -> Loaded:
    """Do an act on a locked case: once, by who may, on the version that the actor saw."""
    loaded = load(row)
    event = _intended(actor, loaded, act_name, data, reporting)
    if seen is not None and seen != loaded.standing.seen:
        raise StaleCase(case=row.number)
    _append(loaded, [event])
    return loaded


def ensure_may(actor: Actor, row: Case, act_name: str, data: Mapping[str, Any], *, reporting: bool) -> None:
    """Pass when the act would be done now, or raise what it would; nothing is held and nothing changed."""
    loaded = load(row)
    event = _intended(actor, loaded, act_name, data, reporting)
    if refused := refusal(loaded.made, loaded.standing, event, loaded.calendar):
        raise refused


def _intended(actor: Actor, loaded: Loaded, act_name: str, data: Mapping[str, Any], reporting: bool) -> Event:
    """The event that an actor wants, who may bring it about."""
    act = loaded.made.act(act_name)
    if act is None:
        raise ActUnknown(act=act_name)
    placed_data = placed(loaded.made, data)
    part = Part(actor, loaded.made, loaded.standing, loaded.row.area, reporting)
    demand(part, act, placed_data)
    demand_fields(part, data)
    _demand_another(actor, loaded, act)
    return Event(act_name, _now(loaded), actor.hand, placed_data)


def _demand_another(actor: Actor, loaded: Loaded, act: Act) -> None:
    """What is not for whoever opened the case is not for its reporter either, in whose name the platform may have opened it.
    Raises SamePerson."""
    if any(loaded.made.acts[number].opens for number in act.not_by):
        own = Reporter.objects.filter(case=loaded.row, person=actor.hand)
        if actor.kind in ("person", "key") and own.exists():
            raise SamePerson(act=act.title, field=actor.hand)


def _append(loaded: Loaded, new: list[Event]) -> None:
    """Check and apply the events and whatever follows by force, and write them with the projection."""
    was_open, first = loaded.standing.outcome == "", loaded.standing.seen
    try:
        for event in new:
            _apply(loaded, event)
        if loaded.standing.forced >= 0:
            _apply(loaded, Event(loaded.made.acts[loaded.standing.forced].id, new[-1].at, ENGINE.id, {}))
        save(loaded.row, loaded.made, loaded.standing, loaded.calendar)
    except OutsideCalendar:
        raise MomentOutside(act=new[0].act) from None
    fresh = loaded.events[first:]
    Row.objects.bulk_create(
        Row(
            case=loaded.row,
            seq=first + number,
            act=event.act,
            at=known_moment(event.at),
            actor=event.actor,
            data=dict(event.data) or None,
        )
        for number, event in enumerate(fresh, 1)
    )
    _consequences(loaded, fresh, was_open)


def _apply(loaded: Loaded, event: Event) -> None:
    if refused := refusal(loaded.made, loaded.standing, event, loaded.calendar):
        raise refused
    loaded.made = step(
        Versions(loaded.made.name, loaded.made), loaded.made, loaded.standing, event, loaded.calendar
    )
    loaded.events.append(event)


def _consequences(loaded: Loaded, fresh: list[Event], was_open: bool) -> None:
    """Notices owed, what other rooms are told, and what a parent learns of its child."""
    row, standing = loaded.row, loaded.standing
    for number, event in enumerate(fresh):
        act = loaded.made.act(event.act)
        if act and (act.tell or event.act in ("warned", "overdue")):
            jobs.enqueue("cases.tell", number=row.number, seq=standing.seen - len(fresh) + number + 1)
        events.emit(CaseActed(row.number, loaded.made.name, event.act, standing.seen))
    if standing.outcome and was_open:
        events.emit(CaseEnded(row.number, loaded.made.name, standing.outcome))
        if row.parent_id is not None:
            _tell_parent(row, row.parent_id)


def _tell_parent(row: Case, parent_id: int) -> None:
    parent = Case.objects.ready().select_for_update(of=("self",)).get(id=parent_id)
    if not parent.outcome:
        proceed(ENGINE, parent, "child_ended", {"into": row.number})


def _now(loaded: Loaded) -> int:
    """The present second; a clock set back does not date an act before the one before it."""
    return max(int(clock.now().timestamp()), loaded.standing.changed)


def new_number() -> str:
    """A number for people: the day, then six signs of chance."""
    return f"{clock.today():%Y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(6))}"


def digest(number: str, seq: int, event: Event) -> str:
    """The hash of an event as the ledger records it: what happened is proven, without telling it."""
    body: dict[str, Any] = {
        "case": number,
        "seq": seq,
        "act": event.act,
        "at": event.at,
        "actor": event.actor,
        "data": dict(event.data),
    }
    return sha256(rfc8785.dumps(body)).hexdigest()
