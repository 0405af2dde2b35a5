"""In which divisions a point lies, by their outlines."""

from __future__ import annotations

from datetime import date

import shapely

from cityhall.places.rules import LEVELS
from cityhall.places.shapes.showing import ShapeInfo, outlines_of, shapes


def divisions_at(lon: float, lat: float, on: date | None = None) -> tuple[ShapeInfo, ...]:
    """The divisions with an outline in which a point (WGS-84 degrees) lies on a day (today), the largest first. One on a border
    lies in the division with the smaller code."""
    point = shapely.Point(lon, lat)
    near = shapes(box=(lon, lat, lon, lat), on=on)
    outlines = outlines_of(near)
    found: dict[str, ShapeInfo] = {}
    for one in near:  # by code
        if outlines[one.code].intersects(point):
            found.setdefault(one.level, one)
    return tuple(found[level] for level in LEVELS if level in found)
