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
