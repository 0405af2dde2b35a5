"""Landing: bytes are kept exactly, once, and never half."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

import pytest

from cityhall.warehouse import errors, landing
from cityhall.warehouse.actions import land
from cityhall.warehouse.queries import raw_path

pytestmark = pytest.mark.usefixtures("home")


def test_bytes_are_kept_once_under_their_hash(tmp_path):
    data = bytes(range(256)) * 9000
    source = tmp_path / "名单.csv"
    source.write_bytes(data)
    landed = land(source, "名单.csv")
    assert landed == land(BytesIO(data), "名单.csv")
    assert (landed.sha256, landed.size, landed.name) == (sha256(data).hexdigest(), len(data), "名单.csv")
    assert landed.path == raw_path(landed.sha256)
    assert landed.path.read_bytes() == data
    assert landed.path.stat().st_mode & 0o777 == 0o444
    source.write_bytes(b"changed later")
    assert landed.path.read_bytes() == data


def test_nothing_is_a_file_too():
    assert land(BytesIO(), "empty").size == 0


def test_damaged_bytes_are_replaced_when_they_land_again(home):
    landed = land(BytesIO(b"abc"), "a")
    landed.path.chmod(0o644)
    landed.path.write_bytes(b"ab")
    assert land(BytesIO(b"abc"), "a").path.read_bytes() == b"abc"


@pytest.mark.parametrize("change", ["grow", "shrink", "touch", "replace"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch, home, change):
    source = tmp_path / "a.csv"
    source.write_bytes(b"x" * 100_000)
    copy = landing._copy

    def slow(stream, target):
        answer = copy(stream, target)
        if change == "replace":
            (tmp_path / "b").write_bytes(b"x" * 100_000)
            (tmp_path / "b").replace(source)
        else:
            source.write_bytes(b"x" * {"grow": 100_001, "shrink": 99_999, "touch": 100_000}[change])
        return answer

    monkeypatch.setattr(landing, "_copy", slow)
    with pytest.raises(errors.SourceChanged):
        land(source, "a.csv")


def test_absent_files_and_wrong_hashes(tmp_path):
    with pytest.raises(errors.FileMissing):
        land(tmp_path / "none.csv", "none.csv")
    with pytest.raises(errors.FileMissing):
        raw_path("../../etc/passwd")
