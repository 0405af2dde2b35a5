"""The lists as pages: what was found and why, choices as links, what else to try; home, shares and statistics."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from tests.web.city import City

from cityhall.web.pages import living
from cityhall.web.pages.living import Worked

Visit = Callable[..., Client]


def page(visit: Visit, address: str, role: str = "anonymous", language: str = "en") -> str:
    answer = visit(role, language).get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def test_a_match_is_marked_and_explained(visit: Visit, city: City) -> None:
    found = page(visit, "/datasets/?q=公園", language="zh-hans")
    assert "城市<mark>公园</mark>名录" in found
    assert "<mark>park</mark>s" in page(visit, "/datasets/?q=park").lower()
    by_item = page(visit, "/datasets/?q=联系电话", language="zh-hans")
    assert re.search(r"数据项</span>\s*<mark>联系电话</mark>", by_item)
    assert "13800000001" not in by_item


def test_every_choice_is_a_link_and_can_be_taken_back(visit: Visit, city: City) -> None:
    found = page(visit, "/datasets/?q=park&level=3")
    assert 'href="?q=park"' in found and "L3 fairly sensitive" in found
    assert "<script>" not in found


def test_nothing_found_leads_on(visit: Visit, city: City) -> None:
    other = page(visit, "/datasets/?q=parcs")
    assert "Did you mean" in other and 'href="?q=parks"' in other
    narrowed = page(visit, "/datasets/?q=park&level=1")
    assert "Without “L1 not sensitive” (1)" in narrowed


def test_only_those_who_prepare_them_see_drafts(visit: Visit, city: City) -> None:
    assert city.draft not in page(visit, "/datasets/?q=trees&state=draft")
    assert city.draft in page(visit, "/datasets/?q=trees&state=draft", "owner")
    assert city.draft not in page(visit, "/datasets/?q=trees&state=draft", "other")


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999", "9999", "١"])
def test_pages_that_do_not_exist(visit: Visit, city: City, number: str) -> None:
    assert visit("anonymous").get("/datasets/", {"page": number}).status_code == 200


def test_home_shows_living_figures(visit: Visit, city: City) -> None:
    found = page(visit, "/")
    assert found.count('class="spark"') == 4 and 'href="/statistics/#months"' in found
    assert 'href="/fields/environment/"' in found and "City parks" in found


def test_home_stands_in_the_first_month_of_cases(
    visit: Visit, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that was ever due was due this month, which is not over: there is no course to draw yet."""
    worked = [Worked(0, 0, 0, 0)] * 11 + [Worked(3, 2, 2, 1)]
    monkeypatch.setattr(living, "_worked", lambda: (("street_lamp",), tuple(worked)))
    assert "of 2 cases due" in page(visit, "/")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/fields/", "Environment"),
        ("/fields/environment/", "1 dataset, 100% of all; 0 of them are open to everybody."),
        ("/agencies/", "1 of 2 agencies has published data."),
        ("/statistics/", "1 agency has published 1 dataset"),
        ("/regions/", "No datasets yet"),
    ],
)
def test_shares_say_what_they_mean(visit: Visit, city: City, address: str, says: str) -> None:
    assert says in page(visit, address)


def test_places_that_do_not_exist(visit: Visit, city: City) -> None:
    for address in ("/fields/nothing/", "/regions/999999/", "/regions/x/"):
        assert visit("anonymous").get(address).status_code == 404
