"""Whether a GeoJSON geometry is the outline of an area: coordinates that are degrees, rings that close, no line across itself.
What can be mended without another meaning is mended."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from cityhall.kernel.text import Text
from cityhall.places.shapes.reading import AREAS

MENDED_SHARE: Final = 0.01  # how much of a shape mending may add or take away
_TINY: Final = 1e-12  # square degrees: a hundredth of a square metre


class Faulty(Exception):
    """A geometry that is no outline; its words say why. It never leaves this room."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def outline_of(geometry: Any) -> tuple[Any, bool]:
    """(the polygon or multipolygon in two dimensions, whether it had to be mended). Raises Faulty."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    given = geometry.get("coordinates") if kind in AREAS else None
    if not isinstance(given, list):
        raise Faulty(Text(en="there is no polygon", zh="没有面图形"))
    polygons = [given] if kind == "Polygon" else given
    if not polygons:
        raise Faulty(Text(en="the polygon is empty", zh="面图形为空"))
    shape = shapely.multipolygons([_polygon(one) for one in polygons])
    _on_earth(shape)
    if shapely.is_valid(shape):
        return _plain(shape), False
    return _mended(shape), True


def _polygon(rings: Any) -> Any:
    if not isinstance(rings, list) or not rings:
        raise Faulty(Text(en="a polygon has no ring", zh="多边形缺少环"))
    made = [_ring(one) for one in rings]
    return shapely.polygons(made[0], holes=made[1:] or None)


def _ring(positions: Any) -> Any:
    if not isinstance(positions, list) or len(positions) < 3:
        raise Faulty(Text(en="a ring has fewer than four positions", zh="环少于四个坐标点"))
    pairs = np.array([_position(one) for one in positions], dtype=np.float64)
    if not np.isfinite(pairs).all():
        raise Faulty(Text(en="a coordinate is no number", zh="坐标不是有效数字"))
    closed = pairs if (pairs[0] == pairs[-1]).all() else np.vstack([pairs, pairs[:1]])
    if len(closed) < 4:
        raise Faulty(Text(en="a ring has fewer than four positions", zh="环少于四个坐标点"))
    return shapely.linearrings(closed)


def _position(given: Any) -> tuple[float, float]:
    good = isinstance(given, list) and len(given) >= 2 and all(type(one) in (int, float) for one in given[:2])
    if not good or max(abs(given[0]), abs(given[1])) > 1e9:
        raise Faulty(Text(en="a position is not two numbers", zh="坐标点不是两个数字"))
    return given[0], given[1]


def _on_earth(shape: Any) -> None:
    west, south, east, north = shape.bounds
    if -180 <= west <= east <= 180 and -85 <= south <= north <= 85:
        return
    if -180 <= south <= north <= 180 and -85 <= west <= east <= 85:
        raise Faulty(Text(en="latitude stands before longitude", zh="纬度写在了经度之前"))
    raise Faulty(Text(en="the coordinates are not degrees", zh="坐标不是经纬度"))


def _mended(shape: Any) -> Any:
    """The same area without lines across themselves; refused where that would be another area."""
    made = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    made = _plain(made)
    size, was = float(shapely.area(made)), float(np.abs(shapely.area(shapely.get_parts(shape))).sum())
    if size < _TINY or abs(size - was) > MENDED_SHARE * max(size, was):
        why = shapely.is_valid_reason(shape)
        raise Faulty(
            Text(en=f"it crosses itself ({why}) and cannot be mended", zh=f"图形自相交（{why}），无法修复")
        )
    return made


def _plain(shape: Any) -> Any:
    """Its polygons alone: one as it is, several as a multipolygon."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in AREAS and part.area > _TINY]
    parts = [inner for part in parts for inner in shapely.get_parts(part)]
    if not parts:
        raise Faulty(Text(en="the polygon has no area", zh="面图形没有面积"))
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
