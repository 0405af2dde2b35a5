"""A bad file: a coded error, its bytes kept, the old version served, nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.collection.conftest import CLEAN

from cityhall.cleaning.queries import latest_report
from cityhall.collection.actions import (
    Overrides,
    publish_file,
)
from cityhall.collection.queries import runs
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import sequence
from cityhall.ledger.queries import verify
from cityhall.warehouse.queries import fsck, raw_path, version, versions

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


WIDE = ",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n"
BAD: dict[str, tuple[bytes, str | None]] = {
    "empty": (b"", "collection.empty_file"),
    "html": (
        b"<!doctype html><html><title>x</title><body>no</body></html>",
        "collection.html_instead_of_data",
    ),
    "broken": (b"PK\x03\x04" + b"\x00" * 300, None),
    "columns": (WIDE.encode(), "collection.too_many_columns"),
    "twins": (b"a,a,b\n1,2,3\n4,5,6\n", "collection.duplicate_headers"),
    "prose": ("关于召开会议的通知\n\n各部门：\n请准时参加。\n".encode(), None),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_keeps_its_bytes_and_the_old_version(
    steward: Actor, home: Path, write: Write, name: str
) -> None:
    first = publish_file(steward, write(CLEAN)).tables[0]
    body, code = BAD[name]
    with pytest.raises(Exception) as caught:
        publish_file(steward, write(body))
    told = runs(stage="failed")[0]
    assert told.error is not None
    assert told.error["code"] == getattr(caught.value, "code", "")
    assert code in (None, told.error["code"])
    assert told.error["code"] != "collection.run_broke"
    assert raw_path(told.landed_sha256).read_bytes() == body
    assert [one.number for one in versions(first.dataset_id)] == [1]
    assert not any((home / "work").iterdir())


def test_a_wrong_declared_encoding_is_refused(steward: Actor, home: Path, write: Write) -> None:
    with pytest.raises(Exception) as caught:
        publish_file(steward, write(CLEAN.encode("gb18030")), Overrides(encoding="utf-8"))
    assert getattr(caught.value, "code", "") == "collection.wrong_encoding"


def test_an_unforeseen_failure_is_coded_and_logged(
    steward: Actor, home: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cityhall.collection.reading.check", broken)
    with pytest.raises(Exception, match="unexpectedly in stage checking"):
        publish_file(steward, write(CLEAN))
    assert not any((home / "work").iterdir())


def test_a_clock_set_back_between_two_deliveries_changes_no_order(
    steward: Actor, home: Path, write: Write
) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with clock.at(noon):
        first = publish_file(steward, write(CLEAN)).tables[0]
    with clock.at(noon - timedelta(days=40)):
        publish_file(steward, write(CLEAN + "A999,名称,9,2024-01-01\n"))
    stored = versions(first.dataset_id)
    assert [one.number for one in stored] == [2, 1]
    assert stored[0].rows == stored[1].rows + 1 == version(first.dataset_id).rows
    assert [one.version for one in runs(dataset_id=first.dataset_id)] == [2, 1]
    report = latest_report(first.dataset_id)
    assert report is not None
    assert report.clean == 201
    assert not fsck()
    sequence()
    assert verify().ok
