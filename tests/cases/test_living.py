"""Cases over time: random acts, new versions, new calendars, parts of a case, ratings, files, look-alikes."""

from __future__ import annotations

import io
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from PIL import Image
from tests.cases.conftest import BOSS, CITIZEN, DESK, HERE, MONDAY, SYSTEM, person

from cityhall.cases.actions import (
    Who,
    act,
    attach,
    install_type,
    load_calendar,
    mind_clocks,
    move_to_version,
    open_case,
    rebuild,
    tell,
)
from cityhall.cases.errors import (
    ActRefused,
    CaseUnknown,
    FileRefused,
    FileTooBig,
    ForcedFirst,
    NoWayToMove,
    RoleMissing,
    StaleCase,
    VersionExists,
)
from cityhall.cases.queries import attachment, case, case_type, follow_pass, near, track
from cityhall.cases.working.installing import CALENDARS
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.messaging.actions import deliver_due
from cityhall.messaging.models import Notice

pytestmark = pytest.mark.django_db
UNIT = person("unit", ("caseworker", ""))
CHECK = person("check", ("inspector", ""))


@pytest.fixture
def rich(db: None, home: Path) -> str:
    install_type(SYSTEM, HERE / "rich.yaml")
    return "rich"


@pytest.mark.parametrize("seed", range(3))
def test_any_acts_keep_rows_and_events_one(rich: str, seed: int) -> None:
    """Whatever people try, in any order and role: what is refused changes nothing, time only goes forward, and the row is
    what the events say."""
    chance = random.Random(seed)
    people = [CITIZEN, DESK, UNIT, CHECK, BOSS, SYSTEM]
    acts = [one.id for one in case_type(rich).acts if one.id not in ("moved", "attach")]
    moment, numbers = MONDAY, []
    for _ in range(60):
        moment += timedelta(minutes=chance.randint(0, 600))
        with clock.at(moment):
            if not numbers or chance.random() < 0.1:
                kind = chance.choice(["0102", "0201"])
                numbers.append(open_case(CITIZEN, rich, {"kind": kind, "size": chance.randint(0, 5)}).number)
                continue
            number = chance.choice(numbers)
            before = case(BOSS, number)
            name = chance.choice([*acts, *(one.id for one in before.acts)])
            data = {
                "agency": "u1",
                "why": "w",
                "holder": "h",
                "rating": chance.randint(1, 5),
                "clock": "handle",
                "into": number,
            }
            offered = {key: data[key] for key in chance.sample(sorted(data), chance.randint(0, 2))}
            try:
                act(chance.choice(people), number, name, offered, seen=before.seen - (chance.random() < 0.05))
            except (ActRefused, RoleMissing, StaleCase):
                assert case(BOSS, number) == before
            else:
                after = case(BOSS, number)
                assert after.seen > before.seen
                assert after.changed >= before.changed
            if chance.random() < 0.2:
                mind_clocks()
    assert rebuild(SYSTEM) == ()


def test_a_running_case_keeps_its_version_until_it_is_moved(
    lamp: str, agency: str, tmp_path: Path, monday: datetime
) -> None:
    old = open_case(CITIZEN, lamp, {"what": "dark"})
    act(DESK, old.number, "send", {"agency": agency})
    text = (HERE / "lamp.yaml").read_text("utf-8")
    path = tmp_path / "lamp.yaml"
    path.write_text(text.replace("24 urgent_hours", "2 urgent_hours"), "utf-8")
    with pytest.raises(VersionExists):
        install_type(SYSTEM, path)
    newer = text.replace("version: 1", "version: 2").replace("sent", "on_the_way")
    path.write_text(newer, "utf-8")
    assert install_type(SYSTEM, path) == 2
    assert case(DESK, old.number).version == 1
    with pytest.raises(NoWayToMove):
        move_to_version(SYSTEM, old.number)
    path.write_text(
        newer.replace("version: 2", "version: 3") + 'migrate:\n  "1": {sent: on_the_way}\n', "utf-8"
    )
    install_type(SYSTEM, path)
    assert move_to_version(SYSTEM, old.number) == 3
    moved = case(DESK, old.number)
    assert (moved.version, moved.state, moved.clocks[0].due) == (
        3,
        "on_the_way",
        monday + timedelta(hours=24),
    )
    act(person("c", ("caseworker", agency)), old.number, "repair")
    assert rebuild(SYSTEM) == ()
    assert open_case(CITIZEN, lamp, {"what": "dark"}).state == "reported"


