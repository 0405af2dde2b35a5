"""Files of outlines that only do harm: refused with the reason, and nothing changes."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.outlines import write
from tests.places.districts import EAST, SYSTEM, WEST, feature

from cityhall.kernel.actor import ANONYMOUS
from cityhall.places.actions import import_shapes
from cityhall.places.errors import (
    LoadNotAllowed,
    ShapesRefused,
    ShapesTooBig,
    ShapesUnreadable,
)
from cityhall.places.models import DivisionShape
from cityhall.places.queries import (
    geometries,
    shapes,
)
from cityhall.places.shapes import reading
from cityhall.places.shapes.judging import Faulty, outline_of


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3], [4, 5], [1, 1]]]}', "no JSON"),
        ('{"type": "Polygon", "coordinates": [[[1e999, 1], [2, 3], [4, 5], [1, 1]]]}', "no JSON"),
        ('{"type": "Topology", "objects": {}}', "no polygons"),
        ('{"type": "FeatureCollection", "features": []}', "no polygons"),
        ('{"type": "FeatureCollection", "features": 7}', "no polygons"),
        ("7", "no polygons"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, city: None, text: str, why: str) -> None:
    path = tmp_path / "330302.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ShapesUnreadable, match=why):
        import_shapes(SYSTEM, [path])
    assert not DivisionShape.objects.exists()


def test_what_is_too_large_is_refused(tmp_path: Path, city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "330302.json.gz"
    bomb.write_bytes(gzip.compress(b" " * 300_000))
    many = write(tmp_path / "many.json", *[feature(WEST, code="330302")] * 30)
    monkeypatch.setattr(reading, "MOST_BYTES", 100_000)
    monkeypatch.setattr(reading, "MOST_FEATURES", 20)
    for path in (bomb, many):
        with pytest.raises(ShapesTooBig):
            import_shapes(SYSTEM, [path])


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        (None, "no polygon"),
        ({"type": "Point", "coordinates": [1, 2]}, "no polygon"),
        ({"type": "Polygon", "coordinates": []}, "no ring"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}, "fewer than four"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], ["5", "6"], [1, 2]]]}, "not two numbers"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [True, 4], [5, 6], [1, 2]]]}, "not two numbers"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3], [5, 6], [1, 2]]]}, "not two numbers"),
        ({"type": "Polygon", "coordinates": ["@@encoded"]}, "fewer than four"),
        (
            {"type": "Polygon", "coordinates": [[[28, 120], [28, 121], [29, 121], [28, 120]]]},
            "latitude stands before",
        ),
        (
            {"type": "Polygon", "coordinates": [[[5e5, 3e6], [6e5, 3e6], [6e5, 4e6], [5e5, 3e6]]]},
            "not degrees",
        ),
        ({"type": "Polygon", "coordinates": [[[1, 1], [1, 1], [1, 1], [1, 1]]]}, "no area"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]}, "crosses itself"),
    ],
)
def test_a_shape_that_cannot_be_is_refused_with_its_reason(geometry: Any, why: str) -> None:
    with pytest.raises(Faulty, match=why):
        outline_of(geometry)


def test_one_bad_shape_refuses_the_whole_file(tmp_path: Path, city: None) -> None:
    bad = {**feature(EAST, code="330303"), "geometry": {"type": "Point", "coordinates": [1, 2]}}
    with pytest.raises(ShapesRefused) as refused:
        import_shapes(SYSTEM, [write(tmp_path / "two.json", feature(WEST, code="330302"), bad)])
    assert "2 two.json 330303: there is no polygon" in str(refused.value)
    assert not DivisionShape.objects.exists()


@pytest.mark.parametrize(
    "days", [{"valid_from": "soon"}, {"valid_from": "2020-01-01", "valid_to": "2010-01-01"}]
)
def test_days_that_cannot_be_are_refused(tmp_path: Path, city: None, days: dict[str, str]) -> None:
    with pytest.raises(ShapesRefused, match="days"):
        import_shapes(SYSTEM, [write(tmp_path / "a.json", feature(WEST, code="330302", **days))])


def test_a_spike_is_mended() -> None:
    ring = [
        [120, 28],
        [120.4, 28],
        [120.4, 28.4],
        [120.2, 28.4],
        [120.2, 28.5],
        [120.2, 28.4],
        [120, 28.4],
        [120, 28],
    ]
    made, mended = outline_of({"type": "Polygon", "coordinates": [ring]})
    assert mended
    assert made.bounds == WEST


def test_two_files_may_not_draw_the_same(three: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.json", feature(WEST, code="330302"))
    with pytest.raises(ShapesRefused, match=r"districts\.geojson draws it too"):
        import_shapes(SYSTEM, [three, other])


def test_parts_in_one_file_are_one_outline(tmp_path: Path, city: None) -> None:
    path = write(
        tmp_path / "a.json", feature(WEST, code="330302"), feature((121, 28, 121.2, 28.2), code="330302")
    )
    import_shapes(SYSTEM, [path])
    (found,) = shapes()
    assert geometries([found])["330302"]["type"] == "MultiPolygon"


def test_only_operators_import(three: Path) -> None:
    with pytest.raises(LoadNotAllowed):
        import_shapes(ANONYMOUS, [three])


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
        lambda inner: st.lists(inner, max_size=5),
        max_leaves=40,
    ),
    st.sampled_from(["Polygon", "MultiPolygon", "LineString"]),
)
def test_any_coordinates_are_an_outline_or_refused(coordinates: Any, kind: str) -> None:
    try:
        made, _ = outline_of({"type": kind, "coordinates": coordinates})
    except Faulty:
        return
    assert shapely.is_valid(made)
    assert made.area > 0
