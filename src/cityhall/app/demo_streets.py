"""Outlines of the demo city's streets and towns, invented from a seed: a district's outline, divided among them. Where the packs
draw the communities of a street, the street holds exactly those, and goes on outwards from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import atan2, cos, hypot, pi, sin
from random import Random
from typing import Any, Final

import numpy as np
import shapely

Point = tuple[float, float]
Bend = Any  # a line, and chance -> a line with the same ends that runs as rivers and ridges do
_GRID: Final = 1e-7  # degrees: a centimetre, on which lines meet
_NEAR: Final = 3e-7  # degrees: lines that met on the grid lie as near to each other
_TOUCH: Final = 1e-5  # degrees: what only meets in a corner has less of a border in common
_BEYOND: Final = 0.02  # degrees: how far a line is drawn over the district's edge, so that it surely cuts it
_CENTRE: Final = 0.03  # degrees: so near to the middle all directions are there


def divided(
    outline: Any, codes: Sequence[str], blocks: Mapping[str, Any], middle: Point, bend: Bend, chance: Random
) -> dict[str, Any]:
    """A polygon for each code, together the outline. `blocks` are parts drawn already, around `middle`, the city's."""
    own = {code: shapely.set_precision(blocks[code], _GRID) for code in codes if code in blocks}
    points = {} if own else _points(outline, codes, chance)
    lines = _rays(outline, own, middle) if own else _between(points, outline)
    cuts = [bend(line, chance) for line in lines if line.length > _GRID]
    drawn = shapely.union_all(
        [*cuts, shapely.boundary(outline), *map(shapely.boundary, own.values())], grid_size=_GRID
    )
    inside = shapely.buffer(outline, -_GRID)
    areas = [
        area
        for area in shapely.get_parts(shapely.polygonize([drawn]))
        if inside.intersects(shapely.point_on_surface(area))
    ]
    return _shared_out(own, points, areas)


def _shared_out(own: dict[str, Any], points: Mapping[str, Point], areas: list[Any]) -> dict[str, Any]:
    """Each area goes to the block that it lies in or beside, or to the point in it; what bent lines cut off, to the neighbour
    with the longest common border."""
    made: dict[str, list[Any]] = {code: [] for code in (own or points)}
    seeds = own or {code: shapely.Point(point) for code, point in points.items()}
    rest = []
    for area in areas:
        beside = {code: _common(area, seed) for code, seed in seeds.items()}
        best = max(beside, key=lambda code: beside[code])
        if beside[best] > _TOUCH:
            made[best].append(area)
        else:
            rest.append(area)
    for area in sorted(rest, key=lambda one: -one.area):
        near = max(made, key=lambda code: sum(_common(area, one) for one in made[code]))
        made[near].append(area)
    return {code: shapely.union_all(parts, grid_size=_GRID) for code, parts in made.items() if parts}


def _common(area: Any, seed: Any) -> float:
    """How much of a border two areas share, or whether a point lies in an area; an area within a seed is all its own."""
    if seed.geom_type == "Point":
        return float(area.contains(seed))
    if seed.contains(shapely.point_on_surface(area)):
        return float("inf")
    return float((area.boundary & shapely.buffer(seed.boundary, _NEAR)).length)


def _rays(outline: Any, blocks: Mapping[str, Any], middle: Point) -> list[Any]:
    """From where the borders between blocks come out of them, away from the city's middle, evenly over the district."""
    whole = shapely.union_all(list(blocks.values()), grid_size=_GRID)
    edges = shapely.union_all([shapely.boundary(one) for one in blocks.values()], grid_size=_GRID)
    inner = shapely.line_merge(shapely.difference(edges, shapely.boundary(whole), grid_size=_GRID))
    towards = _angle(middle, (outline.centroid.x, outline.centroid.y))
    far = shapely.difference(outline, shapely.Point(middle).buffer(_CENTRE))
    turns = [_turn(middle, point, towards) for point in shapely.get_coordinates(far).tolist()]
    ends = [
        point
        for line in shapely.get_parts(inner)
        for point in [
            max(
                line.coords[0], line.coords[-1], key=lambda one: hypot(one[0] - middle[0], one[1] - middle[1])
            )
        ]
    ]
    ends.sort(key=lambda point: _turn(middle, point, towards))
    reach = shapely.buffer(outline, _BEYOND)
    step = (max(turns) - min(turns)) / (len(ends) + 1)
    return [_ray(start, towards + min(turns) + step * at, reach) for at, start in enumerate(ends, start=1)]


def _angle(middle: Point, point: Sequence[float]) -> float:
    return atan2(point[1] - middle[1], point[0] - middle[0])


def _turn(middle: Point, point: Sequence[float], towards: float) -> float:
    """By how much a point lies to the left (or right: less than 0) of a direction, seen from the middle."""
    return (_angle(middle, point) - towards + pi) % (2 * pi) - pi


def _ray(start: Point, angle: float, reach: Any) -> Any:
    """A straight line from a point until it first leaves an area."""
    line = shapely.linestrings(np.array([start, (start[0] + cos(angle), start[1] + sin(angle))]))
    return min(shapely.get_parts(line & reach), key=lambda part: part.distance(shapely.Point(start)))


def _points(outline: Any, codes: Sequence[str], chance: Random) -> dict[str, Point]:
    """A point for each code, around the middle of the outline and inside it."""
    centre, turn = shapely.point_on_surface(outline), chance.uniform(0, 2 * pi)
    far = 0.6 * centre.distance(outline.boundary)
    angles = {code: turn + 2 * pi * at / len(codes) for at, code in enumerate(codes)}
    return {
        code: (centre.x + far * cos(angle), centre.y + far * sin(angle)) for code, angle in angles.items()
    }


def _between(points: Mapping[str, Point], outline: Any) -> list[Any]:
    """The lines between the places that are nearest to each point, a little over the outline."""
    known = shapely.multipoints(list(points.values()))
    far = shapely.buffer(outline, 2 * _BEYOND)
    edges = shapely.voronoi_polygons(known, extend_to=far, only_edges=True)
    return list(shapely.get_parts(shapely.line_merge(shapely.intersection(edges, far))))
