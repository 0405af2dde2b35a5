"""datastore_search: what CKAN's clients ask, through the same decision, paged without end."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.city import City
from tests.web.ckan.conftest import Caller

from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening import slicing
from cityhall.opening.queries import query_from_json, rows_at


@pytest.fixture
def rows(city: City, call: Caller):  # type: ignore[no-untyped-def]
    """`rows(limit=…)` of the parks."""
    return lambda status=200, **given: call(
        "datastore_search", resource_id=f"{city.parks}-csv", status=status, **given
    )


def test_the_first_rows(rows) -> None:  # type: ignore[no-untyped-def]
    found = rows(limit=3)
    assert found["total"] == 57
    assert found["fields"][0] == {"id": "_id", "type": "int"}
    assert [one["_id"] for one in found["records"]] == [1, 2, 3]
    assert found["records"][0]["公园名称"] == "松风1号公园"
    assert [one["_id"] for one in rows(filters={"公园编号": ["P0009", "P0031"]})["records"]] == [9, 31]
    assert rows(sort="公园编号 desc", limit=1)["records"][0]["_id"] == 57
    assert "联系电话" not in {one["id"] for one in found["fields"]}


def test_pages_by_offset_hold_every_row_once(rows) -> None:  # type: ignore[no-untyped-def]
    for more in ({}, {"sort": "面积 desc"}, {"filters": {"区县": ["东湖区", "西溪区"]}}):
        seen = [
            one["公园编号"]
            for start in range(0, 60, 7)
            for one in rows(limit=7, offset=start, **more)["records"]
        ]
        assert len(seen) == len(set(seen)) == 57


def test_a_deep_place_is_found_without_what_came_before(rows, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(slicing, "_marks", type(slicing._marks)())
    monkeypatch.setattr(slicing, "PAGE", 2)
    monkeypatch.setattr(slicing, "MOST_WALKED", 3)
    assert [one["公园编号"] for one in rows(limit=2, offset=50)["records"]] == ["P0051", "P0052"]
    assert rows(limit=2, offset=6, sort="公园编号")["records"][0]["公园编号"] == "P0007"
    assert (
        rows(limit=2, offset=12, sort="公园编号")["records"][0]["公园编号"] == "P0013"
    )  # on from the last mark
    refused = rows(limit=2, offset=50, sort="公园编号", status=409)
    assert refused["error"]["code"] == "opening.place_too_deep"
    assert rows(limit=2, offset=57)["records"] == []


def test_filters_words_order_and_fields(rows) -> None:  # type: ignore[no-untyped-def]
    found = rows(filters={"区县": "西溪区"}, sort="面积 desc, 公园编号", fields="公园编号,面积", limit=5)
    areas = [one["面积"] for one in found["records"]]
    assert areas == sorted(areas, reverse=True)
    assert [one["id"] for one in found["fields"]] == ["公园编号", "面积"]
    assert found["total"] == 19
    assert rows(q="松风7号")["total"] == 1
    assert rows(q="松风 西溪区")["total"] == 19
    assert rows(q={"公园编号": "p001"})["total"] == 10  # whatever the case
    assert rows(distinct=True, fields=["区县"], sort="区县")["records"] == [
        {"区县": "东湖区"},
        {"区县": "西溪区"},
    ]
    assert "total" not in rows(include_total=False)


def test_forms_of_records(rows) -> None:  # type: ignore[no-untyped-def]
    wanted = {"fields": ["公园编号", "面积"], "limit": 2}
    assert rows(records_format="lists", **wanted)["records"] == [["P0001", 1037], ["P0002", 1074]]
    assert rows(records_format="csv", **wanted)["records"] == "P0001,1037\nP0002,1074\n"
    assert rows(records_format="tsv", **wanted)["records"] == "P0001\t1037\nP0002\t1074\n"


def test_links_keep_to_the_version(rows) -> None:  # type: ignore[no-untyped-def]
    found = rows(limit=5)
    assert found["version"] == 1
    assert "version=1" in found["_links"]["next"]
    assert "offset=5" in found["_links"]["next"]
    assert rows(version=7, status=404)["error"]["code"] == "warehouse.version-missing"


def test_info(city: City, call: Caller) -> None:
    told = call("datastore_info", id=f"{city.parks}-csv")
    assert told["meta"]["count"] == 57
    assert {one["id"]: one["type"] for one in told["fields"]}["建成日期"] == "date"


HOSTILE = [
    {"filters": {"联系电话": "13800000001"}},
    {"sort": "联系电话"},
    {"q": {"联系电话": "138"}},
    {"fields": "联系电话"},
    {"distinct": True, "fields": "联系电话"},
    {"filters": {"'; DROP TABLE x --": "1"}},
    {"filters": {"面积": {"$gt": 1}}},
    {"filters": {"面积": [[1]]}},
    {"filters": {"面积": "many"}},
    {"filters": {"公园编号": ["x"] * 1001}},
    {"filters": {f"n{number}": "x" for number in range(200)}},
    {"filters": "nonsense"},
    {"filters": "{"},
    {"sort": "nothing desc"},
    {"sort": "公园编号; DELETE"},
    {"limit": "many"},
    {"offset": -1},
    {"q": " ".join("abcdefgh" for _ in range(300))},
    {"plain": False, "q": "a & b"},
    {"records_format": "xml"},
    {"filters": {"_id": 3}},
]


@pytest.mark.parametrize("given", HOSTILE, ids=lambda given: str(given)[:60])
def test_what_is_hidden_or_unusable_is_refused(rows, given: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    from tests.web.city import PHONE

    status = 403 if "联系电话" in str(given) else 409
    body = rows(status=status, **given)
    assert PHONE not in json.dumps(body)


@given(start=st.integers(0, 70), limit=st.integers(0, 70), sorted_=st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_slice_is_that_part_of_the_whole(
    city: City, db: None, start: int, limit: int, sorted_: bool
) -> None:
    query = query_from_json({"order": ["-面积"]} if sorted_ else {})
    whole = rows_at(ANONYMOUS, city.parks, query, limit=100).rows
    assert (
        rows_at(ANONYMOUS, city.parks, query, start=start, limit=limit).rows == whole[start : start + limit]
    )
