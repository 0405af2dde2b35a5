"""Shapes of divisions over REST."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.outlines import draw

from cityhall.kernel.actor import system_actor
from cityhall.places.actions import import_shapes

pytestmark = pytest.mark.django_db
NAMES = {"330302": "东湖区", "330303": "西溪区"}


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """Two districts beside each other, with their outlines."""
    draw(tmp_path, NAMES)
    return tmp_path / "districts.geojson"


def get(address: str, **headers: str) -> Any:
    return Client().get(f"/api/v1/places/{address}", headers=headers)


@pytest.mark.usefixtures("drawn")
def test_a_division_and_its_parts() -> None:
    one = get("330302/shape").json()
    assert (one["type"], one["id"], one["geometry"]["type"]) == ("Feature", "330302", "Polygon")
    assert one["bbox"] == [120, 28, 121, 29]
    assert one["properties"]["source"] == "invented"
    parts = get("330300/shapes").json()
    assert [part["id"] for part in parts["features"]] == list(NAMES)
    assert get("330300/shape").json()["error"]["code"] == "places.shape_unknown"


@pytest.mark.usefixtures("drawn")
def test_shapes_of_a_box_and_page_by_page() -> None:
    assert [one["id"] for one in get("shapes?box=121.5,28.1,121.6,28.2").json()["features"]] == ["330303"]
    assert get("shapes?level=city").json()["features"] == []
    first = get("shapes?limit=1").json()
    assert first["next"] == "330302"
    assert [one["id"] for one in get("shapes?after=330302").json()["features"]] == ["330303"]


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "nan,0,1,1", "5,0,1,1", "0,0,1,inf", "0,0,500,1"])
def test_a_box_that_is_none_is_complained_about(box: str) -> None:
    answer = get(f"shapes?box={box}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "web.request_unusable")


def test_whoever_has_them_is_not_sent_them_again(drawn: Path) -> None:
    first = get("330300/shapes", accept_encoding="gzip")
    assert first.headers["Content-Encoding"] == "gzip"
    again = get("330300/shapes", if_none_match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    import_shapes(system_actor("test"), [drawn])
    assert get("330300/shapes", if_none_match=first.headers["ETag"]).status_code == 200
