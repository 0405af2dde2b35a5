"""Outlines as a picture: north up, a degree as long as it is there, in whole units of a picture a thousand wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final

import numpy as np
import shapely

from cityhall.kernel import clock
from cityhall.kernel.lately import Lately
from cityhall.places.shapes.showing import Box, ShapeInfo, outlines_of, shapes, shapes_version

WIDE: Final = 1000
_HIGH: Final = 1100  # units: what is higher than wide is not as wide as it may be
_SPECK: Final = 12.0  # square units: islands smaller than this are left out
_ROOM: Final = 24
_DRAWN: Final = Lately["Drawing"](32)
_LINES: Final = Lately[str](64)


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An area in the picture: its code and name, the path of its outline (as in SVG's `d`), where its name stands, and how many
    units are free there to either side."""

    code: str
    name: str
    path: str
    x: int
    y: int
    free: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Areas in a picture of `width` by `height` units, and where the outlines came from."""

    width: int
    height: int
    areas: tuple[DrawnArea, ...]
    sources: tuple[str, ...]


def drawing(codes: Sequence[str]) -> Drawing:
    """The picture of these divisions as they are today; those without an outline are left out."""
    key = (shapes_version(), clock.today(), tuple(codes))
    return _DRAWN.get(key, lambda: _drawn(shapes(codes=codes) if codes else ()))


def borders(box: Box, level: str, width: float, height: float, newest: str | None = None) -> str:
    """The path of all borders of a level that a picture of this box (west, south, east, north) shows, in its units; `newest` is
    the newest import (see `shapes_version`) where it is known."""
    key = (shapes_version() if newest is None else newest, clock.today(), box, level, width, height)
    return _LINES.get(key, lambda: _borders(box, level, width, height))


def _borders(box: Box, level: str, width: float, height: float) -> str:
    found = outlines_of(shapes(level=level, box=box))
    if not found:
        return ""
    west, south, east, north = box
    unit = np.array([width / (east - west), -height / (north - south)])
    frame = shapely.box(0, 0, width, height)
    lines = []
    for one in found.values():
        placed = shapely.transform(one, lambda pairs: (pairs - [west, north]) * unit)
        lines.append(shapely.boundary(shapely.simplify(placed, 0.3)))
    seen = shapely.intersection(shapely.union_all(lines), frame)
    return "".join(
        _line(shapely.get_coordinates(one))
        for one in shapely.get_parts(seen)
        if one.geom_type == "LineString" and not one.is_empty  # the box may lie within one area
    )


def _line(pairs: Any) -> str:
    return "M" + " ".join(f"{x:.1f} {y:.1f}" for x, y in pairs)


def _drawn(found: Sequence[ShapeInfo]) -> Drawing:
    if not found:
        return Drawing(WIDE, 0, (), ())
    west, south, east, north = _around(found)
    narrow = cos(radians((south + north) / 2))
    unit = min(WIDE / ((east - west) * narrow), _HIGH / (north - south))
    scale = np.array([narrow * unit, -unit])
    outlines = outlines_of(found)

    def placed(pairs: Any) -> Any:
        return (pairs - [west, north]) * scale + _ROOM

    shapes_there = np.array([shapely.transform(outlines[one.code], placed) for one in found], dtype=object)
    areas = [_area(one, shape, placed) for one, shape in zip(found, _coarse(shapes_there), strict=True)]
    width, height = (east - west) * narrow * unit + 2 * _ROOM, (north - south) * unit + 2 * _ROOM
    return Drawing(round(width), round(height), tuple(areas), tuple(sorted({one.source for one in found})))


def _around(found: Iterable[ShapeInfo]) -> Box:
    boxes = np.array([one.box for one in found])
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(max(east, west + 1e-6)), float(max(north, south + 1e-6))


def _coarse(placed: Any) -> list[Any]:
    """As fine as the picture: what is below a unit is left out, borders stay shared where they were."""
    if len(placed) > 1 and shapely.coverage_is_valid(placed):
        return list(shapely.coverage_simplify(placed, 3.0))
    return list(shapely.simplify(placed, 1.0))


def _area(one: ShapeInfo, shape: Any, placed: Any) -> DrawnArea:
    parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
    shown = [part for at, part in enumerate(parts) if at == 0 or part.area >= _SPECK]
    ((x, y),) = placed(np.array([one.label]))
    free = shapely.distance(shapely.points(x, y), shapely.boundary(shown[0]))
    return DrawnArea(one.code, one.name, "".join(map(_path, shown)), round(x), round(y), round(float(free)))


def _path(polygon: Any) -> str:
    """A polygon's rings in whole units, each step from the one before, as short as SVG allows."""
    return "".join(_ring(shapely.get_coordinates(ring)) for ring in [polygon.exterior, *polygon.interiors])


def _ring(pairs: Any) -> str:
    whole = np.rint(pairs).astype(int)
    steps = np.diff(whole, axis=0)
    moved = steps[(steps != 0).any(axis=1)][:-1]
    (x, y) = whole[0]
    told = "".join(str(one) if one < 0 else f" {one}" for one in moved.ravel().tolist())
    return f"M{x} {y}l{told}z" if told else ""
