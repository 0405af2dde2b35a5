"""What inspectors do with a type of case: report it, and the tasks that wait for them on the street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cityhall.cases.queries import Act, Blank, CaseType, types
from cityhall.identity.queries import require, scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.web.cases.questions import Question, asked_to_open

RIGHT: Final = "cases.inspect"


@dataclass(frozen=True, slots=True)
class Duty:
    """A type in which inspectors have a part: how they open a case (None: not at all), and per state the acts that are theirs."""

    made: CaseType
    opening: Act | None
    tasks: dict[str, tuple[Act, ...]]

    @property
    def said(self) -> dict[str, Any]:
        """What the declaration says of inspecting: `sets` (values that their reports have), `group` (field.column)."""
        return dict(self.made.extras.get("inspecting", {}))


def demand_inspector(actor: Actor) -> None:
    """Pass, or raise RightMissing."""
    if not scopes(actor, RIGHT):
        require(actor, RIGHT)


def duties() -> tuple[Duty, ...]:
    """All types in which inspectors have a part."""
    found = (_duty(made) for made in types())
    return tuple(one for one in found if one.opening or one.tasks)


def _duty(made: CaseType) -> Duty:
    roles = {name for name, role in made.roles.items() if role.right == RIGHT}
    theirs = [act for act in made.acts if roles.intersection(act.by) and not act.built_in]
    tasks = {
        state.id: acts
        for state in made.states
        if (acts := tuple(act for act in theirs if not act.opens and state.number in act.sources))
    }
    return Duty(made, next((act for act in theirs if act.opens), None), tasks)


def asked(duty: Duty, opening: Act, form: Blank, typed: Any) -> tuple[Question, ...]:
    """What a report asks: not what the declaration sets by itself."""
    day = clock.today().isoformat()
    return tuple(
        one
        for one in asked_to_open(duty.made, opening, day, form, typed)
        if one.id not in duty.said.get("sets", {})
    )
