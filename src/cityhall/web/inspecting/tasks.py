"""What waits on the street: cases to verify and to check, the nearest first."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cityhall.cases.queries import Line, Wanted, blank, inbox
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.web.cases.acts import ActForm
from cityhall.web.cases.lines import about
from cityhall.web.cases.questions import asked_to_act
from cityhall.web.inspecting.duties import Duty

SHOWN: Final = 12
_NEAR: Final = 0.03  # degrees: about three kilometres
_ASKED: Final = 200
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Task:
    """A case that waits for an inspector, how far away it is (None: not known), and what can be done."""

    number: str
    state: Text
    about: str
    address: str
    metres: float | None
    spot: Point | None
    due: datetime | None
    late: bool
    seen: int
    forms: tuple[ActForm, ...]


def tasks_near(actor: Actor, duties: tuple[Duty, ...], here: Point | None) -> tuple[Task, ...]:
    """The tasks around a place, the nearest first; without a place, those due soonest."""
    found = [task for duty in duties for state in duty.tasks for task in _in_state(actor, duty, state, here)]
    late = datetime.max.replace(tzinfo=clock.CITY_ZONE)
    found.sort(key=lambda one: (one.metres if one.metres is not None else math.inf, one.due or late))
    return tuple(found[:SHOWN])


def _in_state(actor: Actor, duty: Duty, state: str, here: Point | None) -> list[Task]:
    box = (here[0] - _NEAR, here[1] - _NEAR, here[0] + _NEAR, here[1] + _NEAR) if here else None
    lines = inbox(
        actor, Wanted(type=duty.made.name, state=state, box=box), limit=_ASKED if box else SHOWN
    ).lines
    closed = blank(actor, duty.made).closed if lines else frozenset()
    return [_task(duty, state, line, here, closed) for line in lines]


def _task(duty: Duty, state: str, line: Line, here: Point | None, closed: Collection[str]) -> Task:
    made, day = duty.made, clock.today().isoformat()
    present = {**line.fields, made.area: line.area, made.kind: line.kind}
    spot = (line.lon, line.lat) if line.lon is not None and line.lat is not None else None
    if made.spot and spot:
        present[made.spot] = list(spot)
    address = next(
        (
            str(present[one.id])
            for one in made.fields.values()
            if one.type == "address" and present.get(one.id)
        ),
        "",
    )
    return Task(
        number=line.number,
        state=made.states[made.state_numbers[state]].title,
        about=about(made, line),
        address=address,
        metres=_metres(here, spot) if here and spot else None,
        spot=spot,
        due=line.due,
        late=line.late,
        seen=line.seen,
        forms=tuple(ActForm(act, asked_to_act(made, act, day, present, closed)) for act in duty.tasks[state]),
    )


def _metres(one: Point, other: Point) -> float:
    """Between two points that are not far apart."""
    north = (one[1] - other[1]) * 111_320
    east = (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1]))
    return math.hypot(north, east)
