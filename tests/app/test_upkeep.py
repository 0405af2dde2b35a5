"""Chores: done when due, left alone when not, each change in the ledger, one failure keeps no other from its work."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from axes.models import AccessAttempt, AccessLog
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from cityhall.app import upkeep
from cityhall.app.errors import NotPrepared
from cityhall.app.models import Turn
from cityhall.app.turns import note, silent, turns
from cityhall.cli.upkeep import upkeep as command
from cityhall.identity.actions import register_person
from cityhall.identity.models import Attempts, Person
from cityhall.identity.queries import SIGN_IN_DAYS, sign_ins_of
from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.kernel.jobs import enqueue
from cityhall.kernel.text import Text
from cityhall.ledger.models import Entry
from cityhall.ledger.queries import waiting
from cityhall.opening.models import Allowance
from cityhall.warehouse.actions import commit_version, compact_waiting
from cityhall.warehouse.queries import crowded, files_of, overdue, version, versions
from cityhall.web.words import known

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42"


def load(folder: Path, count: int, dataset: str = "trees", mode: str = "append") -> None:
    for number in range(count):
        path = folder / f"{dataset}-{number}.parquet"
        pq.write_table(pa.table({"n": [number]}), path)
        with transaction.atomic():
            commit_version(system_actor("tests"), dataset, mode=mode, files=(path,))  # type: ignore[arg-type]


def test_many_small_files_are_joined_by_a_worker(home, monkeypatch):
    load(home, 5)
    load(home, 2, "parks")
    monkeypatch.setattr(upkeep, "SMALL_FILES", 5)
    assert crowded(5) == ("trees",)
    assert upkeep.do("compact") == 1
    assert DBTaskResult.objects.filter(args_kwargs__args__0="warehouse.compact").count() == 1
    compact_waiting("trees")
    assert (version("trees").mode, len(files_of(version("trees")))) == ("compact", 1)
    assert crowded(5) == ()
    assert upkeep.diary()[0].verb == "warehouse.compact"
    entries = len(upkeep.diary())
    compact_waiting("trees")  # nothing to gain leaves no trace
    compact_waiting("nothing-there")
    assert len(upkeep.diary()) == entries


def test_what_is_past_is_forgotten():
    now = clock.now()
    for days, status in ((8, "SUCCESSFUL"), (8, "FAILED"), (6, "SUCCESSFUL")):
        row = enqueue("messaging.deliver")
        DBTaskResult.objects.filter(id=row).update(status=status, finished_at=now - timedelta(days=days))
    for hours in (-1, 1):
        Session.objects.create(
            session_key=f"hours{hours}", session_data="", expire_date=now + timedelta(hours=hours)
        )
    for hours in (-1, 1):
        Attempts.objects.create(cache_key=f"{hours}", value="", expires=now + timedelta(hours=hours))
    for hours in (-2, 1):
        Allowance.objects.create(holder=f"{hours}", kind="call", period=1, ends=now + timedelta(hours=hours))
    assert upkeep.do("past") == 4
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "SUCCESSFUL"]
    assert (Session.objects.get().session_key, Attempts.objects.get().cache_key) == ("hours1", "1")
    assert Allowance.objects.get().holder == "1"


def test_sign_ins_are_on_record_for_so_many_days():
    cache.clear()
    ann = register_person(system_actor("tests"), "ann", PASSWORD)
    for program, password in (("old", PASSWORD), ("new", PASSWORD), ("old", "a guess"), ("new", "a guess")):
        client = Client(headers={"user-agent": program})
        client.post(reverse("account_login"), {"login": "ann", "password": password})
    for table in (AccessLog, AccessAttempt):
        for program, days in (("old", SIGN_IN_DAYS + 1), ("new", SIGN_IN_DAYS - 1)):
            at = clock.now() - timedelta(days=days)
            assert table.objects.filter(user_agent=program).update(attempt_time=at) == 1
    told = Entry.objects.count()
    assert upkeep.do("sign-ins") == 2
    assert [one.program for one in sign_ins_of(ann)] == ["new"]
    assert AccessAttempt.objects.get().user_agent == "new"
    assert upkeep.diary()[0].verb == "identity.forget_sign_ins"
    assert upkeep.do("sign-ins") == 0
    assert Entry.objects.count() == told + 1, (
        "nothing to forget leaves no trace, and the ledger forgets nothing"
    )


def test_versions_expire_when_they_are_both_old_and_many(home, monkeypatch):
    with clock.at(clock.now() - timedelta(days=400)):
        load(home, 3, mode="replace")
    load(home, 2, mode="replace")
    assert upkeep.do("expire") == 0, "everything is kept until somebody says otherwise"
    monkeypatch.setattr(upkeep, "KEPT_VERSIONS", 1)
    assert overdue(1, 365) == ("trees",)
    assert overdue(9, 365) == () == overdue(1, 500)
    assert upkeep.do("expire") == 3
    assert [one.number for one in versions("trees") if one.expired] == [3, 2, 1]
    assert upkeep.do("expire") == 0
    assert len(upkeep.diary()) == 1


def test_the_sweep_comes_once_a_day(home):
    assert upkeep.do("sweep") == 0
    swept = upkeep.diary()
    assert [one.verb for one in swept] == ["cases.sweep_files", "warehouse.sweep"]
    upkeep.do("sweep")
    assert len(upkeep.diary()) == 2
    with clock.at(swept[0].at + timedelta(hours=25)):
        upkeep.do("sweep")
    assert len(upkeep.diary()) == 4


def test_a_chore_that_fails_keeps_no_other_from_its_work(home, monkeypatch, caplog):
    def broken() -> int:
        raise OSError("the disk is on fire")

    done = []
    chores = (
        upkeep.Chore("broken", upkeep.CHORES[0].title, 0, broken),
        upkeep.Chore("often", upkeep.CHORES[0].title, 0, lambda: done.append("often")),
        upkeep.Chore("seldom", upkeep.CHORES[0].title, 3600, lambda: done.append("seldom")),
    )
    monkeypatch.setattr(upkeep, "CHORES", chores)
    monkeypatch.setattr(upkeep, "close_old_connections", lambda: None)
    rounds = upkeep.Rounds()
    with caplog.at_level(logging.ERROR, logger="cityhall.upkeep"):
        rounds.turn()
        rounds.turn()
    assert done == ["often", "seldom", "often"]
    noted = turns()
    assert noted["broken"].problem == Text("OSError: the disk is on fire", "OSError: the disk is on fire")
    assert noted["broken"].done is None
    assert (noted["often"].failing, noted["often"].problem) == (None, None)


def test_since_when_a_chore_fails_and_that_it_no_longer_does():
    began = clock.now()
    with clock.at(began):
        note("mail")
    for minutes in (1, 2):
        with clock.at(began + timedelta(minutes=minutes)):
            note("mail", NotPrepared(home="/srv"))
    turn = turns()["mail"]
    assert (turn.looked, turn.done) == (began + timedelta(minutes=2), began)
    assert turn.failing == began + timedelta(minutes=1)
    assert turn.problem is not None
    assert "cityhall init" in turn.problem.en
    with clock.at(began + timedelta(minutes=3)):
        note("mail")
        assert not silent()
    assert turns()["mail"].failing is None
    with clock.at(began + timedelta(minutes=9)):
        assert silent(), "nothing was looked at for five minutes: no beat is running"


def test_what_often_happens_is_written_down_once_a_minute(monkeypatch):
    written = []
    monkeypatch.setattr(upkeep, "note", lambda name, problem: written.append((name, problem is None)))
    rounds = upkeep.Rounds()
    for problem in (None, None, OSError(), OSError(), None):
        rounds._note("mail", problem)
    assert written == [("mail", True), ("mail", False), ("mail", True)]


def test_a_failing_chore_done_by_hand_is_known_and_the_page_says_what_to_do(monkeypatch):
    def broken() -> int:
        raise OSError("no route to the mail server")

    chore = next(one for one in upkeep.CHORES if one.name == "mail")
    monkeypatch.setattr(upkeep, "CHORES", (replace(chore, work=broken),))
    with pytest.raises(OSError, match="no route"):
        upkeep.do("mail")
    register_person(system_actor("tests"), "ann", PASSWORD, [("operator", "")])
    client = Client(headers={"accept-language": "en"})
    client.force_login(
        Person.objects.get(username="ann"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get("/desk/upkeep/").content.decode()
    assert "no route to the mail server" in page
    assert "Check CITYHALL_EMAIL_HOST" in page
    assert "No beat is running" not in page
    Turn.objects.all().delete()
    page = client.get("/desk/upkeep/").content.decode()
    assert "no route to the mail server" not in page
    assert "No beat is running" in page


@pytest.mark.parametrize("chore", upkeep.CHORES, ids=lambda one: one.name)
def test_every_chore_is_explained_and_has_a_remedy(chore):
    assert known(f"upkeep_does.{chore.name}")
    assert known(f"upkeep_mend.{chore.name}")


def test_the_command_shows_and_does(home):
    load(home, 1)
    assert "sweep" in CliRunner().invoke(command, [], catch_exceptions=False).output
    told = CliRunner().invoke(command, ["--now", "sweep"], catch_exceptions=False)
    assert told.output == "sweep: 0\n"
    assert waiting() >= 1
    CliRunner().invoke(command, ["--now", "ledger"], catch_exceptions=False)
    assert waiting() == 0
