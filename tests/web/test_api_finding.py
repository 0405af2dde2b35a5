"""Finding datasets by REST: words, facets, pages, and the plain list as before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.city import City

Visit = Callable[..., Client]


def ask(visit: Visit, **asked: Any) -> dict[str, Any]:
    answer = visit("anonymous").get("/api/v1/datasets", asked)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_without_words_in_the_order_of_codes(visit: Visit, city: City) -> None:
    body = ask(visit)
    assert [one["code"] for one in body["datasets"]] == ["parks"] and "facets" not in body
    assert ask(visit, after="parks")["datasets"] == []


def test_words_tell_why_and_count(visit: Visit, city: City) -> None:
    body = ask(visit, q="公園 面積")
    (one,) = body["datasets"]
    assert one["code"] == "parks" and not one["close"] and one["quality"] > 0.5
    assert {"where": "item", "zh": "面积", "en": "面积"} in one["why"]
    assert body["exact"] == body["total"] == 1
    assert {"value": "environment", "count": 1, "chosen": False} in body["facets"]["field"]


@pytest.mark.parametrize(
    ("chosen", "total"),
    [
        ({"format": "csv"}, 1), ({"format": "geojson"}, 1), ({"format": "exe"}, 0), ({"updated": "7"}, 1), ({"updated": "8"}, 0),
        ({"quality": "none"}, 0), ({"opening": "restricted", "facets": "1"}, 1), ({"region": "330300"}, 0),
        ({"level": 3, "sort": "newest"}, 1), ({"level": 1, "sort": "newest"}, 0),
    ],
)  # fmt: skip
def test_filters(visit: Visit, city: City, chosen: dict[str, Any], total: int) -> None:
    assert ask(visit, **chosen)["total"] == total


def test_drafts_are_for_their_agency(visit: Visit, city: City) -> None:
    assert ask(visit, q="trees", state="draft")["total"] == 0
    own = visit("owner").get("/api/v1/datasets", {"q": "trees", "state": "draft"}).json()
    assert [one["code"] for one in own["datasets"]] == ["trees"]


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "公园", "after": "x"},
        {"sort": "rank"},
        {"sort": "code", "updated": "7"},
        {"q": "公园", "after": "999999"},
    ],
)
def test_what_cannot_be_asked(visit: Visit, city: City, asked: dict[str, str]) -> None:
    answer = visit("anonymous").get("/api/v1/datasets", asked)
    assert answer.status_code == 422 and answer.json()["error"]["code"]
