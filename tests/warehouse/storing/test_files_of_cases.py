"""Files that people attach to cases last where everything else lasts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.warehouse.conftest import ROBOT
from tests.warehouse.storing.conftest import elsewhere

from cityhall.cases.actions import attach, install_type, open_case, send_files
from cityhall.cases.errors import FileRefused, RoleMissing
from cityhall.cases.queries import attachment, files_lost
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.storing import room
from cityhall.warehouse.errors import FileAltered

LAMP = Path(__file__).parents[2] / "cases" / "lamp.yaml"


def _case_with(content: bytes) -> tuple[str, str]:
    """A new case, and the id of its file."""
    install_type(ROBOT, LAMP)
    number = open_case(ROBOT, "street_lamp", {"what": "dark"}).number
    return number, attach(ROBOT, number, "note.txt", content)


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_file_of_a_case_is_read_on_every_machine_and_judged_before_it_is_kept(server, tmp_path):
    number, key = _case_with(b"the lamp at the corner")
    (name,) = server.names()
    with elsewhere(tmp_path / "other"):
        assert attachment(ROBOT, number, key)[1].read_bytes() == b"the lamp at the corner"
    with pytest.raises(FileRefused):
        attach(ROBOT, number, "a.jpg", b"<html>")
    with pytest.raises(RoleMissing):
        attach(ANONYMOUS, number, "note.txt", b"not my case")
    server.s3.put_object(Bucket="city", Key=f"wh/{name}", Body=b"another lamp")
    with elsewhere(tmp_path / "third"), pytest.raises(FileAltered):
        attachment(ROBOT, number, key)
    assert server.names() == [name], "nothing else was kept"


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_files_of_cases_move_to_a_bucket_and_are_never_given_up_before(
    server, monkeypatch, home: Path, tmp_path
):
    monkeypatch.delenv("CITYHALL_STORE")
    number, key = _case_with(b"from before there was a bucket")
    path = attachment(ROBOT, number, key)[1]
    path.chmod(0o644)  # as files were left that no storage kept
    os.utime(path, (1, 1))
    monkeypatch.setenv("CITYHALL_STORE", "s3://city/wh")
    room.make_room(0)
    assert path.exists()
    assert files_lost() == (path.name,)
    with elsewhere(tmp_path / "other"):
        assert send_files() == (path.name,)
    assert send_files() == files_lost() == ()
    with elsewhere(tmp_path / "other"):
        assert attachment(ROBOT, number, key)[1].read_bytes() == b"from before there was a bucket"
    os.utime(path, (1, 1))
    room.make_room(0)
    assert not path.exists(), "a copy like any other"
