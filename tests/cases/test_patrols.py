"""Check-ins of inspectors: kept once, seen by few, forgotten in time; which cells were visited; what is sent once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.cases.conftest import HERE, SYSTEM, draw

from cityhall.cases.actions import (
    Mark,
    check_in,
    forget_check_ins,
    forget_inspector,
    install_type,
    once,
    open_case,
)
from cityhall.cases.errors import CaseUnknown, TooManyCheckIns
from cityhall.cases.models import CheckIn, PatrolMonth, Reporter
from cityhall.cases.patrolling.checking_in import KEPT_DAYS
from cityhall.cases.queries import check_ins_to_forget, check_type, coverage, evaluate, rounds, trail
from cityhall.identity.actions import register_person
from cityhall.identity.errors import RightMissing
from cityhall.identity.events import PersonLeft
from cityhall.identity.queries import actor_for_person
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
    phone = Actor("key_1", "phone", "key", INSPECTOR.roles, frozenset({"cases.inspect"}), INSPECTOR.id)
    assert len(trail(phone, DAY)) == 2
    elsewhere = replace(phone, rights=frozenset({"opening.use_api"}))
    for whose in ("", INSPECTOR.id):
        with pytest.raises(RightMissing):
            trail(elsewhere, DAY, whose)
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


PATROLS = """
patrols:
  coverage: {zh: 巡查覆盖率, en: Patrol coverage, is: cells / assigned}
  check_ins: {zh: 每班签到次数, en: Check-ins a shift, is: check_ins / shifts, as: number}
  days_out: {zh: 出勤天数, en: Days out, is: shifts, as: count}
evaluation:
  inspectors: {zh: 采集员评价, en: Inspectors, of: opener, open: false, least: 1,
    score: {settlement: {weight: 40, worst: 0, best: 1}, coverage: {weight: 30, worst: 0, best: 1},
      check_ins: {weight: 30, worst: 0, best: 4}}}
"""
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def patrolled(grid: None, tmp_path: Path) -> str:
    """An inspector of the city who reported once and went round on two days, in one of two cells; answers who."""
    path = tmp_path / "placed.yaml"
    declared = (
        (HERE / "placed.yaml")
        .read_text("utf-8")
        .replace("crew: {zh: 维修队, en: Crew, right: cases.work}", ROLES)
    )
    path.write_text(declared.replace("by: anybody", "by: [anybody, inspector]") + PATROLS, "utf-8")
    install_type(SYSTEM, path)
    who = register_person(SYSTEM, "walker", "celadon-on-paper-7", [("inspector", "")])
    inspector = actor_for_person(who)
    with clock.at(NOW - timedelta(days=1)):
        check_in(inspector, [mark(24 * 60 + 3), mark(24 * 60 + 2)])
        open_case(inspector, "placed", {"spot": [120.0005, 28.0005]})
    with clock.at(NOW):
        check_in(inspector, [mark(1, 120.0006)])
    return who


ROLES = """crew: {zh: 维修队, en: Crew, right: cases.work}
  inspector: {zh: 采集员, en: Inspector, right: cases.inspect}"""


def _parts(now: datetime) -> dict[str, float | None]:
    with clock.at(now):
        (score,) = evaluate(SYSTEM, "placed", "opener", *MARCH).scores
    return {one.measure: one.value for one in score.parts}


def test_rounds_are_part_of_a_score(patrolled: str) -> None:
    found = _parts(datetime(2026, 4, 2, tzinfo=UTC))
    assert found == {"settlement": 0.0, "coverage": 0.5, "check_ins": 1.5}


def test_a_month_of_rounds_outlives_its_check_ins(patrolled: str) -> None:
    late = NOW + timedelta(days=KEPT_DAYS - 1, hours=12)
    with clock.at(late):
        assert forget_check_ins(SYSTEM) == 2
        assert forget_check_ins(SYSTEM) == 0
    assert _parts(late) == {"settlement": 0.0, "coverage": 0.5, "check_ins": 1.5}
    with clock.at(late):
        (week,) = evaluate(SYSTEM, "placed", "opener", date(2026, 3, 2), date(2026, 3, 10)).scores
    assert [one.value for one in week.parts][1:] == [None, None], "of a week nothing is kept"
    forget_inspector(PersonLeft(patrolled, ()))
    assert not PatrolMonth.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("is: cells / assigned", "is: cells / people", "file.shape"),
        ("of: opener", "of: agency", "name.unknown"),
        ("  coverage: {zh", "  settlement: {zh", "name.twice"),
    ],
)
def test_rounds_are_declared_strictly(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = tmp_path / "placed.yaml"
    path.write_text((HERE / "placed.yaml").read_text("utf-8") + PATROLS.replace(old, new), "utf-8")
    assert code in {problem.code for problem in check_type(path)}
