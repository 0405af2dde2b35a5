"""The grid as others read it: where a point lies, one area, all areas of a kind."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely

from cityhall.kernel import clock
from cityhall.places.grid import finding
from cityhall.places.grid.areas import KINDS
from cityhall.places.grid.finding import NOWHERE, Degrees, Located
from cityhall.places.grid.stored import rows_on
from cityhall.places.models import GridArea, GridBatch

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies: the codes of its unit cell, responsibility grid and district (six digits), empty where there is none.
    `inside` is false when a grid is known and the point lies in no part of it."""

    cell: str = ""
    responsibility: str = ""
    district: str = ""
    inside: bool = True


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """An area of the grid: `size` in square metres; `geometry` is GeoJSON in WGS-84 degrees."""

    kind: str
    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    size: float
    geometry: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GridInfo:
    """The grid today: its version (the newest batch; empty while there is none), when it came, areas per kind, and the box of its
    cells (west, south, east, north)."""

    version: str
    changed: datetime | None
    areas: dict[str, int]
    box: Box | None


def locate(lon: float, lat: float, on: date | None = None) -> Place:
    """Where a point (WGS-84) lies on a day, or today."""
    found = locate_many(np.array([lon]), np.array([lat]), on)
    cell, responsibility, boundary = (_code(found, kind, 0) for kind in KINDS)
    district = next((code[:6] for code in (cell, responsibility, boundary) if code), "")
    return Place(cell, responsibility, district, not bool(found.outside[0]))


def locate_many(lon: Degrees, lat: Degrees, on: date | None = None, kinds: Sequence[str] = KINDS) -> Located:
    """Where many points lie on a day, or today; millions at once."""
    return finding.find(lon, lat, on or clock.today(), tuple(kinds))


def _code(found: Located, kind: str, at: int) -> str:
    number = int(found.numbers[kind][at])
    return found.codes[kind][number] if number != NOWHERE else ""


def grid_info() -> GridInfo:
    """What there is of the grid today."""
    newest = GridBatch.objects.order_by("-id").first()
    if newest is None:
        return GridInfo("", None, dict.fromkeys(KINDS, 0), None)
    known = finding.indexes(newest.id, clock.today())
    shapes = known["cell"].tree.geometries
    box = tuple(float(one) for one in shapely.total_bounds(shapes)) if len(shapes) else None
    return GridInfo(newest.id, newest.at, {kind: len(known[kind].codes) for kind in KINDS}, box)  # type: ignore[arg-type]


def cell_codes(on: date | None = None) -> tuple[str, ...]:
    """The codes of all unit cells of a day (today), in order."""
    return finding.indexes(finding.version(), on or clock.today())["cell"].codes


def grid_area(code: str, kind: str = "") -> tuple[AreaInfo, ...]:
    """All outlines that a code had, oldest first."""
    rows = GridArea.objects.filter(code=code)
    rows = rows.filter(kind=kind) if kind else rows
    return tuple(_info(row) for row in sorted(rows, key=lambda row: (row.kind, row.valid_from or date.min)))


def grid_areas(
    kind: str = "cell",
    *,
    on: date | None = None,
    box: Box | None = None,
    prefix: str = "",
    after: str = "",
    limit: int = 0,
) -> Iterator[AreaInfo]:
    """The areas of a kind on a day (today), by code: those that touch a box, whose code begins with `prefix`, that
    come after a code; `limit` 0 is all."""
    day = on or clock.today()
    rows = rows_on(kind, day)
    if prefix:
        rows = rows.filter(code__startswith=prefix)
    if after:
        rows = rows.filter(code__gt=after)
    if box is not None:
        index = finding.indexes(finding.version(), day)[kind]
        touched = index.tree.query(shapely.box(*box), predicate="intersects")
        rows = rows.filter(code__in=[index.codes[one] for one in sorted(touched)[: limit or None]])
    for row in rows[:limit] if limit else rows.iterator(2000):
        yield _info(row)


def _info(row: GridArea) -> AreaInfo:
    geometry = json.loads(shapely.to_geojson(shapely.from_wkb(bytes(row.shape))))
    return AreaInfo(row.kind, row.code, row.name, row.valid_from, row.valid_to, row.size, geometry)
