"""Open cases as places: columns rather than rows, because a map shows tens of thousands at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.core.cache import caches
from django.db.models import Count, Q

from cityhall.cases.models import Event
from cityhall.cases.storing.rows import seconds
from cityhall.cases.working.inbox import Wanted, narrowed, visible
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor

IN_TIME, SOON, LATE = range(3)
SOON_WITHIN = timedelta(hours=24)
MOST = 50_000
KEPT = 60  # seconds
_COLUMNS = ("number", "lon", "lat", "type__name", "state", "due", "late")


@dataclass(frozen=True, slots=True)
class Spots:
    """Cases with a place, the latest last, so that a map draws them on top: numbers, degrees, (type, state), when due in seconds
    (-1: no limit), and 0 in time, 1 due within a day, 2 late."""

    numbers: tuple[str, ...]
    lons: tuple[float, ...]
    lats: tuple[float, ...]
    states: tuple[tuple[str, str], ...]
    dues: tuple[int, ...]
    lateness: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.numbers)


def waiting(actor: Actor, wanted: Wanted | None = None) -> tuple[int, int]:
    """How many open cases are the actor's business, and how many of them have passed a limit."""
    rows = narrowed(visible(actor), actor, wanted or Wanted())
    found = rows.aggregate(open=Count("id"), late=Count("id", filter=Q(due__lt=clock.now())))
    return found["open"], found["late"]


def spots(actor: Actor, wanted: Wanted | None = None, *, limit: int = MOST) -> Spots:
    """The open cases that are the actor's business and have a place; kept until something happens to any case or the minute is
    over, because a map and its data are asked for one after the other."""
    newest = Event.objects.order_by("-id").values_list("id", flat=True).first()
    minute = seconds(clock.now()) // 60
    asked = repr((actor.id, sorted(actor.roles), actor.rights, wanted, newest, minute, limit))
    key = f"cases.spots.{sha256(asked.encode()).hexdigest()}"
    found: Spots | None = caches["near"].get(key)
    if found is None:
        found = _spots(actor, wanted, limit)
        caches["near"].set(key, found, KEPT)
    return found


def _spots(actor: Actor, wanted: Wanted | None, limit: int) -> Spots:
    rows = narrowed(visible(actor), actor, wanted or Wanted()).filter(lon__isnull=False)
    now = seconds(clock.now())
    found = []
    for number, lon, lat, type_name, state, due, late in rows.order_by().values_list(*_COLUMNS)[:limit]:
        at = seconds(due) if due else -1
        level = (
            LATE
            if late or 0 <= at < now
            else SOON
            if 0 <= at < now + SOON_WITHIN.total_seconds()
            else IN_TIME
        )
        found.append((level, -at, number, lon, lat, (type_name, state), at))
    found.sort()
    return Spots(
        numbers=tuple(one[2] for one in found),
        lons=tuple(one[3] for one in found),
        lats=tuple(one[4] for one in found),
        states=tuple(one[5] for one in found),
        dues=tuple(one[6] for one in found),
        lateness=tuple(one[0] for one in found),
    )
