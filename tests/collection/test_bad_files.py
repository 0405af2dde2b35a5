"""A bad file: a coded error, its bytes kept, the old version served, nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.collection.conftest import CLEAN

from cityhall.collection.actions import (
    Overrides,
    publish_file,
)
from cityhall.collection.queries import runs
from cityhall.kernel.actor import Actor
from cityhall.warehouse.queries import raw_path, versions

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
