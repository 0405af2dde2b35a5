"""A bucket as storage, on a real S3 server: durable before it is named, read through copies at hand, and never half."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from traceback import format_exception

import boto3
import httpx
import pytest
from botocore.config import Config
from tests.collection.storing import s3_serving
from tests.warehouse.conftest import ROBOT
from tests.warehouse.test_faults import ENVIRONMENT, finish, start

from cityhall.cases.actions import attach, install_type, open_case, send_files
from cityhall.cases.errors import FileRefused, RoleMissing
from cityhall.cases.queries import attachment, files_lost
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.storing import bucket, owning, proving, room
from cityhall.kernel.storing.failing import without_keys
from cityhall.ledger.models import Log
from cityhall.warehouse.actions import compact, drop_finished, expire, keep_finished, land, sweep
from cityhall.warehouse.errors import FileAltered, FileMissing, StorageTaken, StorageUnreachable
from cityhall.warehouse.queries import (
    Query,
    Version,
    copy_to,
    files_of,
    finished_at_hand,
    finished_path,
    fsck,
    raw_path,
    run,
    version,
)

Commit = Callable[..., Version]
ROWS = [(n, f"C{n}", "celadon", n) for n in range(50)]
NOBODY = "http://127.0.0.1:9"


class Server:
    """The server, and what lies in its bucket."""

    def __init__(self, address: str) -> None:
        httpx.post(f"{address}/moto-api/reset").raise_for_status()
        self.address = address
        self.s3 = boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="k",
            aws_secret_access_key="s",
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}),
        )
        self.s3.create_bucket(Bucket="city")

    def names(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket="city", Prefix="wh/").get("Contents", [])
        return [one["Key"].removeprefix("wh/") for one in listed if not one["Key"].endswith("/city")]

    def settings(self, address: str = "") -> dict[str, str]:
        options = {"endpoint_url": address or self.address, "key": "k", "secret": "s"}
        return {"CITYHALL_STORE": "s3://city/wh", "CITYHALL_STORE_OPTIONS": json.dumps(options)}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with s3_serving() as address:
        yield address


@pytest.fixture
def server(address: str, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A fresh bucket, and this process set to keep its files there."""
    server = Server(address)
    for name, value in server.settings().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(owning, "_ours", set())
    return server


@pytest.fixture
def log() -> None:
    """The city's ledger has its name."""
    Log.objects.create(id=1, origin="cityhall/ledger/ours")


@contextmanager
def _elsewhere(folder: Path) -> Iterator[None]:
    """Another machine: the same database and bucket, nothing at hand."""
    here = os.environ["CITYHALL_HOME"]
    os.environ["CITYHALL_HOME"] = str(folder)
    try:
        yield
    finally:
        os.environ["CITYHALL_HOME"] = here


def _answers(made: Version) -> int:
    return len(run(made, Query(limit=100)).rows)


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_two_machines_with_nothing_at_hand_serve_the_same_city(server, commit: Commit, tmp_path):
    landed = land(BytesIO(b"a,b\n1,2\n"), "two.csv")
    made = commit(ROWS, landed_sha256s=[landed.sha256])
    assert len(server.names()) == 2
    for machine in ("east", "west"):
        with _elsewhere(tmp_path / machine):
            assert _answers(made) == 50
            assert raw_path(landed.sha256).read_bytes() == b"a,b\n1,2\n"
            assert all(path.is_relative_to(tmp_path / machine) for path in files_of(version("trees")))
            commit([(99, f"new {machine}", "jade", 1)], mode="append")
    assert _answers(version("trees")) == 52
    assert fsck(deep=True) == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("home", "log")
def test_what_one_machine_wrote_for_download_another_hands_out(server, commit: Commit, tmp_path):
    done = copy_to(commit(ROWS), path=_made("ab/abc.csv"), format="csv")
    keep_finished(done.path)
    assert "exports/ab/abc.csv" in server.names()
    with _elsewhere(tmp_path / "other"):
        path = finished_path("ab/abc.csv")
        assert finished_at_hand(path, done.sha256)
        assert path.read_bytes() == done.path.read_bytes()
        drop_finished(path)
        assert not finished_at_hand(path, done.sha256)
    assert len(server.names()) == 1


def _made(relative: str) -> Path:
    path = finished_path(relative)
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.django_db
@pytest.mark.usefixtures("home", "log")
def test_upsert_compaction_expiry_and_sweep_know_the_bucket(server, commit: Commit, tmp_path):
    for n in range(5):
        commit([(n, f"C{n}", "celadon", n)], mode="append")
    with _elsewhere(tmp_path / "other"):
        commit([(9, "C1", "jade", 1)], mode="upsert", key=("code",))
        assert compact(ROBOT, "trees", small=2**30) is not None
        assert sorted(row[0] for row in run(version("trees"), Query(limit=10)).rows) == [
            f"C{n}" for n in range(5)
        ]
    before = len(server.names())
    expire(ROBOT, "trees", 1)
    assert sweep(ROBOT, grace=-3600).files >= before - 1
    assert len(server.names()) == 1
    assert _answers(version("trees")) == 5
    assert fsck(deep=True) == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_an_unreachable_bucket_changes_nothing_and_what_is_at_hand_keeps_serving(
    server, commit: Commit, monkeypatch, tmp_path
):
    made = commit(ROWS)
    monkeypatch.setenv("CITYHALL_STORE_OPTIONS", server.settings(NOBODY)["CITYHALL_STORE_OPTIONS"])
    assert _answers(version("trees")) == 50
    with pytest.raises(StorageUnreachable) as told:
        commit(ROWS)
    assert "s3://city/wh" in told.value.say("zh")
    with pytest.raises(StorageUnreachable):
        land(BytesIO(b"never"), "never.csv")
    with _elsewhere(tmp_path / "empty"), pytest.raises(StorageUnreachable):
        _answers(made)
    assert version("trees").number == 1


