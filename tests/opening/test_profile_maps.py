"""Maps of divisions: which level, which areas, what each is worth, and what of persons is not told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.outlines import draw
from tests.web.city import City

from cityhall.catalog.queries import Dataset, Item
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text
from cityhall.opening.actions import prepare_profile
from cityhall.opening.models import Profile
from cityhall.opening.profiling import rules
from cityhall.opening.profiling.areas import maps_of
from cityhall.opening.profiling.mapping import amount
from cityhall.opening.profiling.shapes import AreaCount, AreaMap, ItemProfile
from cityhall.opening.queries import profile
from cityhall.places.models import Division
from cityhall.places.queries import find_named

LAKE, BROOK, HILL = "330302", "330303", "330304"
NAMES = {LAKE: "东湖区", BROOK: "西溪区", HILL: "北山区"}


@pytest.fixture
def outlines(tmp_path: Path, db: None) -> str:
    """Three districts of a city with their outlines."""
    return draw(tmp_path, NAMES)


def mapped(
    counts: Sequence[AreaCount],
    *,
    key: Sequence[str] = (),
    amount: str = "",
    elsewhere: int = 0,
    version: str = "",
) -> AreaMap | None:
    """The map of one item with these counts."""
    found = Dataset.__new__(Dataset)
    items = (
        Item(name="区划", element="cn_division_code"),
        Item(name="月份", type="date"),
        Item(name="在校生", type="integer"),
    )
    for name, value in (("items", items), ("key", tuple(key))):
        object.__setattr__(found, name, value)
    told = ItemProfile(
        name="区划",
        title=Text(en="", zh=""),
        element="",
        type="text",
        areas=tuple(counts),
        amount=amount,
        elsewhere=elsewhere,
    )
    return maps_of(found, {"区划": told}, version).get("区划")


def test_a_map_shows_neighbours_without_rows_too(outlines: str) -> None:
    drawn = mapped([AreaCount(LAKE, 7), AreaCount(BROOK, 3)], version=outlines)
    assert drawn is not None
    assert (drawn.level, drawn.worth) == ("county", "rows")
    assert [(one.code, one.label.zh, one.rows, one.value) for one in drawn.points] == [
        (LAKE, "东湖区", 7, 7),
        (BROOK, "西溪区", 3, 3),
        (HILL, "北山区", 0, None),
    ]


def test_towns_belong_to_the_district_that_they_lie_in(outlines: str) -> None:
    counts = [AreaCount(f"{LAKE}001", 4), AreaCount(f"{LAKE}002", 5), AreaCount(BROOK, 1)]
    drawn = mapped(counts, version=outlines)
    assert drawn is not None
    assert [one.rows for one in drawn.points] == [9, 1, 0]


def test_no_map_where_it_would_hide_too_much(outlines: str) -> None:
    counts = [AreaCount(LAKE, 40), AreaCount(BROOK, 40)]
    assert mapped([*counts, AreaCount("330199", 10)], elsewhere=10, version=outlines) is not None
    assert mapped([*counts, AreaCount("330199", 20)], elsewhere=10, version=outlines) is None
    assert mapped(counts[:1], version=outlines) is None, "one area is no comparison"
    assert mapped(counts) is None, "there are no outlines"


@pytest.mark.parametrize(
    ("key", "amount", "values"),
    [
        ((), "在校生", [8, 2, None]),  # rows
        (("区划",), "在校生", [1200.0, 50.0, None]),  # every district has one row: the total says something
        (("区划", "月份"), "在校生", [150.0, 25.0, None]),  # over many months: the mean
    ],
)
def test_what_an_area_is_worth(
    outlines: str, key: tuple[str, ...], amount: str, values: list[float | None]
) -> None:
    counts = [AreaCount(LAKE, 8, 1200.0, 8), AreaCount(BROOK, 2, 50.0, 2)]
    drawn = mapped(counts, key=key, amount=amount, version=outlines)
    assert drawn is not None
    assert [one.value for one in drawn.points] == values
    assert mapped(counts, key=("区划",), version=outlines) is None, (
        "without an amount there is nothing to tell"
    )


@given(st.dictionaries(st.integers(330300, 330399).map(str), st.integers(1, 30), max_size=12))
def test_of_persons_no_small_division_and_no_amount(groups: dict[str, int]) -> None:
    rows = [[code, many, many * 1000.0, many] for code, many in groups.items()]
    told = rules._areas({"rows": rows, "other": 3, "amount": "收入"}, persons=True)
    assert all(one.rows >= rules.FEWEST for one in told["areas"])
    assert all((one.total, one.filled) == (0.0, 0) for one in told["areas"])
    assert "amount" not in told
    assert sum(one.rows for one in told["areas"]) + told["elsewhere"] == sum(groups.values()) + 3


@pytest.mark.usefixtures("outlines")
def test_names_are_found_where_the_others_are() -> None:
    Division.objects.create(id="440199", code="440199", name="东湖区", level="county", parent="440100")
    assert find_named(["东湖区", "西溪区", "无此区"]) == {"东湖区": LAKE, "西溪区": BROOK}
    assert find_named(["东湖区"], "440100") == {"东湖区": "440199"}
    assert find_named(["东湖区"]) == {}, "two of that name, and nothing else to go by"


def test_amounts_are_written_with_four_digits() -> None:
    assert [amount(value) for value in (0.12345, 12.3456, 1234.56, 2_000_000.0, 7.0)] == [
        "0.1235", "12.35", "1,235", "2,000,000", "7",
    ]  # fmt: skip


@pytest.mark.usefixtures("outlines")
def test_a_dataset_with_districts_has_a_map(city: City) -> None:
    Profile.objects.filter(dataset_id=city.parks).delete()
    prepare_profile(city.parks)
    seen = profile(ANONYMOUS, city.parks)
    assert seen is not None
    (drawn,) = [one for one in seen.charts if one.kind == "map"]
    assert (drawn.item, drawn.title.zh, drawn.sentence.zh) == (
        "区县", "各区县的行数", "东湖区最多：57 行中的 38 行（66.7%）。",
    )  # fmt: skip
    assert drawn.areas is not None
    assert [one.rows for one in drawn.areas.points] == [38, 19, 0]
    assert [one.rows for one in drawn.points] == [38, 19]
    assert 'count(*) FROM "parks"' in drawn.query
