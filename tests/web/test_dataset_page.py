"""A dataset's page without a browser: what is in it for whom, the map's data, and the numbers behind the drawings."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.web.city import City

from cityhall.opening.queries import Mark, SmallMap
from cityhall.web.pages.dataset_charts import degree_step, map_view, round_up

pytestmark = pytest.mark.django_db


def test_charts_and_profile_follow_the_readers_language(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    chinese = visit("anonymous").get(f"/datasets/{city.parks}/").content.decode()
    english = visit("anonymous", "en").get(f"/datasets/{city.parks}/").content.decode()
    for page, words in (
        (chinese, ("东湖区最多", "已填 100%", "按年的行数")),
        (english, ("has the most", "100% filled", "rows by")),
    ):
        for word in words:
            assert word in page
    assert chinese.count('<figure class="chart"') == 3
    assert "GROUP BY" in chinese


@pytest.mark.parametrize("role", ["anonymous", "owner", "other"])
def test_the_page_asks_the_database_nothing_twice(visit, city: City, role: str) -> None:  # type: ignore[no-untyped-def]
    client, address = visit(role), f"/datasets/{city.parks}/"
    client.get(address)  # which computes what is kept
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    often = Counter(one["sql"] for one in asked.captured_queries)
    assert [sql for sql, times in often.items() if times > 1] == []
    assert sum("identity_person" in sql for sql in often) <= 2  # the session's person, and their roles


def test_a_hidden_item_has_its_reason_and_no_figure(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    page = visit("anonymous").get(f"/datasets/{city.parks}/").content.decode()
    row = re.search(r'<th scope="row"><span>联系电话.*?</tr>', page, re.DOTALL)
    assert row
    assert "含个人联系方式" in row.group()
    assert "个不同值" not in row.group()


def test_downloads_tell_size_rows_and_hash_once_they_are_finished(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    menu = client.get(f"/datasets/{city.parks}/").content.decode()
    for form in ("CSV", "Excel", "JSON", "Parquet", "GeoJSON"):
        assert form in menu
    assert "已生成的文件" not in menu, "no file has been asked for"


def test_the_maps_data_is_compact_and_hides_what_is_hidden(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    for role in ("anonymous", "other"):
        answer = visit(role).get(f"/datasets/{city.parks}/places.json")
        body = answer.json()
        assert body["total"] == len(body["points"]) == 57
        assert body["points"][0][:2] == [120.601, 28.001]
        assert "138" not in "".join(str(value) for point in body["points"] for value in point[2:])


def test_a_map_of_nothing_says_so(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    answer = visit("owner").get(f"/datasets/{city.draft}/map/")
    assert answer.status_code == 404
    assert "没有可在地图上展示的位置" in answer.content.decode()


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "组件一览"), ("en", "Components")])
def test_the_components_are_shown_in_both_languages(visit, language: str, title: str) -> None:  # type: ignore[no-untyped-def]
    page = visit("anonymous", language).get("/styleguide/").content.decode()
    assert title in page
    assert page.count('<figure class="chart"') == 3


@given(st.integers(1, 10**9))
def test_an_axis_ends_at_a_round_number_not_far_above(value: int) -> None:
    assert value <= round_up(value) <= value * 2
    assert str(round_up(value)).rstrip("0") in {"1", "2", "25", "4", "5", "8", "3", "6", "7", "9"}


@given(st.floats(0.0005, 60))
def test_the_graticule_has_round_steps(wanted: float) -> None:
    assert wanted * 0.99 <= degree_step(wanted) <= wanted * 2.6


@given(
    st.lists(
        st.tuples(st.floats(-179, 179), st.floats(-80, 80), st.integers(1, 10**6)), min_size=1, max_size=30
    )
)
def test_every_mark_is_inside_the_picture(places: list[tuple[float, float, int]]) -> None:
    marks = tuple(Mark(*place) for place in places)
    box = (
        min(one.lon for one in marks),
        min(one.lat for one in marks),
        max(one.lon for one in marks),
        max(one.lat for one in marks),
    )
    seen = map_view(SmallMap(marks=marks, box=box, total=len(marks), system="wgs84"))
    assert all(0 <= x <= seen.width and 0 <= y <= seen.height for x, y, _, _ in seen.dots)
    assert max(seen.width, seen.height) <= 320.1
