"""Rows that a system pushes: one idempotency key, one version."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cityhall.collection.actions import (
    create_source,
    perform_run,
    push,
)
from cityhall.collection.errors import (
    PushKeyReused,
    PushUnusable,
)
from cityhall.collection.queries import run, runs
from cityhall.identity.errors import RightMissing
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.warehouse.queries import version

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


def _lines(*rows: dict[str, object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_the_same_key_gives_the_same_answer(steward: Actor, home: Path) -> None:
    source_id = create_source(steward, "push", "readings", {}, mode="append")
    body = _lines({"meter": "M1", "value": 3}, {"meter": "M2", "value": 4})
    first = push(steward, source_id, body, "application/x-ndjson", "k1")
    assert push(steward, source_id, body, "application/x-ndjson", "k1").id == first.id
    with pytest.raises(PushKeyReused):
        push(steward, source_id, body + b"{}", "application/x-ndjson", "k1")
    perform_run(first.id)
    told = run(first.id)
    assert told.stage == "done", told.error
    assert push(steward, source_id, body, "application/x-ndjson", "k1").version == 1
    second = push(steward, source_id, b"meter,value\nM3,5\n", "text/csv; charset=utf-8", "k2")
    perform_run(second.id)
    assert version(told.dataset_id).rows == 3


@pytest.mark.parametrize(
    ("body", "kind", "key"),
    [(b"", "text/csv", "k"), (b"a\n1\n", "text/html", "k"), (b"a\n1\n", "text/csv", "")],
)
def test_what_cannot_be_pushed(steward: Actor, home: Path, body: bytes, kind: str, key: str) -> None:
    source_id = create_source(steward, "push", "readings", {}, mode="append")
    with pytest.raises(PushUnusable):
        push(steward, source_id, body, kind, key)
    with pytest.raises(RightMissing):
        push(ANONYMOUS, source_id, b"a\n1\n", "text/csv", "k")
    assert runs() == ()
