"""Whoever publishes in another catalogue gets neither its secrets nor our leave to reach private addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.federation.conftest import Elsewhere, Harvester, package

from cityhall.collection.queries import Document
from cityhall.collection.queries import source as source_info
from cityhall.federation.feeds import fetching
from cityhall.federation.models import Origin

HOME = "https://catalogue.example/api"


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        (HOME, True),
        ("https://CATALOGUE.example:8443/next", True),
        ("https://catalogue.example.thief.example/next", False),
        ("http://169.254.169.254/latest", False),
        ("https://catalogue.example@thief.example/", False),
    ],
)
def test_only_the_catalogues_own_host_is_sent_its_secrets(
    monkeypatch: pytest.MonkeyPatch, url: str, trusted: bool
) -> None:
    asked: list[Mapping[str, Any]] = []

    def read(address: str, settings: Mapping[str, Any], *_: object, **__: object) -> Document:
        asked.append(settings)
        return Document(url=address, body=b"", media_type="", following="")

    monkeypatch.setattr(fetching, "read_document", read)
    settings = {"headers": {"X-Token": {"env": "FEED"}}, "allow_private": True, "attempts": 1}
    run = fetching.Fetching(settings, lambda: None, fetching.host_of(HOME))
    run.document(url)
    assert asked[0]["attempts"] == 1
    assert ("headers" in asked[0], "allow_private" in asked[0]) == (trusted, trusted)


@pytest.mark.django_db
def test_a_file_elsewhere_is_not_looked_for_among_private_addresses(
    elsewhere: Elsewhere, harvest: Harvester
) -> None:
    for number, host in ((1, elsewhere.address), (2, "http://10.0.0.5")):
        address = f"{host}/wells-{number}.csv"
        elsewhere.packages.append(package(number, resources=[{"url": address, "format": "CSV"}]))
    harvest(formats=["CSV"])
    settings = [source_info(one.source_id).settings for one in Origin.objects.order_by("remote_id")]
    assert [one.get("allow_private", False) for one in settings] == [True, False]
