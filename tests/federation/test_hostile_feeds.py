"""Whoever publishes in another catalogue gets neither its secrets nor our leave to reach private addresses."""

from __future__ import annotations

import json
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


@pytest.mark.django_db
def test_a_feed_whose_pages_repeat_without_end_is_given_up(elsewhere: Elsewhere, harvest: Harvester) -> None:
    def page(path: str) -> bytes:
        number = int(path.rpartition("=")[2] or 0) if "=" in path else 0
        return f"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
            @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
            <http://x.example/wells> a dcat:Dataset ; dct:title "Wells"@en .
            <http://x.example/page> hydra:next <{elsewhere.address}/feed.ttl?page={number + 1}> .""".encode()

    elsewhere.trouble = page
    done = harvest("dcat", "/feed.ttl")
    assert (done.stage, done.error and done.error["code"]) == ("failed", "federation.feed_unusable")
    assert (done.counts["created"], len(elsewhere.asked)) == (1, 1 + fetching.REPEATS)


@pytest.mark.django_db
def test_a_ckan_that_gives_its_first_page_again_and_again_is_given_up(
    elsewhere: Elsewhere, harvest: Harvester
) -> None:
    result = {"count": 10**9, "results": [package(1), package(2)]}
    elsewhere.trouble = lambda _: json.dumps({"success": True, "result": result}).encode()
    done = harvest("ckan")
    assert (done.stage, done.error and done.error["code"]) == ("failed", "federation.feed_unusable")
    assert (done.counts["created"], len(elsewhere.asked)) == (2, 1 + fetching.REPEATS)


def test_pages_that_repeat_may_stand_between_those_that_tell_something() -> None:
    run = fetching.Fetching({}, lambda: None)
    for new in ([0] * (fetching.REPEATS - 1) + [1]) * 3:
        run.told(HOME, new)
