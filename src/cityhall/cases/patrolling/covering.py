"""Which cells were visited, how often, and which were not; who was where, for the centre and for oneself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Min

from cityhall.cases.models import CellDay, CheckIn
from cityhall.identity.queries import can, require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.places.queries import cell_codes

RIGHT = "cases.see_patrols"


@dataclass(frozen=True, slots=True)
class CellCover:
    """A cell over some days: visits on each day that had any, in all, and the last day with one before the end of the period
    (None: never)."""

    cell: str
    days: Mapping[date, int]
    visits: int
    last: date | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well the cells of an area were visited from a day to another (both included): `visited` of `cells` at least once;
    `daily` counts the cells visited on each day."""

    first: date
    last: date
    cells: tuple[CellCover, ...]
    visited: int
    daily: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Round:
    """An inspector's check-ins of a day: how many, in how many cells, from when to when."""

    person: str
    day: date
    marks: int
    cells: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Stop:
    """One check-in."""

    at: datetime
    lon: float
    lat: float
    cell: str


def coverage(actor: Actor, first: date, last: date, *, prefix: str = "") -> Coverage:
    """Coverage of the cells there were on the last day, whose codes begin with `prefix`; those longest without a visit first.
    Raises RightMissing."""
    require(actor, RIGHT)
    visits: dict[str, dict[date, int]] = {}
    rows = CellDay.objects.filter(cell__startswith=prefix)
    for cell, day, many in rows.filter(day__range=(first, last)).values_list("cell", "day", "visits"):
        visits.setdefault(cell, {})[day] = many
    latest = dict(rows.filter(day__lte=last).values_list("cell").annotate(Max("day")))
    cells = [
        CellCover(cell, visits.get(cell, {}), sum(visits.get(cell, {}).values()), latest.get(cell))
        for cell in cell_codes(last)
        if cell.startswith(prefix)
    ]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    daily = {day: sum(day in one.days for one in cells) for day in days}
    ordered = sorted(cells, key=lambda one: (one.last or date.min, one.visits, one.cell))
    return Coverage(first, last, tuple(ordered), sum(one.visits > 0 for one in cells), daily)


def rounds(actor: Actor, day: date) -> tuple[Round, ...]:
    """Who was out on a day; for the centre. Raises RightMissing."""
    require(actor, RIGHT)
    found = (
        CheckIn.objects.filter(at__range=_span(day))
        .values("person")
        .annotate(marks=Count("id"), cells=Count("cell", distinct=True), first=Min("at"), last=Max("at"))
        .order_by("first")
    )
    return tuple(
        Round(one["person"], day, one["marks"], one["cells"], one["first"], one["last"]) for one in found
    )


def trail(actor: Actor, day: date, person: str = "") -> tuple[Stop, ...]:
    """The check-ins of a day: one's own (by a key that may check in), or for the centre somebody else's. Raises RightMissing."""
    own = person in ("", actor.hand) and actor.within("cases.inspect")
    if not own:
        require(actor, RIGHT)
    rows = CheckIn.objects.filter(person=person or actor.hand, at__range=_span(day)).order_by("at")
    return tuple(Stop(one.at, one.lon, one.lat, one.cell) for one in rows)


def own_check_ins(actor: Actor) -> tuple[Stop, ...]:
    """Everything that is kept of where the actor was."""
    rows = CheckIn.objects.filter(person=actor.id).order_by("at") if actor.kind == "person" else ()
    return tuple(Stop(one.at, one.lon, one.lat, one.cell) for one in rows)


def sees_patrols(actor: Actor) -> bool:
    """Whether the actor belongs to the centre that sees all rounds."""
    return can(actor, RIGHT)


def _span(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(), clock.CITY_ZONE)
    return start, start + timedelta(days=1) - timedelta(microseconds=1)
