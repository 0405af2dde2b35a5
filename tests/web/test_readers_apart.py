"""What is kept of one reader's answers reaches no other: by key, by session, before and after what they may see changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from tests.web.city import BUILDER, City, csv_of_parks, forbid, parks_overrides

from cityhall.catalog.actions import withdraw
from cityhall.collection.actions import publish_file
from cityhall.identity.actions import withdraw_role
from cityhall.web.api.keeping import PAGES

pytestmark = pytest.mark.django_db
ROWS = "/api/v1/datasets/parks/rows"
FIRST = f"{ROWS}?limit=1"
CLEAR, MASKED = b"13800000001", b"138****0001"
Ask = Callable[..., Any]


@pytest.fixture
def ask(city: City) -> Iterator[Ask]:
    """Ask as the holder of a key (empty: nobody); answers the response."""
    PAGES.forget()

    def asked(key: str, path: str = FIRST) -> Any:
        return Client(headers={"authorization": f"Bearer {city.keys[key]}"} if key else {}).get(path)

    yield asked
    PAGES.forget()


@pytest.mark.parametrize("first", ["owner", "other", ""])
def test_a_kept_page_is_of_those_who_see_the_same(
    ask: Ask, visit: Callable[[str], Client], first: str
) -> None:
    ask(first)
    for _ in range(2):
        assert CLEAR in ask("owner").content
        assert MASKED in ask("other").content
        assert "联系电话" not in ask("").json()["columns"]
        assert CLEAR in visit("owner").get(FIRST).content
        assert MASKED in visit("other").get(FIRST).content
        assert "联系电话" not in visit("citizen").get(FIRST).json()["columns"]


def test_a_right_that_is_withdrawn_counts_for_the_next_call(city: City, ask: Ask) -> None:
    assert CLEAR in ask("owner").content
    withdraw_role(BUILDER, city.actors["owner"].id, "steward", city.agency)
    assert "联系电话" not in ask("owner").json()["columns"]
    assert MASKED in ask("other").content
    withdraw_role(BUILDER, city.actors["other"].id, "steward", city.other_agency)
    assert "联系电话" not in ask("other").json()["columns"]


def test_a_level_that_is_raised_counts_for_the_next_call(city: City, ask: Ask) -> None:
    assert MASKED in ask("other").content
    following = ask("other", f"{ROWS}?limit=2&sort=面积").json()["next"]
    forbid(city, "联系电话", "面积")
    assert ask("other").json()["columns"] == ask("").json()["columns"]
    assert not {"联系电话", "面积"} & set(ask("other").json()["columns"])
    assert ask("other", f"{ROWS}?limit=2&sort=面积&after={following}").status_code == 403
    assert CLEAR in ask("owner").content


def test_what_is_withdrawn_is_not_answered_from_memory(city: City, ask: Ask) -> None:
    mark = ask("", f"{ROWS}?limit=2").json()["next"]
    withdraw(city.actors["owner"], city.parks, "an error in it")
    for path in (FIRST, f"{ROWS}?limit=2&after={mark}", f"{ROWS}?limit=1&version=1"):
        assert ask("", path).status_code == 403, path
        assert ask("other", path).status_code == 403, path
        assert ask("owner", path).status_code == 200, path


def test_a_page_mark_stays_on_its_version_and_in_its_readers_sight(
    city: City, ask: Ask, tmp_path: Any
) -> None:
    before = ask("", f"{ROWS}?limit=2").json()
    path = tmp_path / "parks.csv"
    path.write_text(csv_of_parks(edition=2), encoding="utf-8")
    publish_file(city.actors["owner"], path, parks_overrides(city.agency))
    after = ask("", f"{ROWS}?limit=2&after={before['next']}").json()
    assert after["version"] == before["version"]
    assert ask("", FIRST).json()["version"] == before["version"] + 1
    assert "联系电话" not in after["columns"]
    owners = ask("owner", f"{ROWS}?limit=2").json()["next"]
    assert "联系电话" not in ask("", f"{ROWS}?limit=2&after={owners}").json()["columns"]


def test_questions_nobody_asks_twice_take_little_memory(ask: Ask) -> None:
    """Empty pages of long questions were kept by the question, and weighed by the page."""
    for number in range(20):
        ask("", f"{ROWS}?公园名称__contains={'x' * 3000}{number}")
    kept = list(PAGES._kept)
    assert kept
    assert all(len(repr(key)) < 1500 for key in kept)


@pytest.mark.parametrize(
    ("path", "header"),
    [
        (FIRST, "authorization"),
        ("/api/3/action/package_show?id=parks", "x-ckan-api-key"),
        ("/dataset/parks/resource/parks-csv/download", "x-ckan-api-key"),
        ("/api/v1/cases/20260101-abcdef", "x-case-code"),
    ],
)
def test_whoever_says_who_they_are_has_answers_of_their_own(city: City, path: str, header: str) -> None:
    said = {"authorization": f"Bearer {city.keys['owner']}"}.get(header, city.keys["owner"])
    answer = Client(headers={header: said}).get(path)
    assert answer["Cache-Control"].startswith("private"), answer.status_code
    assert "private" not in Client().get(path).get("Cache-Control", "")
