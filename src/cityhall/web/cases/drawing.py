"""A drawing of places for browsers without WebGL and for wall screens: a dot for those that lie close together, as large as
they are many, in the colour of the worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cityhall.cases.queries import Spots
from cityhall.opening.queries import Mark, SmallMap
from cityhall.web.pages.dataset_charts import MapView, map_view

CELLS = 24
LATE = 2
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A small map (its lines and dots), how many cases of each dot are late, and the box of the places (west, south, east,
    north)."""

    view: MapView
    late: tuple[int, ...]
    box: Box


def drawn_map(found: Spots, cells: int = CELLS) -> DrawnMap | None:
    """The drawing; None without places. One wrong coordinate in a hundred does not push all others into a corner."""
    if not len(found):
        return None
    lon, lat, late = np.array(found.lons), np.array(found.lats), np.array(found.lateness) == LATE
    west, east = np.percentile(lon, [1, 99])
    south, north = np.percentile(lat, [1, 99])
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    size = max(float(east - west), float(north - south), 0.004) / cells
    cell = np.stack([(lon[inside] - west) // size, (lat[inside] - south) // size], axis=1).astype(np.int64)
    keys, place, many = np.unique(cell, axis=0, return_inverse=True, return_counts=True)
    bad = np.bincount(place.ravel(), weights=late[inside], minlength=len(keys)).astype(int)
    order = np.argsort(bad > 0, kind="stable")  # the late ones are drawn last, on top
    marks = tuple(
        Mark(lon=float(west + (x + 0.5) * size), lat=float(south + (y + 0.5) * size), rows=int(rows))
        for (x, y), rows in zip(keys[order], many[order], strict=True)
    )
    box = (float(west), float(south), float(east), float(north))
    view = map_view(SmallMap(marks=marks, box=box, total=len(found), system="WGS-84"))
    return DrawnMap(view, tuple(int(one) for one in bad[order]), box)
