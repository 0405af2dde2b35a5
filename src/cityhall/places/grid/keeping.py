"""Bringing a set of areas into the table: what is new, what has another outline, what is no longer there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cityhall.places.grid.areas import Drawn, square_metres, wkb_of
from cityhall.places.models import GridArea

_AT_ONCE = 2000


@dataclass(slots=True)
class Counts:
    """What a batch did to the areas of its districts."""

    read: int = 0
    added: int = 0
    changed: int = 0
    closed: int = 0


def merge(kind: str, areas: list[Drawn], since: date) -> Counts:
    """Take `areas` as complete, from `since` on, for the districts (first six digits) that they name: others of these end
    then. In a district that had none, they hold without a first day. Twice is like once."""
    counts = Counts(read=len(areas))
    districts = {area.code[:6] for area in areas}
    current = {row.code: row for row in _open(kind, districts)}
    had = {code[:6] for code in current}
    new: list[GridArea] = []
    ended: list[str] = []
    for area in areas:
        row = current.pop(area.code, None) if area.valid_to is None else None
        if row is not None and _same(row, area):
            continue
        if row is not None:
            ended.append(row.id)
            counts.changed += 1
        else:
            counts.added += 1
        new.append(_row(kind, area, since if area.code[:6] in had else None))
    counts.closed = len(current)
    _end([*ended, *(row.id for row in current.values())], since)
    GridArea.objects.bulk_create(
        new, batch_size=_AT_ONCE, update_conflicts=True, unique_fields=["id"],
        update_fields=["name", "valid_from", "valid_to", "size", "shape"],
    )  # fmt: skip
    return counts


def _open(kind: str, districts: Iterable[str]) -> Iterable[GridArea]:
    theirs = Q()
    for district in districts:
        theirs |= Q(code__startswith=district)
    return GridArea.objects.filter(theirs, kind=kind, valid_to=None)


def _same(row: GridArea, area: Drawn) -> bool:
    return row.name == area.name and bytes(row.shape) == wkb_of(area.shape)


def _row(kind: str, area: Drawn, since: date | None) -> GridArea:
    first = area.valid_from or since
    return GridArea(
        id=f"{kind}:{area.code}@{first or ''}",
        kind=kind,
        code=area.code,
        name=area.name,
        valid_from=first,
        valid_to=area.valid_to,
        size=float(square_metres(area.shape)),
        shape=wkb_of(area.shape),
    )


def _end(keys: list[str], since: date) -> None:
    """End areas; what began on that very day has never been valid."""
    for at in range(0, len(keys), _AT_ONCE):
        rows = GridArea.objects.filter(id__in=keys[at : at + _AT_ONCE])
        rows.filter(valid_from__gte=since).delete()
        rows.update(valid_to=since)
