"""Profiles: what suits an item, what must not be told, where rows lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.city import City

from cityhall.catalog.queries import Dataset, Item, dataset
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.actions import ask_profile, prepare_profile
from cityhall.opening.models import Profile
from cityhall.opening.profiling import places, rules
from cityhall.opening.profiling.charts import chart_days
from cityhall.opening.profiling.shapes import ItemProfile
from cityhall.opening.queries import dataset_for, profile
from cityhall.opening.queries import places as places_seen
from cityhall.warehouse.queries import Bin, Placed

GROUPS = st.lists(st.tuples(st.text(min_size=1, max_size=4), st.integers(1, 40)), max_size=12)


@given(GROUPS)
def test_no_small_group_of_persons_can_be_read_or_worked_out(groups: list[tuple[str, int]]) -> None:
    ordered = sorted(groups, key=lambda one: -one[1])
    told, rest = rules.without_small_groups(ordered, persons=True)
    assert all(rows >= rules.FEWEST for _, rows in told)
    assert sum(rows for _, rows in told) + rest == sum(rows for _, rows in ordered)
    left_out = [rows for _, rows in ordered[len(told) :]]
    assert len(left_out) != 1 or left_out[0] >= rules.FEWEST or len(ordered) == 1
    assert rules.without_small_groups(ordered, persons=False) == (ordered, 0)


def profile_of(**more: object) -> ItemProfile:
    facts = {"filled": 1.0, "distinct": 4, "top": (("a", 60), ("b", 40)), **more}
    return ItemProfile(name="x", title=Item(name="x").title, element="", type="text", **facts)  # type: ignore[arg-type]


BINS = tuple(Bin(low, low + 1, 3) for low in range(6))


@pytest.mark.parametrize(
    ("item", "profiled", "kind"),
    [
        (Item(name="成立日期", type="date"), profile_of(bins=BINS, step="month"), "line"),
        (Item(name="区划", element="cn_division_code"), profile_of(), "division"),
        (Item(name="所属区县"), profile_of(), "division"),
        (Item(name="金额", type="decimal", element="amount"), profile_of(bins=BINS, step="1"), "histogram"),
        (Item(name="类别"), profile_of(), "bars"),
        (Item(name="是否有效", type="boolean"), profile_of(distinct=2), "bars"),
        (Item(name="地址", element="address"), profile_of(), None),
        (Item(name="许可编号", type="integer"), profile_of(bins=BINS), None),
        (Item(name="经度", type="decimal", element="longitude"), profile_of(bins=BINS), None),
        (Item(name="名称"), profile_of(distinct=100, top=()), None),
        (Item(name="类别"), profile_of(reason=rules.MASKED), None),
        (Item(name="编号"), profile_of(distinct=2), None),  # the key says nothing about groups
    ],
)
def test_the_chart_follows_the_element(item: Item, profiled: ItemProfile, kind: str | None) -> None:
    assert rules.chart_kind(item, profiled, ("编号",), 100) == kind


def test_charts_begin_with_one_of_each_kind() -> None:
    kinds = [("a", "bars"), ("b", "bars"), ("c", "histogram"), ("d", "line"), ("e", "line")]
    assert [name for name, _ in rules.chosen(kinds)] == ["d", "a", "c", "b", "e"]  # type: ignore[arg-type]
    assert len(rules.chosen([(str(one), "bars") for one in range(20)])) == rules.MOST_CHARTS


def test_a_calendar_has_its_empty_months_too() -> None:
    days = chart_days(["2023-11-01", "2024-02-01"], "month")
    assert days == ["2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01"]
    assert chart_days(["1900-01-01", "2024-01-01"], "day") == ["1900-01-01", "2024-01-01"]


def where(*items: Item) -> places.Where | None:
    found = Dataset.__new__(Dataset)
    for name, value in (("items", items), ("key", ())):
        object.__setattr__(found, name, value)
    return places.where_of(found, [item.name for item in items])


def test_places_are_found_and_their_system_recognised() -> None:
    east, north = Item(name="经度", type="decimal"), Item(name="纬度", type="decimal")
    plain = where(Item(name="名称"), east, north)
    assert plain is not None
    assert (plain.kind, plain.items, plain.system, plain.labels) == (
        "point",
        ("经度", "纬度"),
        "wgs84",
        ("名称",),
    )
    offset = where(Item(name="lng", type="decimal", element="longitude", params={"system": "gcj02"}), north)
    assert offset is not None
    assert offset.system == "gcj02"
    baidu = where(Item(name="百度坐标", element="coordinate_pair"))
    assert baidu is not None
    assert (baidu.kind, baidu.system) == ("pair", "bd09")
    assert where(east) is None


def test_pairs_are_read_in_either_order() -> None:
    pair = places.Where("pair", ("p",), "wgs84", ())
    rows = Placed((("120.7,28.0",), ("28.0, 120.7",), ("(41.88, -87.63)",), ("0,0",), ("nothing",)), 5)
    points, shapes = places.placed_rows(pair, rows)
    assert points == [[120.7, 28.0], [120.7, 28.0], [41.88, -87.63]]
    assert shapes == []


def test_shapes_are_moved_whole_and_broken_ones_left_out() -> None:
    shape = places.Where("shape", ("g",), "gcj02", ())
    square = '{"type":"Polygon","coordinates":[[[120.7,28],[120.8,28],[120.8,28.1],[120.7,28]]]}'
    spot = '{"type":"Point","coordinates":[120.7,28,5]}'
    points, shapes = places.placed_rows(shape, Placed(((square, "a"), ("not json", "b"), (spot, "c")), 3))
    assert len(shapes) == 1
    assert len(points) == 1 and points[0][2] == "c" and 120.69 < points[0][0] < 120.7
    (lon, lat), *_ = shapes[0][0]["coordinates"][0]
    assert 0.003 < 120.7 - lon < 0.007
    assert 0.001 < lat - 28 < 0.005 or 0.001 < 28 - lat < 0.005


@pytest.mark.django_db
def test_a_profile_is_computed_once_for_each_view(city: City) -> None:
    ask_profile(ANONYMOUS, city.parks)
    public = profile(ANONYMOUS, city.parks)
    assert public is not None
    told = {one.name: one for one in public.items}
    assert told["联系电话"].reason is not None
    assert told["联系电话"].distinct is None
    assert told["区县"].top == (("东湖区", 38), ("西溪区", 19))
    assert {chart.kind for chart in public.charts} == {"line", "division", "histogram"}
    owner = city.actors["owner"]
    assert profile(owner, city.parks) is None, "the owner sees more, so it is another view"
    ask_profile(owner, city.parks)
    seen = profile(owner, city.parks)
    assert seen is not None
    assert next(one for one in seen.items if one.name == "联系电话").distinct == 57


@pytest.mark.django_db
def test_the_map_has_every_place_with_its_name(city: City) -> None:
    ask_profile(ANONYMOUS, city.parks)
    seen = places_seen(ANONYMOUS, city.parks)
    assert seen is not None
    assert seen.labels[0] == "公园名称"
    assert (seen.total, len(seen.rows)) == (57, 57)
    assert seen.rows[0][:3] == (120.601, 28.001, "松风1号公园")
    assert not any("138" in str(value) for row in seen.rows for value in row)


@pytest.mark.django_db
def test_rows_about_persons_are_known_by_what_identifies_them(city: City) -> None:
    parks = dataset(city.parks)
    assert not rules.about_persons(parks), "a contact's phone makes no person of a park"
    found, decision = dataset_for(city.actors["owner"], city.parks, "statistics")
    phone = next(item for item in found.items if item.name == "联系电话")
    facts = {
        "filled": 57,
        "distinct": 57,
        "least": "1",
        "greatest": "9",
        "top": [("1", 3)],
        "bins": [],
        "step": "",
    }
    told = rules.item_profile(phone, facts, decision, 57, persons=False)
    assert (told.top, told.least) == ((), ""), "but its own values are personal"


@pytest.mark.django_db
def test_what_everybody_sees_is_computed_before_anybody_comes(city: City) -> None:
    prepare_profile(city.parks)
    assert profile(ANONYMOUS, city.parks) is not None
    prepare_profile(city.draft)
    assert not Profile.objects.filter(dataset_id=city.draft).exists()
