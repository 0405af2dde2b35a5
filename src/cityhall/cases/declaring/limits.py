"""Limits as people write them: `24 urgent_hours`, `1.5 working_hours`, `15 working_days`, `30 natural_days`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cityhall.kernel.calendars import TICKS, UNITS

_LIMIT = re.compile(r"\s*(\d+(?:\.\d+)?)\s+(urgent_hour|working_hour|working_day|natural_day)s?\s*$")


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of time: `ticks` of a unit (seconds of hours, whole days), see `kernel.calendars`."""

    ticks: int
    unit: int

    def __str__(self) -> str:
        amount = self.ticks / TICKS[self.unit]
        return f"{amount:g} {UNITS[self.unit]}{'' if amount == 1 else 's'}"


def limit(text: str) -> Limit | None:
    """The limit in the text, None when it is none; days come whole."""
    found = _LIMIT.match(text)
    if found is None:
        return None
    unit = UNITS.index(found[2])
    ticks = float(found[1]) * TICKS[unit]
    return Limit(int(ticks), unit) if ticks == int(ticks) else None
