"""Shapes of divisions: files as they are published, files that only do harm, days, systems, and the picture made of them."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.outlines import write
from tests.places.districts import EAST, SYSTEM, WEST, feature

from cityhall.ledger.models import Entry
from cityhall.places.actions import HowToRead, import_shapes, load_divisions
from cityhall.places.coordinates import from_wgs84
from cityhall.places.errors import (
    ShapesUnknown,
    ShapesUnreadable,
)
from cityhall.places.models import DivisionShape
from cityhall.places.queries import (
    borders,
    drawing,
    geometries,
    missing_shapes,
    shape,
    shapes,
    shapes_version,
)
from cityhall.places.shapes.naming import code_in

# ---- what a file brings ----


def test_shapes_come_in_once_with_one_entry(three: Path) -> None:
    first = import_shapes(SYSTEM, [three], source="Survey of 2020")
    assert (first.read, first.added, first.changed, first.same, first.unknown) == (3, 3, 0, 0, ())
    again = import_shapes(SYSTEM, [three], source="Survey of 2020")
    assert (again.added, again.changed, again.same) == (0, 0, 3)
    entries = Entry.objects.filter(verb="places.import_shapes")
    assert [one.subject for one in entries.order_by("id")] == [
        f"shapes:{first.batch}",
        f"shapes:{again.batch}",
    ]
    assert shapes_version() == again.batch


def test_a_shape_knows_where_it_lies(three: Path) -> None:
    import_shapes(SYSTEM, [three], source="Survey of 2020")
    found = shape("330302")
    assert found is not None
    assert (found.name, found.level, found.parent, found.source) == (
        "鹿城区",
        "county",
        "330300",
        "Survey of 2020",
    )
    assert found.box == WEST
    assert found.label == pytest.approx((120.2, 28.2), abs=0.03)
    assert found.size == pytest.approx(39_240 * 44_528, rel=0.01)  # metres, of a rectangle at 28.2 degrees
    assert {one.code for one in shapes("330300")} == {"330302", "330303", "330304"}
    assert {one.code for one in shapes(box=(120.5, 28.1, 120.6, 28.2))} == {"330303"}
    assert geometries([found])["330302"]["type"] == "Polygon"


def test_another_file_takes_its_place_and_the_first_puts_it_back(three: Path, tmp_path: Path) -> None:
    import_shapes(SYSTEM, [three])
    before = bytes(DivisionShape.objects.get(code="330302").shape)
    other = write(tmp_path / "other.geojson", feature((120.0, 28.0, 120.3, 28.4), code="330302"))
    assert import_shapes(SYSTEM, [other]).changed == 1
    assert shape("330302").box[2] == 120.3  # type: ignore[union-attr]
    import_shapes(SYSTEM, [three])
    assert bytes(DivisionShape.objects.get(code="330302").shape) == before


def test_a_border_that_moved_keeps_the_old_one_until_that_day(three: Path, tmp_path: Path) -> None:
    import_shapes(SYSTEM, [three])
    moved = write(tmp_path / "moved.geojson", feature((120.0, 28.0, 120.3, 28.4), code="330302"))
    day = date(2019, 9, 25)
    for _ in range(2):
        import_shapes(SYSTEM, [moved], since=day)
    assert shape("330302", date(2019, 9, 24)).box == WEST  # type: ignore[union-attr]
    assert shape("330302", day).box[2] == 120.3  # type: ignore[union-attr]
    assert [one.box[2] for one in shapes(codes=["330302"])] == [120.3]
    assert import_shapes(SYSTEM, [three], since=day).changed == 1
    assert shape("330302").box == WEST  # type: ignore[union-attr]


def test_a_division_that_ended_is_on_no_map_of_today(tmp_path: Path, city: None) -> None:
    import_shapes(SYSTEM, [write(tmp_path / "old.json", feature(WEST, id="330322", name="洞头县"))])
    assert shapes() == ()
    assert shape("330322").valid_to == date(2015, 9, 1)  # type: ignore[union-attr]
    assert shape("330322", date(2015, 8, 31)) is not None


def test_what_is_missing_is_told(tmp_path: Path, city: None) -> None:
    import_shapes(SYSTEM, [write(tmp_path / "one.json", feature(WEST, code="330302"))])
    (gaps,) = missing_shapes()
    assert (gaps.code, gaps.name, gaps.have, gaps.all) == ("330300", "温州市", 1, 3)
    assert gaps.missing == (("330303", "龙湾区"), ("330304", "瓯海区"))


# ---- how features say which division they are ----


@pytest.mark.parametrize(
    "properties",
    [
        {"adcode": 330302, "parent": {"adcode": 330300}, "childrenNum": 0},
        {"id": "330302", "cp": [120.1, 28.1]},
        {"gb": "156330302", "name": "anything"},
        {"XZQDM": "330302000000", "XZQMC": "鹿城区"},
        {"OBJECTID": 7, "division": 330302.0},
        {"name": "鹿城区"},
        {"名称": "鹿城区", "上级代码": "330300"},
        {"whatever": "330302", "population": 33},
    ],
)
def test_the_property_with_the_code_is_found_out(
    tmp_path: Path, city: None, properties: dict[str, Any]
) -> None:
    import_shapes(SYSTEM, [write(tmp_path / "one.json", feature(WEST, **properties))])
    assert [one.code for one in shapes()] == ["330302"]


@pytest.mark.parametrize("name", ["fence_330302.json", "330302_full.geojson", "map-2020-330302.json.gz"])
def test_a_bare_geometry_is_known_by_its_file(tmp_path: Path, city: None, name: str) -> None:
    text = shapely.to_geojson(shapely.box(*WEST)).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    import_shapes(SYSTEM, [path])
    assert [one.code for one in shapes()] == ["330302"]


def test_properties_can_be_given(tmp_path: Path, city: None) -> None:
    path = write(tmp_path / "one.json", feature(WEST, a="330303", b="330302", c="Lucheng"))
    import_shapes(SYSTEM, [path], HowToRead(code="b", name="c"))
    assert [(one.code, one.name) for one in shapes()] == [("330302", "Lucheng")]


def test_what_is_unknown_is_listed_and_left_out(tmp_path: Path, city: None) -> None:
    path = write(
        tmp_path / "two.json", feature(WEST, code="330302"), feature(EAST, code="990101", name="Atlantis")
    )
    assert import_shapes(SYSTEM, [path]).unknown == (("two.json", 2, "Atlantis"),)
    assert [one.code for one in shapes()] == ["330302"]


def test_nothing_known_is_refused(tmp_path: Path, city: None) -> None:
    with pytest.raises(ShapesUnknown, match="Atlantis"):
        import_shapes(SYSTEM, [write(tmp_path / "one.json", feature(EAST, code="990101", name="Atlantis"))])


@given(
    st.one_of(
        st.text(max_size=14), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers())
    )
)
def test_any_value_is_a_code_or_none(value: Any) -> None:
    assert re.fullmatch(r"([0-9]{6}([0-9]{3}){0,2})?", code_in(value))


# ---- coordinate systems ----


@pytest.mark.parametrize(
    ("name", "more", "properties", "expected"),
    [
        ("plain.json", {}, {}, ("wgs84", "assumed")),
        ("city_gcj02.json", {}, {}, ("gcj02", "named")),
        ("plain.json", {"system": "BD-09"}, {}, ("bd09", "named")),
        (
            "plain.json",
            {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}},
            {},
            ("wgs84", "named"),
        ),
        ("plain.json", {}, {"acroutes": [100000], "subFeatureIndex": 1}, ("gcj02", "recognised")),
    ],
)
def test_the_system_is_found_out(
    tmp_path: Path,
    city: None,
    name: str,
    more: dict[str, Any],
    properties: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    path = write(tmp_path / name, feature(WEST, code="330302", **properties), **more)
    (file,) = import_shapes(SYSTEM, [path]).files
    assert (file.system, file.known_by) == expected


def test_an_offset_map_comes_back_to_where_it_is(tmp_path: Path, city: None) -> None:
    moved = shapely.transform(
        shapely.box(*WEST), lambda pairs: np.array([from_wgs84(float(x), float(y)) for x, y in pairs])
    )
    path = tmp_path / "330302.json"
    path.write_text(shapely.to_geojson(moved), "utf-8")
    import_shapes(SYSTEM, [path], HowToRead(system="gcj02"))
    assert shape("330302").box == pytest.approx(WEST, abs=2e-5)  # type: ignore[union-attr]


def test_metres_are_no_degrees(tmp_path: Path, city: None) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    with pytest.raises(ShapesUnreadable, match="EPSG::3857"):
        import_shapes(SYSTEM, [write(tmp_path / "a.json", feature(WEST, code="330302"), crs=crs)])


# ---- the picture ----


def test_neighbours_keep_their_border_when_they_are_simplified(tmp_path: Path, city: None) -> None:
    ring = [(120.4 + 0.02 * np.sin(y * 40), y) for y in np.linspace(28.0, 28.4, 300)]
    left = shapely.Polygon([(120.0, 28.4), (120.0, 28.0), *ring])
    right = shapely.Polygon([(120.8, 28.4), (120.8, 28.0), *ring])
    made = [
        {"type": "Feature", "properties": {"code": code}, "geometry": json.loads(shapely.to_geojson(one))}
        for code, one in (("330302", left), ("330303", right))
    ]
    import_shapes(SYSTEM, [write(tmp_path / "a.json", *made)])
    found = {code: shapely.from_geojson(json.dumps(shape)) for code, shape in geometries(shapes()).items()}
    one, other = found["330302"], found["330303"]
    assert sum(shape.points for shape in shapes()) < 300
    assert one.intersection(other).area == pytest.approx(0, abs=1e-12)
    assert shapely.union_all([one, other]).geom_type == "Polygon"  # no gap between them
    assert one.symmetric_difference(left).area < 0.01 * left.area


def test_a_picture_has_north_up_and_the_right_shape(three: Path) -> None:
    import_shapes(SYSTEM, [three], source="Survey of 2020")
    drawn = drawing(("330302", "330303", "330304", "990101"))
    areas = {one.code: one for one in drawn.areas}
    assert set(areas) == {"330302", "330303", "330304"}
    assert drawn.sources == ("Survey of 2020",)
    assert areas["330304"].y < areas["330302"].y  # north is up
    assert areas["330302"].x < areas["330303"].x  # west is left
    assert drawn.height / drawn.width == pytest.approx(0.85, abs=0.02)  # 0.8 degrees by 0.6, at 28.3 degrees
    assert re.fullmatch(r"M\d+ \d+l[-0-9 ]+z", areas["330302"].path)


def test_a_picture_of_nothing_is_empty(city: None) -> None:
    assert drawing(()).areas == drawing(("330302",)).areas == ()
    assert borders(WEST, "county", 100, 100) == ""


def test_borders_are_cut_to_the_box(three: Path) -> None:
    import_shapes(SYSTEM, [three])
    path = borders((120.3, 28.1, 120.5, 28.3), "county", 200, 100)
    xs = {float(x) for x in re.findall(r"[M ]([0-9.]+) [0-9.]+", path)}
    assert path.startswith("M")
    assert xs == {100.0}  # the border between the two lies in the middle


# ---- files as they are published ----


@pytest.mark.realdata
@pytest.mark.django_db
class TestPublished:
    """Maps as two sources publish them, given without a word about what they hold."""

    @pytest.fixture(autouse=True)
    def divisions(self) -> None:
        load_divisions(SYSTEM)

    def test_a_province_as_charts_draw_it(self, real_data: Path) -> None:
        done = import_shapes(SYSTEM, [real_data / "01_maps/china-geojson_33.json"])
        assert (done.added, done.unknown) == (11, ())
        assert missing_shapes("330000")[0].missing == ()
        assert {one.name for one in shapes("330000")} >= {"温州市", "杭州市", "丽水市"}

    def test_outlines_known_by_their_files(self, real_data: Path) -> None:
        files = sorted((real_data / "01_maps").glob("vonng_fence_3303*"))
        done = import_shapes(SYSTEM, files, HowToRead(system="gcj02"))
        assert (done.read, done.added) == (12, 12)
        assert [code for code, _ in missing_shapes("330300")[0].missing] == ["330383"]  # it was made later
        picture = drawing([one.code for one in shapes("330300")])
        assert len(picture.areas) == 11
        assert sum(len(one.path) for one in picture.areas) < 30_000

    def test_two_sources_agree_when_the_offset_one_is_said_to_be(self, real_data: Path) -> None:
        """The outlines known by their files are offset (GCJ-02), those for charts are not."""
        maps = real_data / "01_maps"
        import_shapes(SYSTEM, [maps / "china-geojson_330300.json"])
        codes = ("330304", "330324", "330328")
        known = {
            one.code: shapely.from_geojson(json.dumps(geometries([one])[one.code]))
            for one in shapes(codes=codes)
        }
        apart = {}
        for system in ("wgs84", "gcj02"):
            files = [next(maps.glob(f"vonng_fence_{code}.*")) for code in codes]
            import_shapes(SYSTEM, files, HowToRead(system=system))
            now = {
                one.code: shapely.from_geojson(json.dumps(geometries([one])[one.code]))
                for one in shapes(codes=codes)
            }
            apart[system] = sum(now[code].symmetric_difference(known[code]).area for code in codes)
        assert apart["gcj02"] < 0.8 * apart["wgs84"]
