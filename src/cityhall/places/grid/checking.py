"""What is wrong with a set of areas: codes, shapes, days, overlaps, holes, what lies outside the boundary. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from cityhall.kernel.text import Text
from cityhall.places.grid.areas import Drawn, code_fits, square_metres

TOLERANCE = 5.0  # square metres: what digitising and rounding of coordinates leave
HOLE = "hole"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: a stable code, the feature's place in the file (0: the whole), its code, and plain words."""

    code: str
    place: int
    area: str
    message: Text

    def __str__(self) -> str:
        return f"{self.place} {self.area}: {self.message.en} [{self.code}]"


def findings(kind: str, areas: Sequence[Drawn], boundary: Any = None) -> list[Finding]:
    """Everything wrong, by place. With a `boundary` (a polygon), also what lies outside it and what of it is not covered."""
    found = [finding for area in areas for finding in _alone(kind, area)]
    found += _twice(areas)
    good = [
        area for area in areas if area.shape is not None and area.shape.is_valid and not area.shape.is_empty
    ]
    if good:
        found += _overlaps(good)
        found += _outside(good, boundary)
        found += _holes(good, boundary) if kind != "boundary" else ()
    return sorted(found, key=lambda one: (one.place, one.code))


def _alone(kind: str, area: Drawn) -> Iterator[Finding]:
    """What a feature shows by itself."""
    if not code_fits(kind, area.code):
        yield _blame(
            "code", area, "“{text}” is no code of this kind", "“{text}”不是该类网格的编码", text=area.code
        )
    if area.shape is None or area.shape.is_empty:
        yield _blame("geometry_missing", area, "There is no polygon", "没有面图形")
    elif not area.shape.is_valid:
        why = shapely.is_valid_reason(area.shape)
        yield _blame("geometry_invalid", area, "The polygon is invalid: {why}", "图形无效：{why}", why=why)
    elif not _on_earth(area.shape):
        yield _blame(
            "geometry_invalid", area, "The coordinates are not WGS-84 degrees", "坐标不是 WGS-84 经纬度"
        )
    first, last = area.valid_from or date.min, area.valid_to or date.max
    if date.min in (area.valid_from, area.valid_to) or first >= last:
        yield _blame("dates", area, "The days of validity cannot be", "有效期无法成立")


def _on_earth(shape: Any) -> bool:
    west, south, east, north = shape.bounds
    return bool(-180 <= west <= east <= 180 and -85 <= south <= north <= 85)


def _twice(areas: Sequence[Drawn]) -> Iterator[Finding]:
    """Codes of two features whose days meet."""
    seen: dict[str, list[Drawn]] = {}
    for area in areas:
        if any(_at_once(area, other) for other in seen.get(area.code, ())):
            yield _blame("duplicate_code", area, "The code stands twice", "编码重复")
        seen.setdefault(area.code, []).append(area)


def _at_once(one: Drawn, other: Drawn) -> bool:
    return (one.valid_from or date.min) < (other.valid_to or date.max) and (other.valid_from or date.min) < (
        one.valid_to or date.max
    )


def _overlaps(areas: list[Drawn]) -> Iterator[Finding]:
    shapes = np.array([area.shape for area in areas], dtype=object)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
    common = square_metres(shapely.intersection(shapes[left], shapes[right]))
    for pair in np.flatnonzero(common > TOLERANCE):
        one, other = areas[left[pair]], areas[right[pair]]
        if _at_once(one, other):
            yield _blame(
                "overlap", other, "{size} m² lie also in {other}", "与 {other} 重叠 {size} 平方米",
                size=round(float(common[pair])), other=one.code,
            )  # fmt: skip


def _outside(areas: list[Drawn], boundary: Any) -> Iterator[Finding]:
    if boundary is None:
        return
    shapely.prepare(boundary)
    for area in areas:
        if boundary.covers(area.shape):
            continue
        size = float(square_metres(area.shape.difference(boundary)))
        if size > TOLERANCE:
            yield _blame(
                "outside",
                area,
                "{size} m² lie outside the boundary",
                "有 {size} 平方米在边界之外",
                size=round(size),
            )


def _holes(areas: list[Drawn], boundary: Any) -> Iterator[Finding]:
    """What no area covers: of the boundary, or inside what the areas surround."""
    today = [area.shape for area in areas if area.valid_to is None]
    covered = shapely.union_all(today)
    parts = shapely.get_parts(covered)
    empty = (
        boundary.difference(covered)
        if boundary is not None
        else shapely.union_all([shapely.polygons(ring) for part in parts for ring in part.interiors])
    )
    for hole in shapely.get_parts(empty):
        size = float(square_metres(hole))
        if size > TOLERANCE:
            at = hole.representative_point()
            yield _blame(
                HOLE, None, "{size} m² at {lon:.5f}, {lat:.5f} are not covered", "{lon:.5f}, {lat:.5f} 处有 {size} 平方米未覆盖",
                size=round(size), lon=at.x, lat=at.y,
            )  # fmt: skip


def _blame(code: str, area: Drawn | None, en: str, zh: str, **facts: object) -> Finding:
    text = Text(en=en.format(**facts), zh=zh.format(**facts))
    return Finding(code, area.place if area else 0, area.code if area else "", text)
