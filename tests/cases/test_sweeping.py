"""Files that no case names go, those that one names stay; and a scanner that says nothing lets nothing in."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from tests.cases.conftest import CITIZEN, DESK, SYSTEM

from cityhall.cases.actions import Kept, add_file, attach, keep_file, open_case, sweep_files
from cityhall.cases.errors import RoleMissing, ScannerSilent
from cityhall.cases.queries import attachment, files_lost
from cityhall.cases.working import attachments, sweeping, verbs
from cityhall.identity.errors import RightMissing
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.storing.disk import place, work_folder

pytestmark = pytest.mark.django_db
LATER = -60.0
"""A grace that has passed for whatever lies there now."""


@pytest.fixture
def number(lamp: str, monday: datetime) -> str:
    sweep_files(SYSTEM, grace=LATER)
    return open_case(CITIZEN, lamp, {"what": "dark"}).number


def _lies(kept: Kept) -> bool:
    return place(f"cases/{kept.sha256[:2]}/{kept.sha256}").is_file()


def test_what_was_kept_and_never_added_goes_and_nothing_else(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the process dies between the file and the commit."""
    stays = attach(CITIZEN, number, "a.txt", b"it is dark")

    def died(*_args: object, **_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(verbs, "proceed", died)
        attach(CITIZEN, number, "b.txt", b"never added")
    orphan = keep_file("b.txt", b"never added")
    assert _lies(orphan)
    counted = place("cases/facts/lamp/stamp.json")
    counted.parent.mkdir(parents=True, exist_ok=True)
    counted.write_text("{}")
    assert sweep_files(SYSTEM) == 0, "it may be about to be added"
    assert sweep_files(SYSTEM, grace=LATER) == 1
    assert not _lies(orphan)
    assert counted.is_file(), "what is no file of a case is left alone"
    assert attachment(DESK, number, stays)[1].read_bytes() == b"it is dark"
    assert files_lost() == ()
    again = attach(CITIZEN, number, "b.txt", b"never added")
    assert sweep_files(SYSTEM, grace=LATER) == 0
    assert attachment(DESK, number, again)[1].read_bytes() == b"never added"


def test_what_is_kept_again_is_as_young_as_new(number: str) -> None:
    """Or an old left-over could be swept away between being found there and being added."""
    kept = keep_file("a.txt", b"twice")
    path = place(f"cases/{kept.sha256[:2]}/{kept.sha256}")
    os.utime(path, (0, 0))
    before = path.stat()
    assert keep_file("a.txt", b"twice") == kept
    assert path.stat().st_mtime > before.st_mtime
    add_file(CITIZEN, number, kept)
    os.utime(path, (0, 0))
    assert keep_file("a.txt", b"twice") == kept
    assert path.stat().st_mtime == 0, "what a case names is not written again"


def test_what_is_kept_again_while_the_sweep_is_under_way_stays(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keep_file("a.txt", b"old and new")
    os.utime(place(f"cases/{kept.sha256[:2]}/{kept.sha256}"), (0, 0))
    found = list(sweeping._left(0))
    keep_file("a.txt", b"old and new")
    monkeypatch.setattr(sweeping, "_left", lambda _grace: found)
    assert [one.name.rpartition("/")[2] for one in found] == [kept.sha256]
    assert sweep_files(SYSTEM) == 0
    assert _lies(kept)


def test_only_those_who_keep_the_house_sweep(number: str) -> None:
    with pytest.raises(RightMissing):
        sweep_files(DESK)


def test_who_may_not_add_leaves_no_bytes(number: str) -> None:
    with pytest.raises(RoleMissing):
        attach(ANONYMOUS, number, "a.txt", b"by somebody else")
    assert sweep_files(SYSTEM, grace=LATER) == 0


@pytest.mark.parametrize("command", ["/no/such/scanner", "'unclosed", "sh -c 'exec sleep 9'"])
def test_a_scanner_that_says_nothing_lets_nothing_in(
    number: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("CITYHALL_SCAN_COMMAND", command)
    monkeypatch.setattr(attachments, "_PATIENCE", 0.2)
    with pytest.raises(ScannerSilent):
        attach(CITIZEN, number, "a.txt", b"unseen")
    monkeypatch.delenv("CITYHALL_SCAN_COMMAND")
    assert sweep_files(SYSTEM, grace=LATER) == 0
    assert not list(work_folder().glob("att_*"))
