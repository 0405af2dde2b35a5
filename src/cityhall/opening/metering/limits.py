"""How much somebody may ask for: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["page", "call", "heavy"]
"""`heavy`: asks for a file to be written."""
MINUTE: Final = 60
DAY: Final = 86_400
SHARES: Final = 20
"""A process takes a twentieth of a limit at a time: one write for so many calls."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` calls in `seconds` (a minute or a day of the city); a `most` of 0 is no limit."""

    kind: str
    most: int
    seconds: int

    @property
    def share(self) -> int:
        """How many calls a process takes at once."""
        return max(1, self.most // SHARES)


def limits_of(settings: Mapping[str, str], keyed: bool, kind: Kind) -> tuple[Limit, ...]:
    """The limits of somebody with or without a key: per minute, and per day. `settings` holds "600,50000" under
    `pages`, `anonymous`, `keyed`, `anonymous_heavy`, `keyed_heavy`; an empty text or a 0 is no limit.
    """
    who = "keyed" if keyed else "anonymous"
    name = {"page": "pages", "call": who, "heavy": f"{who}_heavy"}[kind]
    parts = [int(part or 0) for part in settings.get(name, "").split(",")]
    minute, day = (*parts, 0, 0)[:2]
    found = (Limit(f"{kind} minute", minute, MINUTE), Limit(f"{kind} day", day, DAY))
    return tuple(one for one in found if one.most > 0)