def test_a_new_decree_changes_what_was_provisional(rich: str, tmp_path: Path) -> None:
    with clock.at(datetime(2026, 12, 30, 2, tzinfo=UTC)):
        made = open_case(CITIZEN, rich, {"kind": "0102"})
        act(DESK, made.number, "send")
        before = case(DESK, made.number)
        assert before.provisional
        text = (
            (CALENDARS / "china.yaml")
            .read_text("utf-8")
            .replace('decreed: "2026-12-31"', 'decreed: "2027-12-31"')
        )
        path = tmp_path / "china.yaml"
        path.write_text(text + '\n  - year: 2027\n    holidays: ["2027-01-01/2027-01-03"]\n', "utf-8")
        assert load_calendar(SYSTEM, path) == 2
        after = case(DESK, made.number)
    assert not after.provisional
    assert before.due is not None and after.due == datetime(2027, 1, 4, 15, 59, 59, tzinfo=UTC)
    assert rebuild(SYSTEM) == ()


def test_a_bad_rating_is_answered_first(rich: str, monday: datetime) -> None:
    made = open_case(CITIZEN, rich, {"kind": "0201", "size": 1}, who=Who(name="Wang"))
    for who, name in ((DESK, "send"), (UNIT, "handle"), (CHECK, "settle")):
        act(who, made.number, name)
    with pytest.raises(RoleMissing):
        act(DESK, made.number, "rate", {"rating": 5})
    act(CITIZEN, made.number, "rate", {"rating": 1})
    info = case(DESK, made.number)
    assert (info.state, info.outcome) == ("mending", "")
    assert [moment.act for moment in info.timeline][-2:] == ["rate", "mend"]
    assert ForcedFirst.code == "cases.forced_first"
    act(UNIT, made.number, "mended")
    assert case(DESK, made.number).state == "settled"


PARTS = """
case: joint
version: 1
zh: 联合处置
en: Joint work
calendar: china
roles:
  desk: {zh: 调度, en: Desk, right: cases.dispatch}
  unit: {zh: 单位, en: Unit, right: cases.work, of: case}
states:
  open: {zh: 待办, en: Open}
  joint:
    {zh: 会办, en: Joint, join: all, then: joined_up,
     tasks: {water: {zh: 水务, en: Water, by: unit}, power: {zh: 供电, en: Power, by: unit}}}
  joined_up: {zh: 已会办, en: Done by all}
  done: {zh: 办结, en: Done, end: settled}
acts:
  start: {zh: 发起, en: Start, to: open, by: desk}
  split: {zh: 分办, en: Split, from: open, to: joint, by: desk, takes: tasks}
  finish: {zh: 办结, en: Finish, from: [open, joined_up], to: done, by: desk, if: children_open == 0}
"""


@pytest.fixture
def joint(db: None, tmp_path: Path) -> str:
    path = tmp_path / "joint.yaml"
    path.write_text(PARTS, "utf-8")
    install_type(SYSTEM, path)
    return "joint"


def test_parallel_tasks_join(joint: str, agency: str, crew: Actor, monday: datetime) -> None:
    made = open_case(DESK, joint, {})
    act(DESK, made.number, "split", {"tasks": {"water": agency, "power": "agy_other"}})
    assert dict(case(DESK, made.number).tasks) == {"water": agency, "power": "agy_other"}
    with pytest.raises(RoleMissing):
        act(crew, made.number, "finish_task", {"task": "power"})
    act(crew, made.number, "finish_task", {"task": "water"})
    assert case(DESK, made.number).state == "joint"
    act(person("p", ("caseworker", "agy_other")), made.number, "finish_task", {"task": "power"})
    assert case(DESK, made.number).state == "joined_up"
    assert rebuild(SYSTEM) == ()


def test_a_parent_waits_for_its_children(joint: str, lamp: str, monday: datetime) -> None:
    parent = open_case(DESK, joint, {})
    child = open_case(CITIZEN, lamp, {"what": "dark"}, parent=parent.number)
    assert case(DESK, parent.number).children == (child.number,)
    with pytest.raises(ActRefused):
        act(DESK, parent.number, "finish")
    act(DESK, child.number, "refuse")
    act(DESK, parent.number, "finish")
    assert case(DESK, parent.number).outcome == "settled"
    assert rebuild(SYSTEM) == ()


