"""The map of a report: where it begins, what it tells of a place, and when it is offered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client
from tests.outlines import area, draw, write
from tests.web.city import BUILDER, City

from cityhall.cases.actions import install_type
from cityhall.places.actions import import_grid, import_shapes
from cityhall.places.models import Division

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).parents[2] / "packs"
NAMES = {"330302": "东湖区", "330303": "西溪区"}
CELL = "33030200100101"


@pytest.fixture
def outlines(city: City, db: None, tmp_path: Path) -> None:
    """Two districts from 120 to 122 degrees east, 28 to 29 north, and a street in the west of the first."""
    draw(tmp_path, NAMES)
    street = area(shapely.box(120, 28, 120.5, 29), code="330302001")
    Division.objects.create(
        id="330302001", code="330302001", name="柳岸街道", english="Liu'an", level="town", parent="330302"
    )
    import_shapes(BUILDER, [write(tmp_path / "street.geojson", street)], source="invented")


@pytest.fixture
def grid(city: City, db: None, tmp_path: Path) -> None:
    """One cell."""
    square = area(shapely.box(120.1, 28.1, 120.101, 28.101), code=CELL)
    import_grid(BUILDER, write(tmp_path / "cells.geojson", square))


def told(at: str, language: str = "zh-hans") -> Any:
    return Client(headers={"accept-language": language}).get(f"/report/place.json?at={at}").json()


@pytest.mark.usefixtures("outlines")
def test_a_place_is_told_by_the_outlines_it_lies_in() -> None:
    assert told("120.2,28.2") == {"inside": True, "told": "位于东湖区柳岸街道", "here": "", "cells": []}
    assert told("120.2,28.2", "en")["told"] == "In Liu'an, 东湖区"
    assert told("120.8,28.2")["told"] == "位于东湖区"
    assert told("121,28.5")["told"] == "位于东湖区", "on a border: the smaller code"
    assert told("10,10")["told"] == ""


@pytest.mark.usefixtures("grid")
def test_a_place_outside_the_city_is_the_error_that_sending_it_would_be() -> None:
    known = told("120.1005,28.1005")
    assert (known["inside"], known["here"]) == (True, CELL)
    assert [code for code, _ in known["cells"]] == [CELL]
    assert len(known["cells"][0][1][0]) == 5
    outside = told("121,28")
    assert (outside["inside"], "不在本市范围内" in outside["told"]) == (False, True)
    install_type(BUILDER, PACKS / "urban_management" / "cases" / "urban_case.yaml")
    sent = Client(headers={"accept-language": "zh-hans"}).post(
        "/report/urban_case/", {"class": "1101", "spot": "121, 28"}
    )
    assert sent.status_code == 422
    assert outside["told"] in sent.content.decode()
    assert 'value="121, 28"' in sent.content.decode()


@pytest.mark.parametrize("at", ["", "1", "nan,nan", "inf,1", "a,b", "1,2,3", "181,0", "0,91"])
def test_what_is_no_place_is_refused(city: City, at: str) -> None:
    assert Client().get(f"/report/place.json?at={at}").status_code == 422


@pytest.mark.usefixtures("outlines")
def test_the_map_begins_with_the_city() -> None:
    known = Client().get("/report/map.json").json()
    assert known["box"] == [120, 28, 122, 29]
    assert known["names"] == {"330302001": "柳岸街道"}
    codes = [
        [one["id"] for one in Client().get(known[level]).json()["features"]]
        for level in ("districts", "streets")
    ]
    assert codes == [list(NAMES), ["330302001"]]


@pytest.mark.usefixtures("outlines", "grid")
def test_where_there_is_a_grid_the_map_begins_there() -> None:
    assert Client().get("/report/map.json").json()["box"] == pytest.approx([120.1, 28.1, 120.101, 28.101])


def test_nothing_to_draw_no_map(city: City) -> None:
    assert Client().get("/report/map.json").json()["box"] is None
    assert "data-placing" not in form_of("hotline", "hotline_call")


@pytest.mark.usefixtures("grid")
def test_only_forms_that_ask_for_a_place_bring_the_script_and_none_the_map_itself() -> None:
    asking, other = form_of("hotline", "hotline_call"), form_of("data_requests", "data_feedback")
    assert "data-placing" in asking
    assert "built/reporting.js" in asking
    assert "reporting.js" not in other
    assert "maplibre-gl.js" not in asking, "it comes when it is asked for"


def form_of(pack: str, type_name: str) -> str:
    install_type(BUILDER, PACKS / pack / "cases" / f"{type_name}.yaml")
    return Client().get(f"/report/{type_name}/").content.decode()
