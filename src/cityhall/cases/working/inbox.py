"""Lists of open cases: what waits for an actor, an agency, an area; the soonest due first, page by page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from cityhall.cases.errors import PageMarkWrong
from cityhall.cases.models import Case, Cases, OpenTask
from cityhall.cases.storing.rows import moment
from cityhall.cases.storing.types import newest_types, type_of
from cityhall.cases.working.authority import agency_names_of, divisions_of
from cityhall.identity.queries import can, scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty means any. `mine` keeps what the actor holds, `late` what is past due,
    `open` whether ended cases are left out; `box` is (west, south, east, north)."""

    type: str = ""
    state: str = ""
    agency: str = ""
    area: str = ""
    kind: str = ""
    mine: bool = False
    late: bool = False
    supervised: bool = False
    open: bool = True
    text: str = ""
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A case in a list."""

    number: str
    type: str
    state: str
    agency: str
    holder: str
    area: str
    kind: str
    lon: float | None
    lat: float | None
    opened: datetime
    due: datetime | None
    ended: datetime | None
    late: bool
    supervised: bool
    seen: int
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `after` leads to the next, empty on the last."""

    lines: tuple[Line, ...]
    after: str


def visible(actor: Actor) -> Cases:
    """The cases that are the actor's business: of the types whose rights they hold, of their agencies and areas, and
    where a task of theirs waits."""
    rows = Case.objects.all()
    if can(actor, "cases.supervise"):
        return rows
    return rows.filter(_business(actor))


def _business(actor: Actor) -> Q:
    mine = Q(pk__in=())
    for version in newest_types():
        for role in type_of(version).roles.values():
            if role.right:
                mine |= Q(type__name=version.name) & _held(actor, role.right, role.of)
    for name in agency_names_of(scopes(actor, "cases.supervise")):
        mine |= Q(agency=name)
    return mine


def _held(actor: Actor, right: str, of: str) -> Q:
    held = scopes(actor, right)
    if "" in held:
        return Q(pk__isnull=False)
    if of == "city" or not held:
        return Q(pk__in=())
    names = agency_names_of(held)
    if of == "case":
        return Q(agency__in=names) | Q(pk__in=OpenTask.objects.filter(agency__in=names).values("case_id"))
    if of == "area":
        found = Q(pk__in=())
        for code in divisions_of(held):
            found |= Q(area__startswith=code)
        return found
    return Q(**{f"fields__{of}__in": list(names)})


def narrowed(rows: Cases, actor: Actor, wanted: Wanted) -> Cases:
    """The rows that fit what is wanted."""
    same = {
        "type__name": wanted.type,
        "state": wanted.state,
        "kind": wanted.kind,
        "area__startswith": wanted.area,
    }
    rows = rows.filter(**{column: value for column, value in same.items() if value})
    if wanted.agency:
        rows = rows.filter(agency__in=agency_names_of({wanted.agency}))
    if wanted.open:
        rows = rows.filter(ended=None)
    if wanted.mine:
        rows = rows.filter(holder=actor.hand)
    if wanted.late:
        rows = rows.filter(due__lt=clock.now())
    if wanted.supervised:
        rows = rows.filter(supervised=True)
    if wanted.text:
        rows = rows.filter(number__startswith=wanted.text)
    if wanted.box:
        west, south, east, north = wanted.box
        rows = rows.filter(lon__range=(west, east), lat__range=(south, north))
    return rows


def page(rows: Cases, after: str, limit: int) -> Page:
    """One page, the soonest due first, those without a limit last."""
    due, key = _mark(after) if after else (0, 0)
    found: list[Case] = []
    if due is not None:  # two questions that an index answers, rather than one that has to sort
        limited = rows.filter(due__isnull=False)
        limited = limited.filter(_beyond(due, key)) if after else limited
        found = list(limited.typed().order_by("due", "id")[: limit + 1])
    if len(found) <= limit:
        free = rows.filter(due=None)
        free = free.filter(id__gt=key) if due is None else free
        found += free.typed().order_by("id")[: limit + 1 - len(found)]
    last = found[limit - 1] if len(found) > limit else None
    cursor = "" if last is None else f"{int(last.due.timestamp()) if last.due else ''}|{last.id}"
    return Page(tuple(map(line, found[:limit])), cursor)


def _mark(after: str) -> tuple[int | None, int]:
    """The due second and the key that a page's mark names. Raises PageMarkWrong."""
    due, _, key = after.partition("|")
    if len(after) > 30 or not key.isdecimal() or not (due or "0").isdecimal():
        raise PageMarkWrong()
    return (int(due) if due else None), int(key)


def _beyond(due: int, key: int) -> Q:
    return Q(due__gt=moment(due)) | Q(due=moment(due), id__gt=key)


def line(row: Case) -> Line:
    """A row as it stands in a list."""
    late = row.late or (row.due is not None and row.due < clock.now())
    return Line(
        row.number, row.type.name, row.state, row.agency, row.holder, row.area, row.kind, row.lon, row.lat,
        row.opened, row.due, row.ended, late, row.supervised, row.seen, row.fields or {},
    )  # fmt: skip