def _photo() -> bytes:
    picture, out, notes = Image.new("RGB", (40, 30), "green"), io.BytesIO(), Image.Exif()
    notes[0x010F] = "Camera"
    notes.get_ifd(0x8825)[1] = "N"
    picture.save(out, "JPEG", exif=notes)
    return out.getvalue()


def test_files_are_what_they_say_and_lose_their_place(lamp: str, home: Path, monday: datetime) -> None:
    made = open_case(CITIZEN, lamp, {"what": "dark"})
    key = attach(CITIZEN, made.number, "photo.jpg", _photo(), code=made.code)
    info, path = attachment(DESK, made.number, key)
    assert info.kind == "image/jpeg"
    with Image.open(path) as kept:
        assert not kept.getexif() and kept.size == (40, 30)
    assert [one.id for one in track(made.number, made.code).files] == [key]
    lies = [
        ("a.pdf", _photo()),
        ("a.jpg", b"<html>"),
        ("a.exe", b"MZ"),
        ("a.txt", b"<script>"),
        ("a.png", b"\x89PNG\r\n"),
    ]
    for name, content in lies:
        with pytest.raises(FileRefused):
            attach(CITIZEN, made.number, name, content, code=made.code)
    with pytest.raises(FileTooBig):
        attach(CITIZEN, made.number, "a.txt", b"x" * (21 * 1024 * 1024), code=made.code)
    assert case(DESK, made.number).seen == 2


def test_a_file_is_kept_only_when_the_scan_says_so(
    lamp: str, home: Path, monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = open_case(CITIZEN, lamp, {"what": "dark"})
    monkeypatch.setenv("CITYHALL_SCAN_COMMAND", "false")
    with pytest.raises(FileRefused):
        attach(DESK, made.number, "note.txt", "坏".encode())
    monkeypatch.setenv("CITYHALL_SCAN_COMMAND", "true")
    assert attach(DESK, made.number, "note.txt", "好".encode())


def test_whoever_left_an_address_is_written_to_and_the_mail_leads_in(lamp: str, monday: datetime) -> None:
    who = Who(name="王", email="wang@example.org", language="en")
    made = open_case(ANONYMOUS, "street_lamp", {"what": "dark"}, who=who)
    act(DESK, made.number, "refuse", {"public_note": "not a lamp of the city"})
    tell(made.number, 2)
    deliver_due()
    (letter,) = mail.outbox
    assert letter.to == ["wang@example.org"]
    assert "not a lamp of the city" in letter.body
    (token,) = re.findall(r"/track/by-mail/([^/\s]+)/", letter.body)
    number, code = follow_pass(token)
    seen = track(number, code)
    assert (seen.number, seen.reporter and seen.reporter.name) == (made.number, "王")
    for wrong in (token[:-1] + ("y" if token.endswith("x") else "x"), "nonsense"):
        with pytest.raises(CaseUnknown):
            follow_pass(wrong)
    other = open_case(ANONYMOUS, "street_lamp", {"what": "dark"})
    with pytest.raises(CaseUnknown):
        track(other.number, code)
    assert not Notice.objects.exclude(address="").exists(), "the address is forgotten once the mail has gone"


def test_look_alikes_are_suggested_and_joined(db: None, monday: datetime) -> None:
    install_type(
        SYSTEM, Path(__file__).parents[2] / "packs" / "urban_management" / "cases" / "urban_case.yaml"
    )
    form = {"class": "0117", "spot": [120.7, 28.0], "cell": "33030200100101"}
    first = open_case(CITIZEN, "urban_case", form)
    open_case(CITIZEN, "urban_case", {**form, "class": "0304"})
    open_case(CITIZEN, "urban_case", {**form, "spot": [120.8, 28.0]})
    (found,) = near("urban_case", {**form, "spot": [120.7003, 28.0]})
    assert found.number == first.number and found.metres is not None and 25 < found.metres < 35
    second = open_case(CITIZEN, "urban_case", form)
    assert [one.number for one in near("urban_case", form, but=second.number)] == [first.number]
    act(BOSS, second.number, "merge", {"into": first.number})
    joined = case(BOSS, second.number)
    assert (joined.outcome, joined.into) == ("duplicate", first.number)
