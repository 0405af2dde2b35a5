"""A bucket as storage: durable before it is named, and read through copies at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.warehouse.conftest import ROBOT
from tests.warehouse.storing.conftest import ROWS, answers, elsewhere

from cityhall.kernel.storing import bucket, proving
from cityhall.ledger.models import Log
from cityhall.warehouse.actions import compact, drop_finished, expire, keep_finished, land, sweep
from cityhall.warehouse.errors import FileAltered, StorageTaken
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


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_two_machines_with_nothing_at_hand_serve_the_same_city(server, commit: Commit, tmp_path):
    landed = land(BytesIO(b"a,b\n1,2\n"), "two.csv")
    made = commit(ROWS, landed_sha256s=[landed.sha256])
    assert len(server.names()) == 2
    for machine in ("east", "west"):
        with elsewhere(tmp_path / machine):
            assert answers(made) == 50
            assert raw_path(landed.sha256).read_bytes() == b"a,b\n1,2\n"
            assert all(path.is_relative_to(tmp_path / machine) for path in files_of(version("trees")))
            commit([(99, f"new {machine}", "jade", 1)], mode="append")
    assert answers(version("trees")) == 52
    assert fsck(deep=True) == ()


@pytest.mark.django_db
@pytest.mark.usefixtures("home", "log")
def test_what_one_machine_wrote_for_download_another_hands_out(server, commit: Commit, tmp_path):
    done = copy_to(commit(ROWS), path=_made("ab/abc.csv"), format="csv")
    keep_finished(done.path)
    assert "exports/ab/abc.csv" in server.names()
    with elsewhere(tmp_path / "other"):
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
    with elsewhere(tmp_path / "other"):
        commit([(9, "C1", "jade", 1)], mode="upsert", key=("code",))
        assert compact(ROBOT, "trees", small=2**30) is not None
        assert sorted(row[0] for row in run(version("trees"), Query(limit=10)).rows) == [
            f"C{n}" for n in range(5)
        ]
    before = len(server.names())
    expire(ROBOT, "trees", 1)
    assert sweep(ROBOT, grace=-3600).files >= before - 1
    assert len(server.names()) == 1
    assert answers(version("trees")) == 5
    assert fsck(deep=True) == ()


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
