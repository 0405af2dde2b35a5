"""Check-ins: where an inspector was, kept for a time; how often each cell was visited, kept for good and without names.

A position that lies outside the city is counted and not kept: where inspectors are off duty is nobody's business.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

import numpy as np
from django.db.models import F

from cityhall.cases.errors import TooManyCheckIns
from cityhall.cases.models import CellDay, CheckIn, PatrolMonth, Sent
from cityhall.cases.patrolling.judging import keep_months
from cityhall.identity.events import PersonLeft
from cityhall.identity.queries import require, scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record
from cityhall.places.queries import locate_dated

KEPT_DAYS: Final = int(os.environ.get("CITYHALL_PATROL_DAYS", "90"))
MOST: Final = 500
_AHEAD, _BEHIND = timedelta(minutes=5), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where somebody was and when (WGS-84 degrees)."""

    at: datetime
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """What became of the marks of a batch: taken, known already, not kept because outside the city or because their time cannot
    be (ahead of now, or older than a week)."""

    batch: str
    taken: int
    known: int
    outside: int
    untimely: int


@action("cases.check_in")
def check_in(actor: Actor, marks: Sequence[Mark]) -> CheckedIn:
    """Keep where the actor was. The same mark counts once, however often it is sent. One ledger entry for the batch, which
    says how many and their hash, not where. Raises RightMissing, TooManyCheckIns."""
    if not scopes(actor, "cases.inspect"):
        require(actor, "cases.inspect")
    if len(marks) > MOST:
        raise TooManyCheckIns(most=MOST)
    different = _once(marks)
    timely = [one for one in different if clock.now() - _BEHIND <= one.at <= clock.now() + _AHEAD]
    known = set(
        CheckIn.objects.filter(person=actor.hand, at__in=[one.at for one in timely]).values_list(
            "at", flat=True
        )
    )
    new = [one for one in timely if one.at not in known]
    kept = [row for row in _rows(actor, new) if row is not None]
    CheckIn.objects.bulk_create(kept)
    _count(kept)
    batch = new_id("pat")
    counts = {
        "taken": len(kept), "known": len(marks) - len(different) + len(timely) - len(new),
        "outside": len(new) - len(kept), "untimely": len(different) - len(timely),
    }  # fmt: skip
    record(f"patrol:{batch}", digest=_digest(kept), **counts)
    return CheckedIn(batch, **counts)


@action("cases.forget_check_ins")
def forget_check_ins(actor: Actor) -> int:
    """Delete check-ins that are older than CITYHALL_PATROL_DAYS, and keys of what was sent once; answers how many check-ins."""
    require(actor, "cases.configure")
    before = clock.now() - timedelta(days=KEPT_DAYS)
    Sent.objects.filter(at__lt=before).delete()
    keep_months(before)
    gone = CheckIn.objects.filter(at__lt=before).delete()[0]
    record("patrols", before=before.isoformat(), gone=gone)
    return gone


def kept_since() -> date:
    """The first day whose check-ins are all kept."""
    return (clock.now() - timedelta(days=KEPT_DAYS)).astimezone(clock.CITY_ZONE).date() + timedelta(days=1)


def check_ins_to_forget() -> int:
    """How many check-ins are older than is kept."""
    return CheckIn.objects.filter(at__lt=clock.now() - timedelta(days=KEPT_DAYS)).count()


def forget_inspector(event: PersonLeft) -> None:
    """Whoever leaves takes their check-ins along."""
    CheckIn.objects.filter(person=event.person_id).delete()
    PatrolMonth.objects.filter(person=event.person_id).delete()
    Sent.objects.filter(person=event.person_id).delete()


def _once(marks: Sequence[Mark]) -> list[Mark]:
    """One mark per second, in order."""
    by_second = {mark.at.replace(microsecond=0): mark for mark in marks}
    return [Mark(at, mark.lon, mark.lat) for at, mark in sorted(by_second.items())]


def _rows(actor: Actor, marks: list[Mark]) -> list[CheckIn | None]:
    """The rows to keep; None for a mark outside the city."""
    lon, lat = (np.array([getattr(one, axis) for one in marks], dtype=np.float64) for axis in ("lon", "lat"))
    moments = np.array([int(one.at.timestamp()) for one in marks], dtype=np.int64)
    found = locate_dated(lon, lat, moments)
    codes, numbers = found.cell
    return [
        None
        if found.outside[at]
        else CheckIn(
            person=actor.hand,
            at=one.at,
            lon=one.lon,
            lat=one.lat,
            cell=codes[numbers[at]] if numbers[at] >= 0 else "",
        )
        for at, one in enumerate(marks)
    ]


def _count(rows: list[CheckIn]) -> None:
    visits = Counter((row.at.astimezone(clock.CITY_ZONE).date(), row.cell) for row in rows if row.cell)
    for (day, cell), many in sorted(
        visits.items()
    ):  # in one order, so that two batches never wait for each other
        known, new = CellDay.objects.get_or_create(cell=cell, day=day, defaults={"visits": many})
        if not new:
            CellDay.objects.filter(id=known.id).update(visits=F("visits") + many)


def _digest(rows: list[CheckIn]) -> str:
    told = "\n".join(f"{row.person} {row.at.isoformat()} {row.lon:.6f} {row.lat:.6f}" for row in rows)
    return sha256(told.encode()).hexdigest()
