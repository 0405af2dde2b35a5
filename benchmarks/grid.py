"""Points and their unit cells: all cells of a city of 283 km² (Fuzhou), looked up in bulk, beside one lookup after the other."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable

os.environ["CITYHALL_HOME"] = tempfile.mkdtemp(prefix="cityhall-bench-grid-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityhall.app.settings")

import django

django.setup()

import numpy as np  # noqa: E402
import shapely  # noqa: E402
from django.core.management import call_command  # noqa: E402

from benchmarks.figures import Figure, keep  # noqa: E402
from cityhall.kernel import clock  # noqa: E402
from cityhall.places.grid.areas import Drawn  # noqa: E402
from cityhall.places.grid.keeping import merge  # noqa: E402
from cityhall.places.grid.making import make_cells  # noqa: E402
from cityhall.places.models import GridBatch  # noqa: E402
from cityhall.places.queries import grid_areas, locate, locate_many  # noqa: E402

SIDE, COMMUNITIES = (
    0.159,
    29,
)  # degrees of latitude, and communities along each side: 283 km² of about 10,000 m² each
POINTS = int(os.environ.get("CITYHALL_BENCH_POINTS", 11_000_000))
CHUNK, SINGLE, NAIVE = 500_000, 5_000, 20
WEST, SOUTH = 119.2, 26.0
BAR = 11_000_000 / 60


def prepare() -> int:
    """Make the cells of 841 communities; answers how many there are."""
    call_command("migrate", verbosity=0)
    edges_x = np.linspace(WEST, WEST + SIDE * 1.113, COMMUNITIES + 1)
    edges_y = np.linspace(SOUTH, SOUTH + SIDE, COMMUNITIES + 1)
    areas = [
        Drawn(
            1,
            f"350102{x + 1:03d}{y + 1:03d}",
            "",
            shapely.box(edges_x[x], edges_y[y], edges_x[x + 1], edges_y[y + 1]),
        )
        for x in range(COMMUNITIES)
        for y in range(COMMUNITIES)
    ]
    cells = make_cells(areas, 100.0, 2, {})
    merge("cell", cells, clock.today())
    GridBatch.objects.create(id="grd_1", kind="cell", source="bench", at=clock.now(), counts={})
    locate(WEST, SOUTH)  # the index is made once per process
    return len(cells)


def points(many: int) -> tuple[np.ndarray, np.ndarray]:
    """Points all over the city and a little beyond."""
    chance = np.random.default_rng(30428)
    return chance.uniform(WEST - 0.001, WEST + SIDE * 1.113, many), chance.uniform(SOUTH, SOUTH + SIDE, many)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def in_bulk() -> None:
    """The engine's way."""
    lon, lat = points(CHUNK)
    for _ in range(POINTS // CHUNK):
        locate_many(lon, lat, kinds=("cell",))


def one_by_one() -> None:
    """The engine's way for a single report."""
    lon, lat = points(SINGLE)
    for at in range(SINGLE):
        locate(float(lon[at]), float(lat[at]))


def naive(shapes: list[shapely.Polygon]) -> int:
    """Every cell asked for every point, as a first script does."""
    lon, lat = points(NAIVE)
    found = 0
    for at in range(NAIVE):
        point = shapely.Point(lon[at], lat[at])
        found += next((1 for shape in shapes if shape.intersects(point)), 0)
    return found


def tree_one_by_one(tree: shapely.STRtree) -> None:
    """Shapely's tree asked point after point."""
    lon, lat = points(SINGLE)
    for at in range(SINGLE):
        tree.query(shapely.Point(lon[at], lat[at]), predicate="intersects")


def main() -> None:
    """Measure and keep."""
    cells = prepare()
    shapes = [shapely.geometry.shape(one.geometry) for one in grid_areas()]
    tree = shapely.STRtree(shapes)
    bulk, single = timed(in_bulk), timed(one_by_one)
    peer, naive_ = timed(lambda: tree_one_by_one(tree)), timed(lambda: naive(shapes))
    done = POINTS // CHUNK * CHUNK
    keep(
        "grid",
        [
            Figure(
                f"points to their cells in bulk, {cells:,} cells", rate(done, bulk),
                f"every cell asked for every point, shapely: {rate(NAIVE, naive_)}", "11,000,000 a minute",
                done / bulk[0] >= BAR,
            ),
            Figure(
                "a point to its cell, responsibility grid and district, one after the other", rate(SINGLE, single),
                f"shapely's tree alone, point after point: {rate(SINGLE, peer)}", "", None,
            ),
        ],
    )  # fmt: skip


def rate(many: int, took: tuple[float, float]) -> str:
    """Points a second, on the clock and of the processor's time."""
    return f"{many / took[0]:,.0f}/s ({many / took[1]:,.0f} per second of CPU)"


if __name__ == "__main__":
    main()
