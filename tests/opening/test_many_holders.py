"""Many holders ask one process: it keeps few leases, and who asks rarely among them loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from cityhall.kernel import clock
from cityhall.opening.metering import leasing
from cityhall.opening.metering.leasing import admit, charge, forget_leases
from cityhall.opening.metering.limits import DAY, Limit
from cityhall.opening.models import Allowance

NOON = datetime(2026, 3, 5, 4, 0, 30, tzinfo=UTC)
DAILY = (Limit("call day", 100, DAY),)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(leasing, "MOST_HOLDERS", 10)
    monkeypatch.setattr(leasing, "AT_ONCE", 4)
    forget_leases()
    with clock.at(NOON):
        yield
    forget_leases()


def _crowd() -> None:
    """So many others that whoever asked before is forgotten."""
    for number in range(20):
        admit(f"from:{number}", DAILY)
        assert len(leasing._leases) <= 10


def _taken() -> int:
    return Allowance.objects.get(holder="key:1").taken


def test_who_asks_rarely_among_many_has_the_whole_limit() -> None:
    for _ in range(100):
        told = admit("key:1", DAILY)
        assert told
        assert told.admitted
        _crowd()
    assert _taken() == 100
    refused = admit("key:1", DAILY)
    assert refused
    assert not refused.admitted


def test_what_is_owed_is_not_forgotten() -> None:
    admit("key:1", DAILY)
    charge("key:1", DAILY, 50)
    _crowd()
    assert _taken() == 51


def test_what_was_never_counted_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    admit("key:1", DAILY)
    for _ in range(4):
        admit("key:1", DAILY)
    with monkeypatch.context() as patch:

        def broken(*_: object) -> bool:
            raise DatabaseError("locked")

        patch.setattr(leasing, "_took", broken)
        admit("key:1", DAILY)
    _crowd()
    assert _taken() == 5


def test_a_period_that_is_over_is_left_alone() -> None:
    admit("key:1", DAILY)
    with clock.at(NOON.replace(day=7)):
        _crowd()
    assert _taken() == 5


def test_what_cannot_be_given_back_refuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    admit("key:1", DAILY)
    original = leasing.brief_transaction

    def broken() -> object:
        raise DatabaseError("locked")

    for number in range(9):
        admit(f"from:{number}", DAILY)
    monkeypatch.setattr(leasing, "brief_transaction", broken)
    told = admit("from:last", DAILY)
    monkeypatch.setattr(leasing, "brief_transaction", original)
    assert told
    assert told.admitted
    assert len(leasing._leases) <= 10


def test_past_periods_go_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leasing, "PORTION", 3)
    for number in range(8):
        admit(f"from:{number}", DAILY)
    with clock.at(NOON.replace(day=7)):
        admit("key:1", DAILY)
        assert leasing.sweep() == 8
        assert leasing.sweep() == 0
    assert _taken() == 5
