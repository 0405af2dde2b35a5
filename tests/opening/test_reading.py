"""Rows through the decision: hidden items give nothing away, whichever way they are asked for."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.city import City

from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.errors import CityhallError
from cityhall.opening.errors import DatasetHidden, ItemHidden
from cityhall.opening.queries import preview, query_from_params, rows
from cityhall.warehouse.errors import CursorUnusable, ItemMasked

pytestmark = pytest.mark.django_db
PHONE = "联系电话"
WAYS = [
    ("select", PHONE),
    ("sort", PHONE),
    ("sort", f"-{PHONE}"),
    ("group_by", PHONE),
    ("agg", f"count:{PHONE}"),
    ("agg", f"min:{PHONE}"),
    ("agg", f"distinct:{PHONE}"),
    (PHONE, "13800000001"),
    (f"{PHONE}__starts", "138"),
    (f"{PHONE}__notnull", "1"),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "=".join(way))
def test_a_hidden_item_cannot_be_asked_for_in_any_way(city: City, way: tuple[str, str]) -> None:
    with pytest.raises(ItemHidden):
        rows(ANONYMOUS, city.parks, query_from_params([way]))


@pytest.mark.parametrize("way", [way for way in WAYS if way[0] != "select"], ids=lambda way: "=".join(way))
def test_a_masked_item_can_only_be_shown(city: City, way: tuple[str, str]) -> None:
    with pytest.raises(ItemMasked):
        rows(city.actors["other"], city.parks, query_from_params([way]))


def test_a_masked_item_is_shown_masked(city: City) -> None:
    seen = rows(city.actors["other"], city.parks, query_from_params([("select", PHONE), ("limit", "3")]))
    assert all("****" in row[0] for row in seen.rows)


def test_a_bounding_box_over_hidden_items_is_refused(city: City) -> None:
    with pytest.raises(ItemHidden):
        rows(ANONYMOUS, city.parks, query_from_params([("bbox", "0,0,1,1"), ("lon", PHONE), ("lat", "纬度")]))


def test_a_draft_has_no_rows_for_others(city: City) -> None:
    for actor in (ANONYMOUS, city.actors["other"]):
        with pytest.raises(DatasetHidden):
            preview(actor, city.draft)
    assert len(preview(city.actors["owner"], city.draft).rows) == 2


def test_pages_follow_each_other_without_gaps(city: City) -> None:
    found, after = [], ""
    while True:
        pairs = [("limit", "10"), ("sort", "-面积"), *([("after", after)] if after else [])]
        seen = rows(ANONYMOUS, city.parks, query_from_params(pairs))
        found += seen.rows
        if not seen.next_cursor:
            break
        after = seen.next_cursor
    assert len(found) == 57
    assert len({row[0] for row in found}) == 57
    with pytest.raises(CursorUnusable):
        rows(ANONYMOUS, city.parks, query_from_params([("after", after), ("sort", "面积")]))


NAMES = st.sampled_from(
    ["select", "sort", "group_by", "agg", "bbox", "lon", PHONE, f"{PHONE}__in", "面积__ge", "区县", "limit"]
)
VALUES = st.one_of(
    st.sampled_from(
        [PHONE, f"-{PHONE}", f"count:{PHONE}", f"max:{PHONE}:x", "count:*", "面积", "区县", "1,2,3,4", "5"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(NAMES, VALUES), max_size=5))
def test_no_query_ever_answers_a_hidden_value(city: City, pairs: list[tuple[str, str]]) -> None:
    try:
        seen = rows(ANONYMOUS, city.parks, query_from_params(pairs))
    except CityhallError:
        return
    assert "13800000001" not in str(seen.rows)
    assert PHONE not in seen.columns
