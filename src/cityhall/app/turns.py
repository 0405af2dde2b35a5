"""What became of each chore at its last turn, for the page and the command that show it. The beat may run on another host than
the page: what it knows stands in the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cityhall.app.models import Turn
from cityhall.kernel import clock
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.ledger.actions import bookkeeping

SILENCE: Final = timedelta(minutes=5)
"""Without a look at any chore for so long, no beat is running."""
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class TurnInfo:
    """A chore was last looked at at `looked` and last went well at `done`; since `failing` it fails with `problem`."""

    looked: datetime
    done: datetime | None
    failing: datetime | None
    problem: Text | None


@bookkeeping
def note(name: str, error: Exception | None = None) -> None:
    """Remember that a chore was looked at now, and went well or failed."""
    now = clock.now()
    if error is None:
        told = {"looked": now, "done": now, "failing": None, "problem": None}
        Turn.objects.update_or_create(name=name, defaults=told)
        return
    failed: dict[str, Any] = {"looked": now, "problem": _words(error).as_dict()}
    row, new = Turn.objects.get_or_create(name=name, defaults={**failed, "failing": now})
    if not new:
        Turn.objects.filter(name=name).update(**failed, failing=row.failing or now)


def turns() -> dict[str, TurnInfo]:
    """The last turn of each chore that ever had one, by its name."""
    return {
        row.name: TurnInfo(
            row.looked, row.done, row.failing, Text.from_dict(row.problem) if row.problem else None
        )
        for row in Turn.objects.order_by("name")
    }


def silent() -> bool:
    """Whether no beat has looked at anything for `SILENCE`."""
    return not Turn.objects.filter(looked__gt=clock.now() - SILENCE).exists()


def _words(error: Exception) -> Text:
    if isinstance(error, CityhallError):
        return Text(en=error.say("en")[:_LONGEST], zh=error.say("zh-hans")[:_LONGEST])
    told = f"{type(error).__name__}: {error}"[:_LONGEST]
    return Text(en=told, zh=told)
