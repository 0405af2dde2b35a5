"""The grid: what files bring, what is refused and why, cells from boundaries, and where points lie."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.outlines import Box, area, write

from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, system_actor
from cityhall.ledger.models import Entry
from cityhall.places.actions import generate_grid, import_grid
from cityhall.places.errors import GridRefused, GridTooFine, GridUnreadable, LoadNotAllowed
from cityhall.places.grid.areas import Drawn, square_metres
from cityhall.places.grid.checking import findings
from cityhall.places.grid.finding import Located
from cityhall.places.grid.making import make_cells
from cityhall.places.grid.reading import read_areas
from cityhall.places.models import GridArea
from cityhall.places.queries import (
    Place,
    check_grid,
    grid_area,
    grid_areas,
    grid_info,
    locate,
    locate_many,
)

SYSTEM = system_actor("test")
STEM = "330302001001"
PACKS = Path(__file__).parents[2] / "packs"


def feature(code: str, box: Box, **more: Any) -> dict[str, Any]:
    return area(shapely.box(*box), code=code, **more)


def drawn(code: str, box: Box, place: int = 1) -> Drawn:
    return Drawn(place, code, "", shapely.box(*box))


WEST, EAST = (120.0, 28.0, 120.001, 28.001), (120.001, 28.0, 120.002, 28.001)


@pytest.fixture
def two(tmp_path: Path, db: None) -> Path:
    """Two cells side by side."""
    return write(tmp_path / "cells.geojson", feature(f"{STEM}01", WEST), feature(f"{STEM}02", EAST))


# ---- what files bring ----


def test_cells_come_in_once_with_one_entry(two: Path) -> None:
    first = import_grid(SYSTEM, two)
    assert (first.read, first.added, first.changed, first.closed) == (2, 2, 0, 0)
    again = import_grid(SYSTEM, two)
    assert (again.added, again.changed, again.closed) == (0, 0, 0)
    assert Entry.objects.filter(verb="places.import_grid").count() == 2
    assert GridArea.objects.count() == 2
    info = grid_info()
    assert (info.version, info.areas["cell"]) == (again.batch, 2)
    assert info.box == pytest.approx((120.0, 28.0, 120.002, 28.001))


def test_a_grid_has_days_like_divisions(two: Path, tmp_path: Path) -> None:
    import_grid(SYSTEM, two)
    wider = write(tmp_path / "new.geojson", feature(f"{STEM}01", (*WEST[:2], 120.0015, 28.001)))
    report = import_grid(SYSTEM, wider, since=date(2026, 5, 1))
    assert (report.added, report.changed, report.closed) == (0, 1, 1)
    assert locate(120.0012, 28.0005, date(2026, 4, 30)).cell == f"{STEM}02"
    assert locate(120.0012, 28.0005, date(2026, 5, 1)).cell == f"{STEM}01"
    assert not locate(120.0018, 28.0005, date(2026, 5, 1)).inside
    spans = [(one.valid_from, one.valid_to) for one in grid_area(f"{STEM}01")]
    assert spans == [(None, date(2026, 5, 1)), (date(2026, 5, 1), None)]


def test_a_district_that_the_file_does_not_name_stays(two: Path, tmp_path: Path) -> None:
    import_grid(SYSTEM, two)
    other = write(tmp_path / "other.geojson", feature("33030300100101", (121.0, 28.0, 121.001, 28.001)))
    assert import_grid(SYSTEM, other).closed == 0
    assert grid_info().areas["cell"] == 3


def test_only_operators_change_the_grid(two: Path) -> None:
    with pytest.raises(LoadNotAllowed):
        import_grid(ANONYMOUS, two)
    with pytest.raises(LoadNotAllowed):
        generate_grid(ANONYMOUS, two)


@pytest.mark.parametrize("content", ["", "[]", '{"features": []}', '{"features": 7}', "\xff"])
def test_what_is_no_geojson_is_refused(tmp_path: Path, content: str, db: None) -> None:
    path = tmp_path / "grid.geojson"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(GridUnreadable):
        import_grid(SYSTEM, path)


# ---- what is wrong with areas ----


def codes(kind: str, *areas: Drawn, boundary: Any = None) -> list[str]:
    return [one.code for one in findings(kind, areas, boundary)]


def test_each_mistake_has_its_code() -> None:
    good = drawn(f"{STEM}01", WEST)
    bow = Drawn(2, f"{STEM}02", "", shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))
    assert codes("cell", good) == []
    assert codes("cell", drawn("12", WEST)) == ["code"]
    assert codes("cell", bow) == ["geometry_invalid"]
    assert codes("cell", Drawn(1, f"{STEM}01", "", None)) == ["geometry_missing"]
    assert codes("cell", drawn(f"{STEM}01", (300.0, 28.0, 300.001, 28.001))) == ["geometry_invalid"]
    assert codes("cell", good, drawn(f"{STEM}01", EAST)) == ["duplicate_code"]
    assert codes("cell", good, drawn(f"{STEM}02", (120.0005, 28.0, 120.0015, 28.001))) == ["overlap"]
    assert codes(
        "cell", Drawn(1, f"{STEM}01", "", shapely.box(*WEST), date(2026, 2, 1), date(2026, 1, 1))
    ) == ["dates"]


def test_holes_and_what_lies_outside() -> None:
    third = 0.001
    ring = [
        drawn(f"{STEM}{number:02d}", (x * third, y * third, (x + 1) * third, (y + 1) * third))
        for number, (x, y) in enumerate((x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1))
    ]
    assert codes("cell", *ring) == ["hole"], "inside what the cells surround"
    boundary = shapely.box(0, 0, 3 * third, 3 * third)
    assert codes("cell", *ring, boundary=boundary) == ["hole"]
    assert codes("cell", *ring, boundary=shapely.box(0, 0, 3 * third, 2.5 * third)).count("outside") == 3


def test_a_file_with_mistakes_changes_nothing(tmp_path: Path, db: None) -> None:
    path = write(tmp_path / "bad.geojson", feature(f"{STEM}01", WEST), feature("x", WEST))
    with pytest.raises(GridRefused) as refused:
        import_grid(SYSTEM, path)
    assert refused.value.facts["count"] == 2
    assert "“x”" in refused.value.say("zh")
    assert not GridArea.objects.exists()
    assert [one.code for one in check_grid("cell", path)] == ["code", "overlap"]


def test_holes_may_be_let_pass(two: Path, tmp_path: Path) -> None:
    outline = write(tmp_path / "city.geojson", feature("330302", (120.0, 28.0, 120.003, 28.001)))
    import_grid(SYSTEM, outline, "boundary")
    with pytest.raises(GridRefused):
        import_grid(SYSTEM, two)
    import_grid(SYSTEM, two, holes=True)
    assert [one.code for one in check_grid()] == ["hole"]
    assert locate(120.0025, 28.0005) == Place("", "", "330302", inside=True), (
        "within the boundary, in no cell"
    )


# ---- cells from a boundary ----


def test_generated_cells_cover_their_boundary(tmp_path: Path, db: None) -> None:
    box = (120.65, 28.0, 120.6571, 28.0063)
    report = generate_grid(SYSTEM, write(tmp_path / "community.geojson", feature(STEM, box)))
    cells = list(grid_areas())
    assert report.added == len(cells)
    assert [one.code for one in cells] == [f"{STEM}{n:02d}" for n in range(1, len(cells) + 1)]
    assert check_grid() == []
    assert sum(one.size for one in cells) == pytest.approx(float(square_metres(shapely.box(*box))), rel=1e-3)
    assert all(2_000 < one.size < 16_000 for one in cells)
    north_west = locate(120.6501, 28.0062)
    assert north_west.cell.endswith("01"), "numbered from north-west"


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.floats(0, 0.006), st.floats(0, 0.006)), min_size=4, max_size=12, unique=True),
    st.sampled_from([80.0, 100.0, 150.0]),
)
def test_cells_never_overlap_nor_leave_holes(points: list[tuple[float, float]], metres: float) -> None:
    shape = shapely.MultiPoint([(120.65 + x, 28 + y) for x, y in points]).convex_hull
    if shape.geom_type != "Polygon" or float(square_metres(shape)) < 100:
        return
    area = Drawn(1, STEM, "", shape)
    made = make_cells([area], metres, 2, {})
    assert findings("cell", made, shape) == []
    assert make_cells([area], metres, 2, {}) == made, "the same boundary gives the same cells"


def test_cells_keep_their_codes_when_the_boundary_grows() -> None:
    small, large = (drawn(STEM, (120.65, 28.0, 120.65 + wide, 28.004)) for wide in (0.004, 0.006))
    before = {one.code: one.shape for one in make_cells([small], 100.0, 2, {})}
    after = {one.code: one.shape for one in make_cells([large], 100.0, 2, before)}
    assert set(before) < set(after)
    assert all(after[code].intersection(shape).area > shape.area / 2 for code, shape in before.items())


def test_too_many_cells_for_their_serials() -> None:
    area = drawn(STEM, (120.65, 28.0, 120.67, 28.02))
    with pytest.raises(GridTooFine):
        make_cells([area], 100.0, 2, {})
    assert len(make_cells([area], 100.0, 3, {})) > 400


def test_the_grids_of_packs_are_sound() -> None:
    folders = sorted(PACKS.glob("*/grid"))
    assert folders
    for folder in folders:
        boundary, communities, duty = (
            read_areas(folder / f"{name}.geojson") for name in ("boundary", "communities", "responsibility")
        )
        city = shapely.union_all([one.shape for one in boundary])
        cells = make_cells(communities, 100.0, 2, {})
        assert findings("boundary", boundary) == findings("boundary", communities) == []
        assert findings("cell", cells, city) == findings("responsibility", duty, city) == []


# ---- where points lie ----


def test_a_point_finds_its_areas(two: Path, tmp_path: Path) -> None:
    assert locate(1.0, 2.0) == Place(), "without a grid nothing is outside"
    import_grid(SYSTEM, two)
    duty = write(tmp_path / "duty.geojson", feature("330302-07", (120.0, 28.0, 120.002, 28.001)))
    import_grid(SYSTEM, duty, "responsibility")
    assert locate(120.0005, 28.0005) == Place(f"{STEM}01", "330302-07", "330302")
    assert locate(120.001, 28.0005).cell == f"{STEM}01", "on the line: the smaller code"
    assert locate(120.5, 28.0005) == Place(inside=False)


def test_many_points_find_the_same_as_each_alone(two: Path) -> None:
    import_grid(SYSTEM, two)
    lon, lat = np.random.default_rng(7).uniform((119.999, 27.999), (120.003, 28.002), (300, 2)).T
    found = locate_many(lon, lat)
    for at in range(300):
        alone, number = locate(lon[at], lat[at]), found.numbers["cell"][at]
        assert alone.cell == ("" if number < 0 else found.codes["cell"][number])
        assert alone.inside != bool(found.outside[at])


def test_an_index_lives_as_long_as_its_grid(two: Path, tmp_path: Path) -> None:
    import_grid(SYSTEM, two)
    assert locate(120.0015, 28.0005).cell == f"{STEM}02"
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        import_grid(SYSTEM, write(tmp_path / "one.geojson", feature(f"{STEM}01", WEST)))
        assert not locate(120.0015, 28.0005).inside


def test_a_boundary_decides_for_its_own_district_only() -> None:
    """Of three points in cells, the first in the boundary, the second in its hole, the third in a district without one."""
    codes = {"cell": ("33030200100101", "33030300100101"), "responsibility": (), "boundary": ("330302",)}
    numbers = {
        "cell": np.array([0, 0, 1, -1]),
        "responsibility": np.full(4, -1),
        "boundary": np.array([0, -1, -1, -1]),
    }
    assert Located(codes, numbers).outside.tolist() == [False, True, False, True]
    of_the_city = Located({**codes, "boundary": ("330300",)}, numbers)
    assert of_the_city.outside.tolist() == [False, True, True, True]


def _feature(coordinates: str, properties: str = '{"code": "33030200100101"}') -> str:
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {{"type": "Polygon", "coordinates": {coordinates}}}}}'


@pytest.mark.parametrize(
    "feature",
    [
        _feature("[[[NaN, 1], [2, 1], [2, 2], [NaN, 1]]]"), _feature("[[[1e308, 1], [1e308, -1e308], [2, 2], [1e308, 1]]]"),
        _feature("[[[1e999, 1], [2, 1], [2, 2], [1e999, 1]]]"), _feature("[[[1, 1], [2, 2]]]"), _feature("[[]]"), _feature("[]"),
        _feature("[[[179.9, 1], [-179.9, 1], [179.9, 2], [-179.9, 2], [179.9, 1]]]"), _feature('"x"'), _feature("[[[1]]]"),
        _feature("[[[1, 1], [2, 1], [2, 2], [1, 1]]]", "[]"),
        _feature("[[[1, 1], [2, 1], [2, 2], [1, 1]]]", '{"code": {"a": [1]}}'),
        _feature("[" * 400 + "1" + "]" * 400), "7", "null", '{"geometry": []}',
    ],
)  # fmt: skip
def test_features_that_are_no_areas_are_findings(tmp_path: Path, feature: str) -> None:
    path = tmp_path / "cells.geojson"
    path.write_text(f'{{"type": "FeatureCollection", "features": [{feature}]}}', "utf-8")
    assert findings("cell", read_areas(path))


@pytest.mark.parametrize(
    "document",
    ["[" * 100_000, '{"features": ' * 10_000, '{"features": "x"}', "[]", "", "\0", '{"features": []}'],
)
def test_files_that_are_no_features_are_refused(tmp_path: Path, document: str) -> None:
    path = tmp_path / "cells.geojson"
    path.write_text(document, "utf-8")
    with pytest.raises(GridUnreadable):
        read_areas(path)
