"""The demo city's grid: boundaries and responsibility grids from the packs, unit cells made from their communities; and a week of
inspectors' rounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from cityhall.cases.actions import Mark, check_in
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.packing.queries import packs
from cityhall.places.actions import generate_grid, import_grid
from cityhall.places.queries import cell_codes, grid_areas, grid_version

BUILDER = system_actor("demo")
INSPECTORS, ROUND = 6, 14  # people, and check-ins of each on a day
ROLES = frozenset({("inspector", "")})
Point = tuple[float, float]


def build_grid() -> None:
    """Bring in every pack's grid once, and walk a week of rounds over it."""
    if grid_version():
        return
    for folder in (pack / "grid" for pack in packs()):
        if (folder / "boundary.geojson").is_file():
            import_grid(BUILDER, folder / "boundary.geojson", "boundary")
        if (folder / "communities.geojson").is_file():
            generate_grid(BUILDER, folder / "communities.geojson")
        if (folder / "responsibility.geojson").is_file():
            import_grid(BUILDER, folder / "responsibility.geojson", "responsibility")
    if cell_codes():
        _walk(Random(14))  # noqa: S311  (a seeded, synthetic city)


def points_in_cells(chance: Random) -> Iterator[Point]:
    """Points anywhere in the cells, without end; where there is no grid, around a place."""
    rings = [_ring(one.geometry) for one in grid_areas("cell")]
    while True:
        if not rings:
            yield chance.gauss(120.68, 0.05), chance.gauss(28.0, 0.04)
            continue
        ring = chance.choice(rings)
        middle = (sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring))
        corner, far = chance.choice(ring), chance.uniform(0, 0.8)
        yield middle[0] + far * (corner[0] - middle[0]), middle[1] + far * (corner[1] - middle[1])


def _ring(geometry: dict[str, object]) -> list[Point]:
    part = geometry["coordinates"][0]  # type: ignore[index]
    ring = part[0] if geometry["type"] == "MultiPolygon" else part
    return [(x, y) for x, y in ring[:-1]]


def _walk(chance: Random) -> None:
    """Every inspector, day by day, checks in at places all over the city."""
    places = points_in_cells(chance)
    for back in range(6, -1, -1):
        day = clock.today() - timedelta(days=back)
        for number in range(1, INSPECTORS + 1):
            start = datetime.combine(day, time(8, chance.randint(0, 50)), clock.CITY_ZONE)
            marks = [Mark(start + timedelta(minutes=20 * step), *next(places)) for step in range(ROUND)]
            done = [mark for mark in marks if mark.at <= clock.now()]
            if done:
                check_in(Actor(f"inspector-{number}", f"inspector-{number}", "person", ROLES), done)
