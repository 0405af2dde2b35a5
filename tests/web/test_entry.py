"""The steward's side of a dataset's entry: its points, doubles, withdrawing, editing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.web.city import City

from cityhall.catalog.queries import dataset
from cityhall.collection import committing
from cityhall.identity.queries import agency
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.queries import fetchable, fetchable_of
from cityhall.web.pages.dataset_metadata import served
from cityhall.web.words import known

pytestmark = pytest.mark.django_db


def test_everybody_sees_the_points_and_only_editors_the_advice(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    address = f"/datasets/{city.parks}/"
    public = visit("anonymous", "en").get(address).content.decode()
    assert "of 405 points" in public
    assert "What would raise it" not in public
    steward = visit("owner", "en").get(address).content.decode()
    assert "What would raise it" in steward
    assert "Add at least one keyword." in steward


def test_what_is_served_is_what_the_public_gets(city: City) -> None:
    parks, owner = dataset(city.parks), city.actors["owner"]
    body = agency(parks.agency_id)
    told = served(fetchable(owner, (parks,))[0], body)
    assert told == served(fetchable(ANONYMOUS, (parks,))[0], body)
    assert told.access_url_answers
    assert told.download_url_answers
    assert (told.format, told.media_type) == ("CSV", "text/csv")
    assert not served(fetchable(owner, (dataset(city.draft),))[0], body).access_url_answers
    assert not served(fetchable_of(owner, parks, None), body).download_url


def test_withdrawing_says_what_happens_and_needs_a_reason(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client, address = visit("owner", "en"), f"/datasets/{city.parks}/withdraw/"
    assert "It can be published again" in client.get(address).content.decode()
    without = client.post(address, {"reason": " "})
    assert without.status_code == 422
    assert dataset(city.parks).state == "published"
    client.post(address, {"reason": "Collected by the region now"})
    assert dataset(city.parks).state == "withdrawn"
    public = visit("anonymous", "en").get(f"/datasets/{city.parks}/").content.decode()
    assert "Collected by the region now" in public
    assert "Publish again" not in public
    assert "Publish again" in client.get(f"/datasets/{city.parks}/").content.decode()
    client.post(f"/datasets/{city.parks}/publish/")
    assert dataset(city.parks).state == "published"


@pytest.mark.parametrize("role", ["anonymous", "citizen", "other"])
def test_others_do_not_meet_the_withdrawal(visit, city: City, role: str) -> None:  # type: ignore[no-untyped-def]
    assert visit(role).get(f"/datasets/{city.parks}/withdraw/").status_code in (302, 403, 404)


def _form(city: City, **changes: str) -> dict[str, str]:
    return {"revision": str(dataset(city.parks).revision), "why": "clearer", **changes}


def test_the_form_shows_and_saves_the_entry(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client, address = visit("owner", "en"), f"/datasets/{city.parks}/edit/"
    page = client.get(address).content.decode()
    assert "城市公园名录" in page
    assert "Nothing: it may be published." in page
    item = {"i1-name": "公园名称", "i1-title_zh": "名称", "i1-title_en": "Name", "i1-required": "on"}
    sent = client.post(address, _form(city, title_en="Parks of the city", keywords="park，tree", **item))
    assert sent.status_code == 302
    found = dataset(city.parks)
    assert found.title.en == "Parks of the city"
    assert found.keywords == ("park", "tree")
    assert (found.items[1].title.en, found.items[1].required) == ("Name", True)
    assert found.items[5].mask == "phone", "what was not sent stays"


def test_an_unchanged_form_makes_no_revision(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    before = dataset(city.parks).revision
    visit("owner").post(f"/datasets/{city.parks}/edit/", _form(city))
    assert dataset(city.parks).revision == before


def test_whoever_was_slower_is_told(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    sent = _form(city, title_en="Mine") | {"revision": "1"}
    answer = visit("owner", "en").post(f"/datasets/{city.parks}/edit/", sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "make your change again" in page
    assert 'value="Mine"' in page, "what was typed is not lost"
    assert dataset(city.parks).title.en != "Mine"


def test_all_problems_are_beside_the_form(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    items = {
        "i1-name": "公园名称", "i1-level": "4", "i1-opening": "unconditional",
        "i2-name": "区县", "i2-opening": "forbidden", "i2-opening_reason_zh": "", "i2-opening_reason_en": "",
    }  # fmt: skip
    answer = visit("owner", "en").post(f"/datasets/{city.parks}/edit/", _form(city, **items))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "公园名称" in page[page.index("What keeps it") :]
    assert "区县" in page[page.index("What keeps it") :]


@pytest.mark.parametrize("wrong", [{"i1-element": "no_such"}, {"i1-level": "x"}, {"i1-opening": "<b>"}])
def test_words_nobody_offers_are_refused(visit, city: City, wrong: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    sent = _form(city, **{"i1-name": "公园名称", **wrong})
    assert visit("owner").post(f"/datasets/{city.parks}/edit/", sent).status_code == 422


def test_an_edit_without_its_token_changes_nothing(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client = visit("owner")
    client.handler.enforce_csrf_checks = True
    assert client.post(f"/datasets/{city.parks}/edit/", _form(city, title_en="x")).status_code == 403


def test_the_platforms_own_reasons_speak_the_readers_language(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    address = f"/datasets/{city.parks}/"
    assert "随首个版本一并发布" in visit("anonymous").get(address).content.decode()
    assert "published with its first version" in visit("anonymous", "en").get(address).content.decode()


def test_every_reason_that_collection_gives_has_its_words() -> None:
    given = re.findall(r'why="([^"]+)"', Path(committing.__file__).read_text(encoding="utf-8"))
    assert given
    assert all(known(f"reason.{why.replace(' ', '_')}") for why in given)
