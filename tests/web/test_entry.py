"""The steward's side of a dataset's entry: its points, doubles, withdrawing, editing."""

from __future__ import annotations

import pytest
from tests.web.city import City

from cityhall.catalog.queries import dataset
from cityhall.web.pages.dataset_metadata import served

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
    told = served(dataset(city.parks), 1)
    assert told.access_url_answers
    assert told.download_url_answers
    assert (told.format, told.media_type) == ("CSV", "text/csv")
    assert not served(dataset(city.draft), 1).access_url_answers
    assert not served(dataset(city.parks), None).download_url


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
