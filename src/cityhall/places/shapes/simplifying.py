"""Outlines as they are kept: no finer than a screen shows, neighbours sharing their border still, in WGS-84."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely

from cityhall.places.coordinates import System, to_wgs84
from cityhall.places.grid.areas import square_metres
from cityhall.places.shapes.drawn import Outline

FINENESS: Final = 600
"""The side of a square as large as an area is divided by this: a county of 900 km² is true to about 50 m."""
DIGITS: Final = 5  # of a degree: a metre


def simplified(outlines: Sequence[Outline]) -> list[Outline]:
    """The same outlines with fewer positions, level by level; borders that two areas share keep being shared."""
    levels: dict[tuple[str, System], list[Outline]] = defaultdict(list)
    for one in outlines:
        levels[one.level, one.file.system].append(one)
    return [
        replace(one, shape=in_wgs84(shape, one.file.system))
        for ones in levels.values()
        for one, shape in zip(ones, _simpler(ones), strict=True)
    ]


def _simpler(outlines: Sequence[Outline]) -> list[Any]:
    shapes = np.array([one.shape for one in outlines], dtype=object)
    sides = np.sqrt(shapely.area(shapes))
    if len(shapes) > 1 and shapely.coverage_is_valid(shapes):
        made = shapely.coverage_simplify(shapes, float(np.median(sides)) / FINENESS * 2)
    else:
        made = shapely.simplify(shapes, sides / FINENESS)
    kept = [_sound(after, before) for after, before in zip(made, shapes, strict=True)]
    return [_without_specks(one) for one in kept]


def _sound(after: Any, before: Any) -> Any:
    """What is left of a shape, or the shape itself where nothing sound is left."""
    return after if shapely.is_valid(after) and not after.is_empty else before


def _without_specks(shape: Any) -> Any:
    """Without rocks that no map shows: a ten thousandth of the whole, or less."""
    parts = shapely.get_parts(shape)
    least = shapely.area(shape) / 20_000
    shown = [one for one in parts if one.area > least]
    return shown[0] if len(shown) == 1 else shapely.multipolygons(shown)


def in_wgs84(shape: Any, system: System) -> Any:
    """A shape brought from a system of Chinese map services, rounded to a metre."""

    def moved(pairs: Any) -> Any:
        if system == "wgs84":
            return np.round(pairs, DIGITS)
        return np.array([to_wgs84(float(lon), float(lat), system) for lon, lat in pairs]).round(DIGITS)

    made = shapely.transform(shape, moved)
    return (
        made if shapely.is_valid(made) else shapely.make_valid(made, method="structure", keep_collapsed=False)
    )


def size_of(shape: Any) -> float:
    """Square metres."""
    return float(square_metres(shape))


def label_point(shape: Any) -> tuple[float, float]:
    """Where its name stands best: in the middle of the widest part of its largest polygon."""
    largest = max(shapely.get_parts(shape), key=lambda one: one.area)
    narrow = float(np.cos(np.radians(largest.centroid.y)))
    flat = shapely.transform(largest, lambda pairs: pairs * [narrow, 1.0])
    middle = shapely.get_point(shapely.maximum_inscribed_circle(flat, flat.length / 500), 0)
    return round(middle.x / narrow, DIGITS), round(middle.y, DIGITS)
