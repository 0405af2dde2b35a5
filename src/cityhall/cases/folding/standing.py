"""Where a case stands: everything that follows from its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.clocks import NO_TIME, ClockStanding
from cityhall.cases.folding.events import Event
from cityhall.kernel.calendars import Calendar

UNBORN = -1


@dataclass(slots=True)
class Standing:
    """The state of one case. Moments are seconds since 1970, -1 for none; `seen` counts its events."""

    state: int = UNBORN
    seen: int = 0
    opened: int = NO_TIME
    changed: int = NO_TIME
    entered: int = NO_TIME
    ended: int = NO_TIME
    outcome: str = ""
    agency: str = ""
    holder: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    times: dict[int, int] = field(default_factory=dict)
    actors: dict[int, str] = field(default_factory=dict)
    clocks: list[ClockStanding] = field(default_factory=list)
    tasks: dict[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    children_open: int = 0
    rating: int = 0
    forced: int = -1
    supervised: bool = False
    into: str = ""
    marks: tuple[str, ...] = ()

    def known(self, name: str) -> Any:
        """The value of a field or of one of the case's own; None when empty."""
        value = {"agency": self.agency, "holder": self.holder}.get(name, self.fields.get(name))
        return None if value == "" else value


def given(event: Event, standing: Standing, name: str) -> Any:
    """A value as it will be with this event: what the event brings, else what is known."""
    return event.data[name] if name in event.data else standing.known(name)


def guard_values(
    names: Iterable[str], made: CaseType, standing: Standing, event: Event, calendar: Calendar
) -> Mapping[str, Any]:
    """The values that a condition asks for, at the moment of an event."""
    return {name: _guard_value(name, made, standing, event, calendar) for name in names}


def _guard_value(name: str, made: CaseType, standing: Standing, event: Event, calendar: Calendar) -> Any:
    function, _, argument = name.rstrip(")").partition("(")
    if function == "late" and argument:
        number = next(clock.number for clock in made.clocks if clock.id == argument)
        return standing.clocks[number].is_late(event.at) if standing.clocks else False
    if function == "times" and argument:
        return standing.times.get(made.act_numbers[argument], 0) if argument in made.act_numbers else 0
    if function == "given" and argument:
        return given(event, standing, argument) is not None
    if name == "children_open":
        return standing.children_open
    field_name, _, column = name.partition(".")
    value = given(event, standing, field_name)
    if not column or value is None:
        return value
    return made.column(field_name, column, value, local_day(event.at, calendar.zone))


@lru_cache(maxsize=4096)
def local_day(moment: int, zone: str) -> str:
    """The date of a moment in a zone (ISO)."""
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).date().isoformat()