LAMP = Path(__file__).parents[1] / "cases" / "lamp.yaml"


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
    with _elsewhere(tmp_path / "other"):
        assert attachment(ROBOT, number, key)[1].read_bytes() == b"the lamp at the corner"
    with pytest.raises(FileRefused):
        attach(ROBOT, number, "a.jpg", b"<html>")
    with pytest.raises(RoleMissing):
        attach(ANONYMOUS, number, "note.txt", b"not my case")
    server.s3.put_object(Bucket="city", Key=f"wh/{name}", Body=b"another lamp")
    with _elsewhere(tmp_path / "third"), pytest.raises(FileAltered):
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
    with _elsewhere(tmp_path / "other"):
        assert send_files() == (path.name,)
    assert send_files() == files_lost() == ()
    with _elsewhere(tmp_path / "other"):
        assert attachment(ROBOT, number, key)[1].read_bytes() == b"from before there was a bucket"
    os.utime(path, (1, 1))
    room.make_room(0)
    assert not path.exists(), "a copy like any other"


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_the_environment_of_the_cloud_is_enough(server, monkeypatch):
    monkeypatch.delenv("CITYHALL_STORE_OPTIONS")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key-of-the-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-environment")
    landed = land(BytesIO(b"a,b\n"), "a.csv")
    assert server.names() == [f"raw/{landed.sha256[:2]}/{landed.sha256}"]


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
    with _elsewhere(tmp_path / "empty"):
        with pytest.raises(FileMissing):
            _answers(made[0])
        with pytest.raises(FileAltered):
            _answers(made[2])
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


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_storage_belongs_to_one_city(server, commit: Commit, monkeypatch):
    ours = Log.objects.create(id=1, origin="cityhall/ledger/ours")
    commit(ROWS)
    ours.origin = "cityhall/ledger/theirs"
    ours.save()
    with pytest.raises(StorageTaken, match="ours"):
        commit(ROWS)
    with pytest.raises(StorageTaken):
        sweep(ROBOT, grace=-3600)
    ours.delete()
    with pytest.raises(StorageTaken):
        sweep(ROBOT, grace=-3600)
    assert len(server.names()) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_what_arrives_otherwise_than_it_was_sent_is_not_named(server, commit: Commit, monkeypatch):
    monkeypatch.setattr(bucket, "proven", lambda *_: False)  # no tag to go by: the object is read back
    commit(ROWS)
    monkeypatch.setattr(bucket, "_hash_in", lambda *_: "another")
    with pytest.raises(FileAltered):
        commit(ROWS)
    assert version("trees").number == 1
    assert len(server.names()) == 2, "the left-over is for the sweep"


@pytest.mark.django_db
@pytest.mark.usefixtures("home", "log")
def test_uploads_in_parts_are_proven_and_unfinished_ones_are_given_up(server, monkeypatch):
    monkeypatch.setattr(proving, "PART", 5 * 2**20)
    monkeypatch.setattr(bucket, "PART", 5 * 2**20)
    monkeypatch.setattr(bucket, "_hash_in", lambda *_: pytest.fail("the tag proves it"))
    landed = land(BytesIO(os.urandom(11 * 2**20)), "large.bin")
    assert server.names() == [f"raw/{landed.sha256[:2]}/{landed.sha256}"]
    server.s3.create_multipart_upload(Bucket="city", Key="wh/data/half")
    server.s3.create_multipart_upload(Bucket="city", Key="others/half")
    sweep(ROBOT, grace=-3600)
    left = server.s3.list_multipart_uploads(Bucket="city").get("Uploads", [])
    assert [one["Key"] for one in left] == ["others/half"]


def test_room_is_made_by_what_was_used_longest_ago(home: Path):
    data = home / "warehouse" / "data" / "d"
    data.mkdir(parents=True)
    paths = [data / name for name in ("oldest", "old", "fresh")]
    for age, path in zip((9000, 8000, 0), paths, strict=True):
        path.write_bytes(b"x" * 100)
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    room.make_room(300)
    assert all(path.exists() for path in paths), "there is room"
    room.make_room(299)
    assert [path.name for path in paths if path.exists()] == ["old", "fresh"]
    room.make_room(10)
    assert [path.name for path in paths if path.exists()] == ["fresh"], "what is in use stays"


def test_a_use_is_marked_and_absence_told(home: Path):
    path = home / "copy"
    assert not room.at_hand(path)
    path.touch()
    os.utime(path, (1, 1))
    assert room.at_hand(path)
    assert path.stat().st_mtime > 1


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
    assert (
        sweep(ROBOT, grace=-3600).files == 3
    )  # two in the work folder, one in the bucket; never what is referred to
    assert fsck(deep=True) == ()
    assert _answers(version("trees")) == 50
