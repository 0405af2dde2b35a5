"""Limits are never exceeded, whoever spends them; use is counted once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from django.db import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cityhall.identity.events import PersonLeft
from cityhall.kernel import clock
from cityhall.opening import models
from cityhall.opening.metering import counting, leasing
from cityhall.opening.metering.leasing import admit, forget_leases, sweep
from cityhall.opening.metering.limits import DAY, MINUTE, Limit, limits_of
from cityhall.opening.queries import key_usage, usage, usage_by_dataset

NOON = datetime(2026, 3, 5, 4, 0, 30, tzinfo=UTC)
A_MINUTE = (Limit("call minute", 100, MINUTE),)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget_leases()
    counting._waiting.clear()
    yield
    forget_leases()
    counting._waiting.clear()


def _spend(times: int, limits: tuple[Limit, ...] = A_MINUTE, holder: str = "key:1") -> list[bool]:
    return [bool(admit(holder, limits).admitted) for _ in range(times)]  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_limit_admits_exactly_its_number() -> None:
    with clock.at(NOON):
        assert _spend(130) == [True] * 100 + [False] * 30
        assert _spend(1, holder="key:2") == [True]
    with clock.at(NOON + timedelta(minutes=1)):
        assert _spend(1) == [True]


@pytest.mark.django_db
def test_what_is_told_is_what_is_left() -> None:
    with clock.at(NOON):
        told = [admit("key:1", A_MINUTE) for _ in range(101)]
    assert [one.remaining for one in told if one] == [*range(99, -1, -1), 0]
    assert {one.resets for one in told if one} == {datetime(2026, 3, 5, 4, 1, tzinfo=UTC)}
    assert {one.limit for one in told if one} == {100}


@pytest.mark.django_db
def test_the_tighter_limit_is_told_and_nothing_is_spent_when_one_refuses() -> None:
    limits = (Limit("call minute", 3, MINUTE), Limit("call day", 1000, DAY))
    with clock.at(NOON):
        assert _spend(5, limits) == [True] * 3 + [False] * 2
        assert leasing._leases["key:1", "call day"].left == 47
        refused = admit("key:1", limits)
    assert refused
    assert (refused.limit, refused.remaining) == (3, 0)


@pytest.mark.django_db
def test_a_day_ends_at_midnight_in_the_city() -> None:
    limit = (Limit("call day", 1, DAY),)
    with clock.at(datetime(2026, 3, 5, 15, 59, tzinfo=UTC)):
        told = admit("key:1", limit)
        assert _spend(1, limit) == [False]
    assert told
    assert told.resets == datetime(2026, 3, 5, 16, 0, tzinfo=UTC)
    with clock.at(datetime(2026, 3, 5, 16, 0, tzinfo=UTC)):
        assert _spend(1, limit) == [True]


@pytest.mark.django_db
def test_one_write_serves_a_twentieth_of_the_limit(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with clock.at(NOON):
        _spend(1)
        with django_assert_num_queries(0):
            assert _spend(4) == [True] * 4


@pytest.mark.django_db
def test_a_reached_limit_asks_the_database_no_more(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with clock.at(NOON):
        _spend(102)
        with django_assert_num_queries(0):
            assert _spend(50) == [False] * 50


class Processes(TestCase):
    """Several processes, each with leases of its own, in any order of calls."""

    @given(st.lists(st.integers(0, 3), max_size=160), st.integers(1, 90))
    @settings(max_examples=25)
    def test_together_they_never_exceed_the_limit_and_waste_little(self, calls: list[int], most: int) -> None:
        models.Allowance.objects.all().delete()
        limit, admitted = (Limit("call minute", most, MINUTE),), 0
        own: list[dict] = [{}, {}, {}, {}]  # type: ignore[type-arg]
        with clock.at(NOON):
            for process in calls:
                leasing._leases.clear()
                leasing._leases.update(own[process])
                told = admit("key:1", limit)
                own[process] = dict(leasing._leases)
                admitted += bool(told and told.admitted)
        assert admitted <= most
        assert admitted >= min(len(calls), most - 3 * (limit[0].share - 1) - (limit[0].share - 1))


@pytest.mark.django_db
def test_a_counter_that_cannot_be_reached_refuses_nobody(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def broken(*_: object) -> bool:
        raise DatabaseError("locked")

    monkeypatch.setattr(leasing, "_took", broken)
    with clock.at(NOON):
        assert _spend(300) == [True] * 300


@pytest.mark.django_db
def test_past_periods_are_removed() -> None:
    with clock.at(NOON):
        _spend(1)
    with clock.at(NOON + timedelta(minutes=50)):
        assert sweep() == 0
    with clock.at(NOON + timedelta(hours=2)):
        assert sweep() == 1


def test_limits_are_read_from_the_settings() -> None:
    texts = {"anonymous": "60,1000", "keyed": "", "keyed_heavy": "0,7"}
    assert limits_of(texts, False, "call") == (Limit("call minute", 60, MINUTE), Limit("call day", 1000, DAY))
    assert limits_of(texts, True, "call") == ()
    assert limits_of(texts, True, "heavy") == (Limit("heavy day", 7, DAY),)
    assert limits_of(texts, False, "page") == ()
    assert admit("key:1", ()) is None


@pytest.mark.django_db
def test_use_is_told_per_day_kind_and_dataset() -> None:
    with clock.at(NOON):
        for kind in ("visit", "call", "call", "download"):
            counting.count_use("dst_a", kind)  # type: ignore[arg-type]
        counting.count_use("dst_b", "visit")
        counting.write_counts()
        counting.count_use("dst_a", "visit")
        counting.write_counts()
        today = clock.today()
    assert [(one.visits, one.calls, one.downloads) for one in usage(today, today)] == [(3, 2, 1)]
    assert [(one.visits, one.calls, one.downloads) for one in usage(today, today, ["dst_b"])] == [(1, 0, 0)]
    assert usage(today + timedelta(days=1), today + timedelta(days=9)) == ()
    assert usage_by_dataset(today, today)["dst_a"].visits == 2


@pytest.mark.django_db
def test_the_next_count_after_some_seconds_writes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(NOON):
        counting.count_use("dst_a", "visit")
        assert usage(NOON.date(), NOON.date()) == ()
        monkeypatch.setattr(counting, "EVERY_SECONDS", -1.0)
        counting.count_use("dst_b", "visit")
        assert [one.visits for one in usage(NOON.date(), NOON.date())] == [2]
        assert counting.write_counts() == 0


@pytest.mark.django_db
def test_what_cannot_be_written_waits(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def broken(*_: object) -> None:
        raise DatabaseError("locked")

    with clock.at(NOON):
        counting.count_key("key_1", "call")
        with monkeypatch.context() as patch:
            patch.setattr(counting, "_add", broken)
            counting.write_counts()
        assert key_usage(["key_1"], clock.today()) == {}
        counting.count_key("key_1", "error")
        counting.write_counts()
        (day,) = key_usage(["key_1"], clock.today())["key_1"]
    assert (day.calls, day.errors, day.refused) == (1, 1, 0)


@pytest.mark.django_db
def test_what_was_counted_for_the_keys_of_somebody_who_left_is_gone() -> None:
    with clock.at(NOON):
        counting.count_key("key:gone", "call")
        counting.count_key("key:stays", "call")
        counting.write_counts()
        counting.forget_keys(PersonLeft("per_1", ("key:gone",)))
        assert set(key_usage(("key:gone", "key:stays"), NOON.date())) == {"key:stays"}


def test_a_process_that_was_forked_writes_what_waits_when_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not what its parent had counted."""
    told = tmp_path / "told"
    monkeypatch.setattr(
        counting, "write_counts", lambda: told.write_text(repr(sorted(counting._waiting.items())))
    )
    with clock.at(NOON):
        counting.count_use("parent", "visit")
        child = get_context("fork").Process(target=counting.count_use, args=("trees", "visit"))
        child.start()
        child.join()
        assert told.read_text() == repr([(("dataset", "trees", clock.today(), "visit"), 1)])
