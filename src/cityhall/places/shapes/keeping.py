"""Bringing outlines into the table: what is new, what has another outline, what is as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import shapely

from cityhall.places.grid.areas import wkb_of
from cityhall.places.models import DivisionShape
from cityhall.places.rules import period_id
from cityhall.places.shapes.drawn import Outline
from cityhall.places.shapes.simplifying import label_point, size_of

_AT_ONCE: Final = 500


@dataclass(slots=True)
class Kept:
    """What an import did: shapes added, given another outline, left as they were."""

    added: int = 0
    changed: int = 0
    same: int = 0


def keep(outlines: Sequence[Outline], since: date | None, batch: str, source: str) -> Kept:
    """Keep outlines. A division that had one gets the new one in its place (a better drawing of the same area); with `since`, the
    old one ends on that day and the new one begins (a border that moved). Twice is like once."""
    counts, rows, gone = Kept(), list[DivisionShape](), list[DivisionShape]()
    there = _there({one.code for one in outlines})
    for one in outlines:
        had = there.get(_period(one)) if one.valid_to else _open(there.values(), one.code)
        if had is not None and _same(had, one):
            counts.same += 1
            continue
        counts.changed += had is not None
        counts.added += had is None
        first = one.valid_from
        if had is not None and had.valid_to is None:
            first = since or had.valid_from
            if had.valid_from != first:
                had.valid_to = first
                gone.append(had)
        rows.append(_row(one, first, batch, source))
    _end(gone)
    DivisionShape.objects.bulk_create(
        rows, batch_size=_AT_ONCE, update_conflicts=True, unique_fields=["id"],
        update_fields=[field.name for field in DivisionShape._meta.concrete_fields if field.name != "id"],
    )  # fmt: skip
    return counts


def _there(codes: Iterable[str]) -> dict[str, DivisionShape]:
    wanted, found = sorted(codes), dict[str, DivisionShape]()
    for at in range(0, len(wanted), _AT_ONCE):
        found |= {row.id: row for row in DivisionShape.objects.filter(code__in=wanted[at : at + _AT_ONCE])}
    return found


def _period(one: Outline) -> str:
    return period_id(one.code, str(one.valid_from or ""))


def _open(rows: Iterable[DivisionShape], code: str) -> DivisionShape | None:
    return next((row for row in rows if row.code == code and row.valid_to is None), None)


def _same(had: DivisionShape, one: Outline) -> bool:
    alike = (had.name, had.system, had.valid_to) == (one.name, one.file.system, one.valid_to)
    return alike and bytes(had.shape) == wkb_of(one.shape)


def _row(one: Outline, first: date | None, batch: str, source: str) -> DivisionShape:
    west, south, east, north = one.shape.bounds
    lon, lat = label_point(one.shape)
    return DivisionShape(
        id=period_id(one.code, str(first or "")),
        code=one.code,
        name=one.name,
        level=one.level,
        parent=one.parent,
        valid_from=first,
        valid_to=one.valid_to,
        batch=batch,
        system=one.file.system,
        source=(source or one.file.name)[:200],
        west=west,
        south=south,
        east=east,
        north=north,
        lon=lon,
        lat=lat,
        size=size_of(one.shape),
        points=int(shapely.get_num_coordinates(one.shape)),
        shape=wkb_of(one.shape),
    )


def _end(rows: Iterable[DivisionShape]) -> None:
    """End outlines on the day that they now say; what began on that very day, or later, was never valid."""
    for row in rows:
        if row.valid_from and row.valid_to and row.valid_from >= row.valid_to:
            row.delete()
        else:
            row.save(update_fields=["valid_to"])
