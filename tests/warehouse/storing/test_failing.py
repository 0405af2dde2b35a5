"""A bucket that does not answer, objects lost or altered, a writer killed: nothing is half, and no failure tells a key."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from traceback import format_exception

import pytest
from tests.warehouse.conftest import ROBOT
from tests.warehouse.storing.conftest import NOBODY, ROWS, answers, elsewhere
from tests.warehouse.test_faults import ENVIRONMENT, finish, start

from cityhall.kernel.storing.failing import without_keys
from cityhall.warehouse.actions import land, sweep
from cityhall.warehouse.errors import FileAltered, FileMissing, StorageUnreachable
from cityhall.warehouse.queries import Version, files_of, fsck, version

Commit = Callable[..., Version]


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_an_unreachable_bucket_changes_nothing_and_what_is_at_hand_keeps_serving(
    server, commit: Commit, monkeypatch, tmp_path
):
    made = commit(ROWS)
    monkeypatch.setenv("CITYHALL_STORE_OPTIONS", server.settings(NOBODY)["CITYHALL_STORE_OPTIONS"])
    assert answers(version("trees")) == 50
    with pytest.raises(StorageUnreachable) as told:
        commit(ROWS)
    assert "s3://city/wh" in told.value.say("zh")
    with pytest.raises(StorageUnreachable):
        land(BytesIO(b"never"), "never.csv")
    with elsewhere(tmp_path / "empty"), pytest.raises(StorageUnreachable):
        answers(made)
    assert version("trees").number == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("s3://nowhere/wh", {"endpoint_url": NOBODY, "key": "celadon-key", "secret": "celadon-secret"}),
        ("celadon://clerk:celadon-secret@host/wh", {}),
        ("s3://nowhere/wh", ["celadon-secret"]),
    ],
)
def test_no_failure_of_the_storage_tells_what_opens_it(address, options, monkeypatch, capfd):
    monkeypatch.setenv("CITYHALL_STORE", address)
    monkeypatch.setenv("CITYHALL_STORE_OPTIONS", json.dumps(options))
    with pytest.raises(StorageUnreachable) as told:
        land(BytesIO(b"x"), "x.csv")
    said = "".join((*format_exception(told.value), json.dumps(told.value.as_dict()), *capfd.readouterr()))
    assert "celadon-secret" not in said


@pytest.mark.parametrize("value", ["celadon-secret", {"token": {"value": "celadon-secret"}}])
def test_what_a_storage_says_loses_keys_and_names(value, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "celadon-token")
    said = without_keys("celadon-secret celadon-token at ftp://clerk:pass@host/wh", {"secret": value})
    assert said == "… … at ftp://host/wh"


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_options_that_are_no_json_and_a_bucket_that_is_not_there_are_told(server, monkeypatch):
    assert server.names() == []
    monkeypatch.setenv("CITYHALL_STORE", "s3://nowhere/wh")
    with pytest.raises(StorageUnreachable):
        land(BytesIO(b"x"), "x.csv")
    monkeypatch.setenv("CITYHALL_STORE_OPTIONS", "{")
    with pytest.raises(StorageUnreachable, match="not JSON"):
        land(BytesIO(b"x"), "x.csv")


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_fsck_names_objects_that_are_gone_altered_or_cut(server, commit: Commit, tmp_path):
    landed = land(BytesIO(b"raw"), "raw.csv")
    made = [commit(ROWS, dataset=name, landed_sha256s=[landed.sha256]) for name in ("gone", "cut", "altered")]
    gone, cut, altered = (f"data/{one.dataset_id}/{files_of(one)[0].name}" for one in made)
    whole = server.s3.get_object(Bucket="city", Key=f"wh/{altered}")["Body"].read()
    server.s3.delete_object(Bucket="city", Key=f"wh/{gone}")
    server.s3.put_object(Bucket="city", Key=f"wh/{cut}", Body=b"PAR1")
    server.s3.put_object(Bucket="city", Key=f"wh/{altered}", Body=whole[:-1] + b"?")
    server.s3.delete_object(Bucket="city", Key=f"wh/raw/{landed.sha256[:2]}/{landed.sha256}")
    assert {(one.kind, one.subject.split("/")[0]) for one in fsck()} == {
        ("missing", "gone"),
        ("size", "cut"),
        ("raw-missing", landed.sha256),
    }
    assert ("hash", "altered") in {(one.kind, one.subject.split("/")[0]) for one in fsck(deep=True)}
    with elsewhere(tmp_path / "empty"):
        with pytest.raises(FileMissing):
            answers(made[0])
        with pytest.raises(FileAltered):
            answers(made[2])
    again = land(BytesIO(b"raw"), "raw.csv")
    assert f"raw/{again.sha256[:2]}/{again.sha256}" in server.names(), "landing again heals"


@pytest.mark.django_db
@pytest.mark.usefixtures("home", "server")
def test_a_copy_at_hand_that_rots_is_found_by_a_deep_look(commit: Commit):
    (path,) = files_of(commit(ROWS))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    (problem,) = fsck(deep=True)
    assert str(path) in problem.detail
    path.unlink()
    assert fsck(deep=True) == ()


KILLED = """
import signal
from cityhall.warehouse.datafiles import keep_file
from cityhall.kernel.storing import bucket, owning
owning.city_is(lambda: "cityhall/ledger/ours")  # no database here
upload = bucket.Bucket._upload

def killed(self, finished, name):
    if after:
        upload(self, finished, name)
    os.kill(os.getpid(), signal.SIGKILL)

bucket.Bucket._upload = killed
for after in (False, True):
    child = os.fork()  # nothing has been started here, so that a fork is a fresh process
    if child == 0:
        keep_file(rows(1), "trees", {})
        os._exit(1)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "the writer failed by itself"
"""


@pytest.mark.django_db
@pytest.mark.usefixtures("log")
def test_killed_around_an_upload_nothing_is_half(server, home: Path, commit: Commit, monkeypatch):
    for name, value in server.settings().items():
        monkeypatch.setitem(ENVIRONMENT, name, value)
    finish(start(KILLED, home))
    assert len(server.names()) == 1, "one was killed before its upload, one after"
    assert not list((home / "warehouse").glob("data/*/*")), "neither has a name at hand"
    assert fsck(deep=True) == ()
    commit(ROWS)
    swept = sweep(ROBOT, grace=-3600)
    assert swept.files == 3, "two in the work folder, one in the bucket; never what is referred to"
    assert fsck(deep=True) == ()
    assert answers(version("trees")) == 50
