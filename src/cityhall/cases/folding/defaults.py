"""What stands in a new case although nobody said it: the declared defaults, as part of the event that opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cityhall.cases.declaring.filling import default_of
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.checking import EMPTY, is_asked
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.standing import Standing
from cityhall.kernel.calendars import Calendar


def with_defaults(
    made: CaseType, standing: Standing, event: Event, calendar: Calendar, holds: Callable[[str], bool]
) -> Event:
    """The event with the defaults of what its act takes and nobody said, for somebody who `holds` roles; only what opens a case
    has any."""
    act = made.act(event.act)
    found = {}
    for name in (*act.needs, *act.takes) if act is not None and act.opens else ():
        declared = made.fields.get(name)
        if declared is None or not declared.defaults or event.data.get(name) not in EMPTY:
            continue
        value = default_of(declared, holds)
        if value is not None and is_asked(made, name, standing, event, calendar):
            found[name] = value
    return replace(event, data={**event.data, **found}) if found else event
