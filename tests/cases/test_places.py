"""Cells, grids and districts that follow from a case's point, for a report and for a history; positions outside the city."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.cases.conftest import SYSTEM, draw
from tests.outlines import around_a_lake

from cityhall.cases.actions import act, import_history, open_case, rebuild
from cityhall.cases.errors import PositionOutside
from cityhall.cases.queries import case, check_type, inbox, measure, refusals
from cityhall.kernel.actor import ANONYMOUS
from cityhall.places.actions import import_grid

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
MAPPING = """
import: placed
number: case_no
steps:
  - {do: report, at: reported, actor: {is: someone}, with: {spot: [lon, lat]}}
  - {do: finish, at: finished, actor: {is: crew}}
"""


@pytest.fixture
def grid(placed: None, tmp_path: Path) -> None:
    west, east = (120.0, 28.0, 120.001, 28.001), (120.001, 28.0, 120.002, 28.001)
    import_grid(SYSTEM, draw(tmp_path / "cells.geojson", c33030200100101=west, c33030300100101=east))
    duty = draw(tmp_path / "duty.geojson", c330302_7=(120.0, 28.0, 120.002, 28.001))
    import_grid(SYSTEM, duty, "responsibility")


def test_a_report_finds_its_cell(grid: None) -> None:
    made = open_case(ANONYMOUS, "placed", {"spot": [120.0005, 28.0005]})
    found = case(SYSTEM, made.number)
    assert found.area == "33030200100101"
    assert (found.fields["duty"], found.fields["district"]) == ("330302_7", "330302")
    act(SYSTEM, made.number, "move", {"spot": [120.0015, 28.0005]})
    assert case(SYSTEM, made.number).area == "33030300100101"
    assert rebuild(SYSTEM, "placed") == ()


def test_a_position_outside_the_city_is_refused(grid: None) -> None:
    with pytest.raises(PositionOutside) as refused:
        open_case(ANONYMOUS, "placed", {"spot": [121.0, 28.0]})
    assert "121.00000, 28.00000" in refused.value.say("en")
    assert inbox(SYSTEM).lines == ()
    number = open_case(ANONYMOUS, "placed", {"note_text": "by telephone"}).number
    with pytest.raises(PositionOutside):
        act(SYSTEM, number, "move", {"spot": [0.0, 0.0]})


@pytest.fixture
def island(placed: None, tmp_path: Path) -> None:
    """A boundary of two parts, the first around a lake, under cells that were drawn before and pass over the lake."""
    cells = draw(tmp_path / "cells.geojson", c33030200100101=(120.0, 28.0, 120.003, 28.003))
    import_grid(SYSTEM, cells, holes=True)
    outline = around_a_lake(
        tmp_path / "outline.geojson",
        "330302",
        mainland=(120.0, 28.0, 120.003, 28.003),
        lake=(120.001, 28.001, 120.002, 28.002),
        island=(120.01, 28.0, 120.011, 28.001),
    )
    import_grid(SYSTEM, outline, "boundary")


ON_LAND, ON_THE_ISLAND, IN_THE_LAKE = [120.0005, 28.0005], [120.0105, 28.0005], [120.0015, 28.0015]


def test_a_hole_of_the_boundary_is_outside_the_city(island: None, tmp_path: Path) -> None:
    with pytest.raises(PositionOutside):
        open_case(ANONYMOUS, "placed", {"spot": IN_THE_LAKE})
    number = open_case(ANONYMOUS, "placed", {"spot": ON_LAND}).number
    assert case(SYSTEM, number).area == "33030200100101"
    with pytest.raises(PositionOutside):
        act(SYSTEM, number, "move", {"spot": IN_THE_LAKE})
    act(SYSTEM, number, "move", {"spot": ON_THE_ISLAND})
    assert case(SYSTEM, number).fields["district"] == "330302"
    rows = [
        f"{at},2026-03-10 09:00:00,,{lon},{lat}"
        for at, (lon, lat) in enumerate((ON_LAND, ON_THE_ISLAND, IN_THE_LAKE))
    ]
    (tmp_path / "map.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "cases.csv").write_text(
        "\n".join(["case_no,reported,finished,lon,lat", *rows]) + "\n", "utf-8"
    )
    report = import_history(SYSTEM, tmp_path / "map.yaml", tmp_path / "cases.csv")
    assert (report.taken, report.reasons) == (2, {"cases.position_outside": 1})
    assert [one.number for one in refusals(report.batches[0])] == ["2"]


def test_without_a_grid_everything_is_somewhere(placed: None) -> None:
    made = open_case(ANONYMOUS, "placed", {"spot": [121.0, 28.0], "cell": "33030200100107"})
    assert case(SYSTEM, made.number).area == "33030200100107"


def test_a_history_finds_its_cells_on_their_days(grid: None, tmp_path: Path) -> None:
    changed = draw(tmp_path / "later.geojson", c33030200100102=(120.0, 28.0, 120.001, 28.001))
    import_grid(SYSTEM, changed, since=date(2026, 3, 10))
    (tmp_path / "map.yaml").write_text(MAPPING, "utf-8")
    (tmp_path / "cases.csv").write_text(
        "case_no,reported,finished,lon,lat\n"
        "1,2026-03-09 23:59:00,2026-03-11 10:00:00,120.0005,28.0005\n"
        "2,2026-03-10 00:00:00,2026-03-11 10:00:00,120.0005,28.0005\n"
        "3,2026-03-10 09:00:00,2026-03-11 10:00:00,120.0015,28.0005\n"
        "4,2026-03-10 09:00:00,2026-03-11 10:00:00,125.0,28.0005\n"
        "5,2026-03-10 09:00:00,2026-03-11 10:00:00,,\n",
        "utf-8",
    )
    report = import_history(SYSTEM, tmp_path / "map.yaml", tmp_path / "cases.csv")
    assert (report.taken, report.reasons) == (4, {"cases.position_outside": 1})
    assert [one.number for one in refusals(report.batches[0])] == ["4"]
    areas = {number: case(SYSTEM, number).area for number in "1235"}
    assert areas == {"1": "33030200100101", "2": "33030200100102", "3": "33030300100101", "5": ""}
    assert case(SYSTEM, "1").fields["district"] == "330302"
    assert rebuild(SYSTEM, "placed") == ()
    by_cell = {
        one.key: one.counts["opened"]
        for one in measure("placed", date(2026, 3, 1), date(2026, 3, 31), by="area")
    }
    assert by_cell == {"33030200100101": 1, "33030200100102": 1, "33030300100101": 1, "": 1}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("type: grid, from: spot", "type: text, from: spot"),
        ("type: cell, from: spot", "type: cell, from: note_text"),
    ],
)
def test_only_points_lead_to_places(tmp_path: Path, was: str, becomes: str) -> None:
    path = tmp_path / "placed.yaml"
    path.write_text((HERE / "placed.yaml").read_text("utf-8").replace(was, becomes), "utf-8")
    assert [problem.code for problem in check_type(path)] == ["field.from"]
