"""Object storage and SFTP against real servers: taken once, taken again when changed, refused for a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import boto3
import fsspec
import httpx
import pytest
import s3fs
from botocore.config import Config
from fsspec import AbstractFileSystem
from tests.collection.storing import PASSWORD, USER, SftpServer, s3_serving, sftp_serving

from cityhall.collection.actions import create_source, perform_run, start_run
from cityhall.collection.errors import (
    AddressRefused,
    CredentialRefused,
    FileChanged,
    HostKeyUnknown,
    SettingWrong,
    SourceTooBig,
    SourceUnreachable,
)
from cityhall.collection.queries import run
from cityhall.collection.sources import remote, secure_shell
from cityhall.collection.sources.shapes import Fetched, SourceSpec
from cityhall.warehouse.queries import version

READ = """{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"],
"Resource": ["arn:aws:s3:::city", "arn:aws:s3:::city/*"]}]}"""


def _tick(what: str, done: int, total: int) -> None:
    """Nobody listens."""


def _spec(memory: dict[str, Any] | None = None, **settings: Any) -> SourceSpec:
    return SourceSpec(
        id="s", name="wells", kind="remote", settings=settings, memory=memory or {}, mode="replace"
    )


def _text(fetched: Fetched | None) -> str:
    assert fetched is not None
    return fetched.path.read_text()


# --- SFTP -------------------------------------------------------------------------------------------------


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "served"
    (folder / "out").mkdir(parents=True)
    (folder / "out" / "2026-01.csv").write_text("a\n1\n")
    (folder / "out" / "2026-02.csv").write_text("a\n2\n")
    with sftp_serving(folder) as server:
        yield server


def _sftp(server: SftpServer, **more: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "url": f"sftp://127.0.0.1:{server.port}/out/*.csv",
        "host_key": server.host_key,
        "options": {"username": USER, "password": PASSWORD},
        "allow_private": True,
    }
    return settings | more


def test_the_newest_file_of_an_sftp_server_is_taken_once_and_again_when_changed(sftp, tmp_path):
    first = remote.fetch(_spec(**_sftp(sftp)), tmp_path, _tick)
    assert _text(first) == "a\n2\n"
    assert first.name == "2026-02.csv"
    again = _spec(dict(first.memory), **_sftp(sftp))
    assert remote.fetch(again, tmp_path, _tick) is None
    (sftp.folder / "out" / "2026-02.csv").write_text("a\n22\n")
    assert _text(remote.fetch(again, tmp_path, _tick)) == "a\n22\n"
    (sftp.folder / "out" / "2026-03.csv").write_text("a\n3\n")
    assert _text(remote.fetch(again, tmp_path, _tick)) == "a\n3\n"
    by_fingerprint = secure_shell.fingerprint(sftp.key.asbytes())
    assert remote.fetch(_spec(**_sftp(sftp, host_key=by_fingerprint)), tmp_path, _tick)


@pytest.mark.parametrize("named", ["", "SHA256:AAAA", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA=="])
def test_a_host_whose_key_is_not_the_named_one_is_not_spoken_to(sftp, tmp_path, named):
    with pytest.raises(HostKeyUnknown) as told:
        remote.fetch(_spec(**_sftp(sftp, host_key=named)), tmp_path, _tick)
    assert secure_shell.fingerprint(sftp.key.asbytes()) in str(told.value)
    assert not any(transport.is_authenticated() for transport in sftp.transports)


def test_sftp_refusals_say_what_is_wrong(sftp, tmp_path):
    with pytest.raises(CredentialRefused):
        wrong = {"username": USER, "password": "guessed"}
        remote.fetch(_spec(**_sftp(sftp, options=wrong)), tmp_path, _tick)
    with pytest.raises(AddressRefused):
        remote.fetch(_spec(**_sftp(sftp, allow_private=False)), tmp_path, _tick)
    with pytest.raises(SettingWrong):
        remote.fetch(_spec(**_sftp(sftp, host_key="nonsense")), tmp_path, _tick)
    with pytest.raises(SettingWrong):
        remote.fetch(_spec(**_sftp(sftp, options={"host_key_policy": "auto_add"})), tmp_path, _tick)
    with pytest.raises(SourceTooBig):
        remote.fetch(_spec(**_sftp(sftp, max_bytes=2)), tmp_path, _tick)
    gone = f"sftp://127.0.0.1:{sftp.port}/out/gone.csv"
    with pytest.raises(SourceUnreachable):
        remote.fetch(_spec(**_sftp(sftp, url=gone)), tmp_path, _tick)
    nobody = "sftp://127.0.0.1:1/out/x.csv"
    with pytest.raises(SourceUnreachable):
        remote.fetch(_spec(**_sftp(sftp, url=nobody)), tmp_path, _tick)


def test_a_file_that_changes_while_it_is_read_is_not_taken(sftp, tmp_path):
    def write_more(what: str, done: int, total: int) -> None:
        (sftp.folder / "out" / "2026-02.csv").write_text("a\n2\n3\n")

    with pytest.raises(FileChanged):
        remote.fetch(_spec(**_sftp(sftp)), tmp_path, write_more)


@pytest.mark.django_db
def test_an_sftp_source_becomes_a_version(sftp, agency_id, operator, home, monkeypatch):
    rows = "编号,名称\n" + "".join(f"A{n},井{n}\n" for n in range(30))
    (sftp.folder / "out" / "wells.csv").write_text(rows, encoding="utf-8")
    monkeypatch.setenv("WELLS_PASSWORD", PASSWORD)
    settings = _sftp(sftp, options={"username": USER, "password": {"env": "WELLS_PASSWORD"}})
    source = create_source(operator, "remote", "wells", settings, agency=agency_id)
    run_id = start_run(operator, source)
    perform_run(run_id)
    done = run(run_id)
    assert done.stage == "done", done.error
    assert version(done.dataset_id).rows == 30
    monkeypatch.setenv("WELLS_PASSWORD", "changed since")
    run_id = start_run(operator, source)
    perform_run(run_id)
    assert (run(run_id).stage, run(run_id).error["code"]) == ("failed", "collection.credential_refused")
    assert version(done.dataset_id).rows == 30


# --- S3 ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """A bucket and the key of somebody who may read it, on a server that asks for keys."""
    with s3_serving() as address:
        how = {
            "endpoint_url": address,
            "region_name": "us-east-1",
            "aws_access_key_id": "x",
            "aws_secret_access_key": "x",
            "config": Config(s3={"addressing_style": "path"}),
        }
        people = boto3.client("iam", **how)
        people.create_user(UserName="reader")
        people.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=READ)
        made = people.create_access_key(UserName="reader")["AccessKey"]
        boto3.client("s3", **how).create_bucket(Bucket="city")
        httpx.post(f"{address}/moto-api/reset-auth", content=b"0").raise_for_status()
        yield {
            "address": address,
            "how": how,
            "key": made["AccessKeyId"],
            "secret": made["SecretAccessKey"],
        }


def _put(s3: dict[str, Any], name: str, body: bytes) -> None:
    """Written by somebody else: for as long as it takes the server asks for no key."""
    httpx.post(f"{s3['address']}/moto-api/reset-auth", content=b"1").raise_for_status()
    boto3.client("s3", **s3["how"]).put_object(Bucket="city", Key=name, Body=body)


def _s3(s3: dict[str, Any], url: str, **more: Any) -> dict[str, Any]:
    options = {"endpoint_url": s3["address"], "key": s3["key"], "secret": s3["secret"]}
    return {"url": url, "allow_private": True, "options": options | more.pop("options", {}), **more}


def test_the_newest_object_is_taken_once_and_again_when_changed(s3, tmp_path):
    _put(s3, "out/2026-01.csv", b"a\n1\n")
    _put(s3, "out/2026-02.csv", b"a\n2\n")
    settings = _s3(s3, "s3://city/out/*.csv")
    first = remote.fetch(_spec(**settings), tmp_path, _tick)
    assert _text(first) == "a\n2\n"
    assert first.name == "2026-02.csv"
    again = _spec(dict(first.memory), **settings)
    assert remote.fetch(again, tmp_path, _tick) is None
    _put(s3, "out/2026-02.csv", b"a\n9\n")
    assert _text(remote.fetch(again, tmp_path, _tick)) == "a\n9\n"
    assert remote.fetch(_spec(**_s3(s3, "s3://city/nothing/*.csv")), tmp_path, _tick) is None


def test_a_folder_of_many_is_not_asked_about_one_by_one(monkeypatch, tmp_path):
    asked = []
    system = fsspec.filesystem("memory")
    for name in [f"crowd/{number:04d}.csv" for number in range(300)] + ["crowd/z.csv/inner.txt"]:
        system.pipe(name, b"a\n1\n")
    monkeypatch.setattr(
        type(system), "isdir", lambda self, path: asked.append(path) or AbstractFileSystem.isdir(self, path)
    )
    found = remote.fetch(_spec(url="memory://crowd/*.csv"), tmp_path, _tick)
    assert found.name == "0299.csv"  # what comes after it is a folder
    assert len(asked) < 10


def test_an_answer_that_breaks_off_is_told(s3, tmp_path, monkeypatch):
    """What the transport below raises is none of botocore's errors."""

    def torn(*_: object, **__: object) -> object:
        raise aiohttp.ClientPayloadError("Response payload is not completed")

    _put(s3, "torn.csv", b"a\n1\n")
    monkeypatch.setattr(s3fs.core, "_fetch_range", torn)
    with pytest.raises(SourceUnreachable, match="not completed"):
        remote.fetch(_spec(**_s3(s3, "s3://city/torn.csv")), tmp_path, _tick)


