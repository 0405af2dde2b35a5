"""What a check of a pack finds."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend in a pack: a code, the file (relative to the pack) with the place in it, and plain words."""

    code: str
    place: str
    message: Text
    severity: str = "error"


def finding(code: str, place: str, en: str, zh: str, /, **facts: object) -> Finding:
    """A finding whose words have `{name}` places for the facts."""
    return Finding(code, place, Text(en=en.format(**facts), zh=zh.format(**facts)))
