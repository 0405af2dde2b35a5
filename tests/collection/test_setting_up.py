"""Setting up sources, and who may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cityhall.collection.actions import (
    create_source,
    start_run,
    update_source,
)
from cityhall.collection.errors import (
    BadSchedule,
    KeyMissing,
    SettingWrong,
    SourceUnknown,
)
from cityhall.collection.queries import source, sources
from cityhall.identity.errors import RightMissing
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.text import Text

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "settings", "more", "error"),
    [
        ("http", {"url": "https://u:p@example.org/x"}, {}, SettingWrong),
        ("database", {"engine": "postgresql", "password": "clear"}, {}, SettingWrong),
        ("http", {"url": "https://example.org/"}, {"schedule": "now and then"}, BadSchedule),
        ("http", {"url": "https://example.org/"}, {"mode": "upsert"}, KeyMissing),
        ("http", {"url": "https://example.org/"}, {"mode": "merge"}, SettingWrong),
        ("http", {"url": "https://example.org/"}, {"cycle": "often"}, SettingWrong),
        ("file", {}, {}, SettingWrong),
        ("carrier-pigeon", {}, {}, SettingWrong),
        ("folder", {"path": "/tmp"}, {}, RightMissing),
        ("http", {"url": "http://10.0.0.1/", "allow_private": True}, {}, RightMissing),
        ("database", {"engine": "sqlite", "database": "/tmp/x"}, {}, RightMissing),
        ("remote", {"url": "file:///tmp/x"}, {}, RightMissing),
        # A secret of this machine goes where the source says: naming one takes an operator.
        ("http", {"url": "https://a.example/", "headers": {"X": {"env": "FEED"}}}, {}, RightMissing),
        ("http", {"url": "https://a.example/", "headers": {"X": {"file": "f", "y": 1}}}, {}, RightMissing),
        ("database", {"engine": "postgresql", "password": {"env": "FEED"}}, {}, RightMissing),
        (
            "remote",
            {"url": "s3://b/x", "options": {"client_kwargs": {"endpoint_url": "http://10.1.1.1"}}},
            {},
            RightMissing,
        ),
    ],
)
def test_what_a_steward_may_not_set_up(
    steward: Actor,
    home: Path,
    kind: str,
    settings: dict[str, object],
    more: dict[str, str],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        create_source(steward, kind, "x", settings, **more)  # type: ignore[arg-type]
    assert sources() == ()


def test_a_source_is_changed_and_rights_are_asked(steward: Actor, home: Path) -> None:
    source_id = create_source(steward, "http", "feed", {"url": "https://example.org/x.csv"})
    update_source(steward, source_id, {"schedule": "daily at 03:00", "name": "wells"})
    assert source(source_id).name == "wells"
    assert source(source_id).next_due is not None
    with pytest.raises(SettingWrong):
        update_source(steward, source_id, {"agency_id": "other"})
    with pytest.raises(SettingWrong):
        update_source(steward, source_id, {"settings": {"headers": {"Authorization": "Bearer x"}}})
    for act in (
        lambda: start_run(ANONYMOUS, source_id),
        lambda: update_source(ANONYMOUS, source_id, {"name": "y"}),
    ):
        with pytest.raises(RightMissing):
            act()
    with pytest.raises(SourceUnknown):
        start_run(steward, "src_nothing")


def test_a_name_may_be_given_in_both_languages(steward: Actor, home: Path) -> None:
    settings = {"url": "https://example.org/x.csv"}
    named = source(create_source(steward, "http", Text(en="Wells", zh="水井"), settings))
    assert (named.name, named.title) == ("水井", Text(en="Wells", zh="水井"))
    plain = source(create_source(steward, "http", "feed", settings))
    assert (plain.name, plain.title) == ("feed", Text(en="feed", zh="feed"))
    with pytest.raises(SettingWrong):
        update_source(steward, named.id, {"name": Text(en="", zh=" ")})
