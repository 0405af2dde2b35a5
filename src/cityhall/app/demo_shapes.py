"""Outlines of the demo city's districts, counties and streets, invented from a seed: cells around points, with borders as
rivers and ridges make them. Where the packs draw the city's blocks, the districts hold exactly those."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from math import cos, pi, sin
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import shapely

from cityhall.app.demo_streets import divided
from cityhall.kernel.actor import system_actor
from cityhall.kernel.durable import new_file
from cityhall.packing.queries import packs
from cityhall.places.actions import HowToRead, import_shapes
from cityhall.places.queries import divisions, shapes_version

BUILDER = system_actor("demo")
CITY: Final = "330300"
SOURCE: Final = "合成边界，仅供演示 · synthetic outlines for demonstration"
MIDDLE: Final = (120.68, 28.0)
_WIDE, _HIGH = 0.46, 0.44  # degrees from the middle to the edge
_FAR: Final = 9.0  # how far a district's point is from the middle, in distances of its block
_FINE: Final = 0.004  # degrees: the longest straight piece of a border
_STREETS: Final = (
    0.05  # how far borders of streets go aside: less than those of districts, so that they do not cross
)
_GRID: Final = 1e-7  # degrees: a centimetre, on which lines meet
Point = tuple[float, float]


def build_shapes(folder: Path) -> None:
    """Invent the outlines and bring them in, once."""
    names = {one.code: one.name for one in divisions(CITY)}
    if shapes_version() or not names:
        return
    chance = Random(int(CITY))  # noqa: S311  (a seeded, synthetic city)
    made = invented(tuple(names), _blocks(), chance)
    whole = {CITY: shapely.union_all(list(made.values()))}
    streets = {code: {one.code: one.name for one in divisions(code)} for code in names}
    parts: dict[str, Any] = {}
    calm = partial(winding, wide=_STREETS)
    for code, known in streets.items():
        if known:
            parts |= divided(made[code], tuple(known), _street_blocks(), MIDDLE, calm, chance)
            names |= known
    made |= whole | dict(zip(parts, shapely.coverage_clean(list(parts.values())), strict=True))
    features = [_feature(code, names.get(code, ""), shape) for code, shape in made.items()]
    with new_file(folder / "shapes.geojson") as path:
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    import_shapes(BUILDER, [folder / "shapes.geojson"], HowToRead(system="wgs84"), source=SOURCE)


def _feature(code: str, name: str, shape: Any) -> dict[str, Any]:
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}


def _blocks() -> dict[str, Any]:
    """The blocks that the packs draw for the grid: code of the district -> polygon."""
    return dict(_drawn("boundary.geojson"))


def _street_blocks() -> dict[str, Any]:
    """What the packs' communities of each street cover: code of the street -> polygon."""
    parts: dict[str, list[Any]] = defaultdict(list)
    for code, shape in _drawn("communities.geojson"):
        parts[code[:9]].append(shape)
    return {code: shapely.union_all(shapes, grid_size=_GRID) for code, shapes in parts.items()}


def _drawn(name: str) -> Iterator[tuple[str, Any]]:
    for path in (pack / "grid" / name for pack in packs()):
        if path.is_file():
            for one in json.loads(path.read_text("utf-8"))["features"]:
                yield one["properties"]["code"], shapely.from_geojson(json.dumps(one["geometry"]))


def invented(codes: Sequence[str], blocks: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    """A polygon for each code, together one city without gaps; each holds its own block and nothing of the others'."""
    points = _points(codes, blocks, chance)
    edge = _edge(chance)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(list(points.values())), extend_to=edge)
    )
    blocks = {code: shapely.set_precision(block, _GRID) for code, block in blocks.items()}
    middle = shapely.union_all(list(blocks.values()), grid_size=_GRID)
    lines = shapely.union_all([shapely.boundary(cell & edge) for cell in cells], grid_size=_GRID)
    outer = shapely.difference(lines, middle, grid_size=_GRID)
    bent = [winding(line, chance) for line in shapely.get_parts(shapely.line_merge(outer))]
    drawn = shapely.union_all([*bent, shapely.boundary(middle)], grid_size=_GRID)
    areas = [
        shapely.difference(one, middle, grid_size=_GRID)
        for one in shapely.get_parts(shapely.polygonize([drawn]))
    ]
    made = _shared_out(points, areas)
    whole = [shapely.union_all([made[code], blocks.get(code)], grid_size=_GRID) for code in codes]
    return dict(zip(codes, shapely.coverage_clean(whole, gap_width=_GRID), strict=True))


def _shared_out(points: Mapping[str, Point], areas: Sequence[Any]) -> dict[str, Any]:
    """Each point's area; what bent lines cut off goes to the neighbour with the longest common border."""
    made = {
        code: next(area for area in areas if area.contains(shapely.Point(point)))
        for code, point in points.items()
    }
    rest = [area for area in areas if not area.is_empty and not any(area is one for one in made.values())]
    for area in sorted(rest, key=lambda one: -one.area):
        near = max(made, key=lambda code: (made[code].boundary & area.boundary).length)
        made[near] = shapely.union(made[near], area, grid_size=_GRID)
    return made


def _points(codes: Sequence[str], blocks: Mapping[str, Any], chance: Random) -> dict[str, Point]:
    """Districts with a block lie around the middle, each on the side of its block; the others on a ring around them."""
    points = {}
    outer = [code for code in codes if code not in blocks]
    for code, block in blocks.items():
        if code in codes:
            x, y = block.centroid.x, block.centroid.y
            points[code] = (MIDDLE[0] + _FAR * (x - MIDDLE[0]), MIDDLE[1] + _FAR * (y - MIDDLE[1]))
    turn = chance.uniform(0, 2 * pi)
    for at, code in enumerate(outer):
        angle, far = turn + 2 * pi * at / len(outer) + chance.uniform(-0.15, 0.15), chance.uniform(0.5, 0.6)
        points[code] = (MIDDLE[0] + far * _WIDE * cos(angle), MIDDLE[1] + far * _HIGH * sin(angle))
    return points


def _edge(chance: Random) -> Any:
    """The city's outline before it is bent: a round with bays."""
    bays = [(wave, chance.uniform(0, 2 * pi), 0.14 / wave) for wave in (2, 3, 5, 7)]
    ring = []
    for at in range(72):
        angle = 2 * pi * at / 72
        far = 0.84 + sum(deep * sin(wave * angle + turn) for wave, turn, deep in bays)
        ring.append((MIDDLE[0] + far * _WIDE * cos(angle), MIDDLE[1] + far * _HIGH * sin(angle)))
    return shapely.Polygon(ring)


def winding(line: Any, chance: Random, wide: float = 0.12) -> Any:
    """A line with the same ends that no longer runs straight: each piece is broken in its middle, a little
    aside (`wide`: by how much of its length), again and again."""
    pairs = [tuple(pair) for pair in shapely.get_coordinates(line).tolist()]
    while any(_far(one, other) > _FINE for one, other in pairwise(pairs)):
        broken = [pairs[0]]
        for one, other in pairwise(pairs):
            aside = chance.gauss(0, wide) if _far(one, other) > _FINE else 0.0
            dx, dy = other[0] - one[0], other[1] - one[1]
            broken += [((one[0] + other[0]) / 2 - aside * dy, (one[1] + other[1]) / 2 + aside * dx), other]
        pairs = broken
    return shapely.linestrings(np.array(pairs))


def _far(one: Point, other: Point) -> float:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))
