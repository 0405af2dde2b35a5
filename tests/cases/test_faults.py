"""What goes wrong around cases: workers that die, clocks that jump, floods, files without end."""

from __future__ import annotations

from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.cases.conftest import CITIZEN, DESK, MONDAY, SYSTEM

from cityhall.cases.actions import Who, act, attach, mind_clocks, open_case, rebuild
from cityhall.cases.errors import OutOfTurn, ReportsTooFast, RoleMissing, StorageFull, TooManyFiles
from cityhall.cases.models import Case, Reporter
from cityhall.cases.queries import case
from cityhall.cases.working import attachments
from cityhall.identity.actions import register_person
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock, jobs
from cityhall.kernel.actor import ANONYMOUS
from cityhall.messaging.queries import notices

pytestmark = pytest.mark.django_db
SPOT = {"what": "dark", "spot": [120.7, 28.0], "place": "330302"}


def _told(number: str) -> list[DBTaskResult]:  # type: ignore[type-arg]
    rows = DBTaskResult.objects.all()
    return [row for row in rows if row.args_kwargs["args"] == ["cases.tell", {"number": number, "seq": 2}]]


@pytest.mark.parametrize("status", ["RUNNING", "FAILED"])
def test_a_worker_that_dies_between_act_and_notice_loses_none(lamp: str, status: str) -> None:
    """The notice is owed in the transaction of the act; the job of a dead worker is done again by another."""
    who = actor_for_person(register_person(SYSTEM, "reporter", "celadon-on-paper-7"))
    number = open_case(who, lamp, SPOT).number
    act(DESK, number, "refuse")
    (owed,) = _told(number)
    long_ago = timezone.now() - jobs.LOST - timedelta(seconds=1)
    DBTaskResult.objects.filter(id=owed.id).update(
        status=status, started_at=long_ago, finished_at=long_ago, worker_ids=["dead"]
    )
    assert not notices(who.id)
    assert jobs.revive(timezone.now() - jobs.LOST) == 1
    (owed,) = _told(number)
    assert owed.status == "READY"
    jobs.registered()["cases.tell"](**owed.args_kwargs["args"][1])
    assert [one.link for one in notices(who.id)] == [f"/track/{number}/"]


def test_a_job_that_is_at_work_is_left_alone_and_one_that_never_ends_well_too(lamp: str) -> None:
    number = open_case(CITIZEN, lamp, SPOT).number
    act(DESK, number, "refuse")
    (owed,) = _told(number)
    DBTaskResult.objects.filter(id=owed.id).update(status="RUNNING", started_at=timezone.now())
    assert jobs.revive(timezone.now() - jobs.LOST) == 0
    tried = ["one"] * jobs.TRIES
    DBTaskResult.objects.filter(id=owed.id).update(started_at=MONDAY, worker_ids=tried)
    assert jobs.revive(timezone.now() - jobs.LOST) == 0


def test_a_flood_from_one_address_leaves_nothing_and_nobody_else_notices(lamp: str, monday: datetime) -> None:
    refused = 0
    for _ in range(330):
        try:
            open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="flood"))
        except ReportsTooFast:
            refused += 1
    assert (refused, Case.objects.count(), Reporter.objects.count()) == (300, 30, 30)
    open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="neighbour"))
    with clock.at(MONDAY + timedelta(minutes=11)):
        open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="flood"))


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_set_back_or_forward_breaks_no_order(lamp: str, agency: str, jump: timedelta) -> None:
    """An act is never dated before the one before it; once the clock is right again, the case goes on from there."""
    with clock.at(MONDAY):
        number = open_case(CITIZEN, lamp, SPOT).number
    with clock.at(MONDAY + jump):
        act(DESK, number, "send", {"agency": agency})
        mind_clocks()
    with clock.at(MONDAY + timedelta(hours=1)):
        act(SYSTEM, number, "repair")
        act(DESK, number, "settle")
        found = case(DESK, number)
    moments = [one.at for one in found.timeline]
    assert moments == sorted(moments)
    assert found.outcome == "settled"
    assert rebuild(SYSTEM) == ()


def test_moments_are_the_same_in_every_zone(lamp: str, agency: str) -> None:
    """The end of daylight saving elsewhere, and the city's midnight: what counts is the moment."""
    for moment in (datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 8, 16, 0, tzinfo=UTC)):
        with clock.at(moment):
            number = open_case(CITIZEN, lamp, SPOT).number
            act(DESK, number, "send", {"agency": agency})
            found = case(DESK, number)
        assert found.opened == moment
        assert found.due == moment + timedelta(hours=24)
    assert rebuild(SYSTEM) == ()


def test_after_the_end_nothing_is_done(lamp: str, monday: datetime) -> None:
    number = open_case(CITIZEN, lamp, SPOT).number
    act(DESK, number, "refuse")
    for name in ("refuse", "send", "claim", "urge"):
        with pytest.raises((OutOfTurn, RoleMissing)):
            act(
                DESK if name != "urge" else CITIZEN, number, name, {"agency": "a"} if name == "send" else None
            )


def test_files_of_a_case_of_an_address_and_of_the_disk_have_an_end(
    lamp: str, home: Path, monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "PER_CASE", 2)
    monkeypatch.setattr(attachments, "PER_ADDRESS", 3)
    made = [open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="a")) for _ in range(3)]
    other = open_case(ANONYMOUS, lamp, SPOT, who=Who(origin="b"))
    for number in range(2):
        attach(ANONYMOUS, made[0].number, "a.txt", f"{number}".encode(), code=made[0].code)
    with pytest.raises(TooManyFiles):
        attach(ANONYMOUS, made[0].number, "a.txt", b"one more", code=made[0].code)
    attach(ANONYMOUS, made[1].number, "a.txt", b"third", code=made[1].code)
    with pytest.raises(TooManyFiles):
        attach(ANONYMOUS, made[2].number, "a.txt", b"fourth", code=made[2].code)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(attachments.shutil, "disk_usage", lambda _: usage(1 << 40, 1 << 40, 1000))
    with pytest.raises(StorageFull):
        attach(ANONYMOUS, other.number, "a.txt", b"first", code=other.code)
    act(DESK, other.number, "refuse")  # everything else goes on
