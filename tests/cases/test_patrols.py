"""Check-ins of inspectors: kept once, seen by few, forgotten in time; which cells were visited; what is sent once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.cases.conftest import SYSTEM, draw

from cityhall.cases.actions import Mark, check_in, forget_check_ins, forget_inspector, once, open_case
from cityhall.cases.errors import CaseUnknown, TooManyCheckIns
from cityhall.cases.models import CheckIn, Reporter
from cityhall.cases.queries import check_ins_to_forget, coverage, rounds, trail
from cityhall.identity.errors import RightMissing
from cityhall.identity.events import PersonLeft
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.ledger.models import Entry
from cityhall.places.actions import import_grid

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 10)
WEST, EAST = "33030200100101", "33030200100102"
INSPECTOR = Actor("per_1", "inspector", "person", frozenset({("inspector", "")}))
OTHER = Actor("per_2", "other", "person", frozenset({("inspector", "agy_1")}))
CENTRE = Actor("per_3", "centre", "person", frozenset({("dispatcher", "")}))
CITIZEN = Actor("per_4", "citizen", "person", frozenset({("citizen", "")}))


@pytest.fixture
def grid(home: Path, tmp_path: Path) -> None:
    areas = {f"c{WEST}": (120.0, 28.0, 120.001, 28.001), f"c{EAST}": (120.001, 28.0, 120.002, 28.001)}
    import_grid(SYSTEM, draw(tmp_path / "cells.geojson", **areas))


def mark(minutes: int, lon: float = 120.0005) -> Mark:
    return Mark(NOW - timedelta(minutes=minutes), lon, 28.0005)


def test_a_batch_is_one_entry_without_places(grid: None) -> None:
    with clock.at(NOW):
        done = check_in(INSPECTOR, [mark(10), mark(5), mark(1, 120.0015)])
        again = check_in(INSPECTOR, [mark(5), mark(5), mark(1, 120.0015), mark(0, 120.0015)])
    assert (done.taken, done.known) == (3, 0)
    assert (again.taken, again.known, again.untimely) == (1, 3, 0), "what is sent again counts once"
    entries = list(Entry.objects.filter(verb="cases.check_in"))
    assert len(entries) == 2
    assert all("120.0" not in one.body and '"taken":' in one.body for one in entries)


def test_what_cannot_be_kept_is_counted(grid: None) -> None:
    marks = [mark(1, 119.0), mark(-60), mark(60 * 24 * 8), mark(2)]
    with clock.at(NOW):
        done = check_in(INSPECTOR, marks)
    assert (done.taken, done.outside, done.untimely) == (1, 1, 2)
    assert CheckIn.objects.get().cell == WEST


def test_coverage_tells_visits_and_gaps(grid: None) -> None:
    with clock.at(NOW - timedelta(days=1)):
        check_in(INSPECTOR, [Mark(clock.now(), 120.0005, 28.0005)])
    with clock.at(NOW):
        check_in(INSPECTOR, [mark(9), mark(3)])
        check_in(OTHER, [mark(9)])
    found = coverage(CENTRE, DAY - timedelta(days=6), DAY)
    assert [(one.cell, one.visits, one.last) for one in found.cells] == [(EAST, 0, None), (WEST, 4, DAY)]
    assert found.visited == 1
    assert {day: many for day, many in found.daily.items() if many} == {DAY - timedelta(days=1): 1, DAY: 1}
    assert found.cells[1].days[DAY] == 3
    assert coverage(CENTRE, DAY, DAY, prefix="440300").cells == ()


def test_movements_are_for_the_centre_and_oneself(grid: None) -> None:
    with clock.at(NOW):
        check_in(INSPECTOR, [mark(9), mark(3, 120.0015)])
    assert [one.cell for one in trail(INSPECTOR, DAY)] == [WEST, EAST]
    assert trail(OTHER, DAY) == ()
    assert len(trail(CENTRE, DAY, INSPECTOR.id)) == 2
    (one,) = rounds(CENTRE, DAY)
    assert (one.person, one.marks, one.cells, one.last - one.first) == (
        INSPECTOR.id,
        2,
        2,
        timedelta(minutes=6),
    )
    for nosy in (OTHER, CITIZEN, ANONYMOUS):
        with pytest.raises(RightMissing):
            trail(nosy, DAY, INSPECTOR.id)
        with pytest.raises(RightMissing):
            rounds(nosy, DAY)
        with pytest.raises(RightMissing):
            coverage(nosy, DAY, DAY)
    with pytest.raises(RightMissing):
        check_in(CITIZEN, [mark(0)])


def test_check_ins_are_forgotten_and_their_counts_stay(grid: None) -> None:
    with clock.at(NOW):
        check_in(INSPECTOR, [mark(9)])
        assert check_ins_to_forget() == 0
    with clock.at(NOW + timedelta(days=91)):
        assert check_ins_to_forget() == 1
        assert forget_check_ins(SYSTEM) == 1
    assert trail(INSPECTOR, DAY) == ()
    assert coverage(CENTRE, DAY, DAY).visited == 1


def test_who_leaves_takes_their_check_ins_along(grid: None) -> None:
    with clock.at(NOW):
        check_in(INSPECTOR, [mark(9)])
        check_in(OTHER, [mark(9)])
    forget_inspector(PersonLeft(INSPECTOR.id, ()))
    assert list(CheckIn.objects.values_list("person", flat=True)) == [OTHER.id]


def test_a_phone_sends_only_so_much_at_once(grid: None) -> None:
    with pytest.raises(TooManyCheckIns):
        check_in(INSPECTOR, [mark(0)] * 501)


# ---- once ----


def test_what_is_sent_twice_is_done_once(placed: None) -> None:
    def work() -> dict[str, str]:
        return {"number": open_case(INSPECTOR, "placed", {"note_text": "lamp"}).number}

    first = once(INSPECTOR, "k1", work)
    assert once(INSPECTOR, "k1", work) == first
    assert once(INSPECTOR, "k2", work) != first
    assert once(OTHER, "k1", work) != first, "keys are each sender's own"
    assert Reporter.objects.count() == 3


def test_what_fails_is_undone_and_may_be_tried_again(placed: None) -> None:
    def fails() -> dict[str, str]:
        open_case(INSPECTOR, "placed", {"note_text": "lamp"})
        raise CaseUnknown(case="x")

    with pytest.raises(CaseUnknown):
        once(INSPECTOR, "k1", fails)
    assert not Reporter.objects.exists()
    assert once(INSPECTOR, "k1", lambda: {"number": "1"}) == {"number": "1"}