def test_refused_keys_and_absent_objects_say_so(s3, tmp_path):
    _put(s3, "one.csv", b"a\n1\n")
    one = "s3://city/one.csv"
    for wrong in ({"key": "AKIAUNKNOWN", "secret": "guessed"}, {"secret": "guessed"}):
        with pytest.raises(CredentialRefused):
            remote.fetch(_spec(**_s3(s3, one, options=wrong)), tmp_path, _tick)
    with pytest.raises(SourceUnreachable):
        remote.fetch(_spec(**_s3(s3, "s3://city/gone.csv")), tmp_path, _tick)
    with pytest.raises(SettingWrong):  # no key that happens to lie on this machine
        remote.fetch(_spec(**_s3(s3, one, options={"key": "", "secret": ""})), tmp_path, _tick)
    with pytest.raises(SettingWrong):
        remote.fetch(_spec(**_s3(s3, one, options={"profile": "mine"})), tmp_path, _tick)
    with pytest.raises(AddressRefused):
        remote.fetch(_spec(**_s3(s3, one, allow_private=False)), tmp_path, _tick)
    with pytest.raises(SourceUnreachable):
        nobody = {"endpoint_url": "http://127.0.0.1:1"}
        remote.fetch(_spec(**_s3(s3, one, options=nobody)), tmp_path, _tick)


def test_an_object_replaced_while_it_is_read_is_not_taken(s3, tmp_path):
    _put(s3, "busy.csv", b"a\n1\n")

    def replace(what: str, done: int, total: int) -> None:
        _put(s3, "busy.csv", b"a\n1\n2\n")

    with pytest.raises(FileChanged):
        remote.fetch(_spec(**_s3(s3, "s3://city/busy.csv")), tmp_path, replace)
