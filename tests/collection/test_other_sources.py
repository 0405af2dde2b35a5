"""Database pulls, object storage and drop folders, fetched for real."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import sqlite3
from pathlib import Path
from urllib.parse import unquote, urlsplit

import fsspec
import psycopg
import pymysql
import pytest

from cityhall.collection.errors import (
    AddressRefused,
    CredentialMissing,
    DatabaseRefused,
    ManifestDiffers,
    SettingWrong,
    SourceTooBig,
    SourceUnreachable,
)
from cityhall.collection.sources import credentials, databases, folder, remote
from cityhall.collection.sources.credentials import concealed, credential, refuse_clear_secrets
from cityhall.collection.sources.shapes import Fetched, SourceSpec
from cityhall.kernel.home import OWN_SECRETS, secret

ROWS = [(1, "瓯江", 388.5, None), (2, 'a"b,c', 203.0, "2024-01-02"), (3, "鳌江", None, "2024-01-03")]
COLUMNS = ["id", "na me", "length", "seen"]


pytestmark = pytest.mark.xdist_group("pulls")  # they share a table of the server


def _tick(what: str, done: int, total: int) -> None:
    """Nobody listens."""


def _spec(mode: str = "append", memory: dict[str, object] | None = None, **settings: object) -> SourceSpec:
    return SourceSpec(id="s", name="rivers", kind="x", settings=settings, memory=memory or {}, mode=mode)


def _rows(fetched: Fetched | None) -> list[list[str]]:
    assert fetched is not None
    with fetched.path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def sqlite_rivers(tmp_path: Path) -> dict[str, object]:
    path = tmp_path / "rivers.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            'CREATE TABLE rivers (id INTEGER, "na me" TEXT, length REAL, seen TEXT, secret TEXT)'
        )
        connection.executemany("INSERT INTO rivers VALUES (?, ?, ?, ?, 'x')", ROWS)
    connection.close()
    return {"engine": "sqlite", "database": str(path)}


def _url(name: str) -> dict[str, object]:
    parts = urlsplit(os.environ[name])
    named = {"password": {"env": "RIVERS_PASSWORD"}} if parts.password else {}
    return {
        **named,
        "host": parts.hostname,
        "port": parts.port,
        "database": parts.path.lstrip("/"),
        "user": unquote(parts.username or ""),
        "allow_private": True,
        "secret": unquote(parts.password or ""),
    }


@pytest.fixture
def postgres_rivers(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    settings = _url("CITYHALL_TEST_POSTGRES")
    monkeypatch.setenv("RIVERS_PASSWORD", str(settings.pop("secret")))
    with psycopg.connect(os.environ["CITYHALL_TEST_POSTGRES"], autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS rivers")
        connection.execute(
            'CREATE TABLE rivers (id int, "na me" text, length float8, seen date, secret text)'
        )
        for row in ROWS:
            connection.execute("INSERT INTO rivers VALUES (%s, %s, %s, %s, 'x')", row)
    return {"engine": "postgresql", **settings}


@pytest.fixture
def mysql_rivers(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    settings = _url("CITYHALL_TEST_MYSQL")
    monkeypatch.setenv("RIVERS_PASSWORD", str(settings["secret"]))
    connection = pymysql.connect(
        host=settings["host"],  # type: ignore[arg-type]
        port=settings["port"],  # type: ignore[arg-type]
        user=settings["user"],
        password=settings.pop("secret"),  # type: ignore[arg-type]
        autocommit=True,
        charset="utf8mb4",
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE IF NOT EXISTS cityhall_pull")
        cursor.execute("USE cityhall_pull")
        cursor.execute("DROP TABLE IF EXISTS rivers")
        cursor.execute("CREATE TABLE rivers (id int, `na me` text, length double, seen date, secret text)")
        cursor.executemany("INSERT INTO rivers VALUES (%s, %s, %s, %s, 'x')", ROWS)
    return {"engine": "mysql", **settings, "database": "cityhall_pull"}


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("mysql", marks=pytest.mark.mysql),
    ]
)
def rivers(request: pytest.FixtureRequest) -> dict[str, object]:
    return dict(request.getfixturevalue(f"{request.param}_rivers"))


def test_the_declared_columns_of_a_table_are_pulled(rivers: dict[str, object], tmp_path: Path) -> None:
    rows = _rows(databases.fetch(_spec(table="rivers", columns=COLUMNS, **rivers), tmp_path, _tick))
    assert rows[0] == COLUMNS
    assert sorted(rows[1:]) == [
        ["1", "瓯江", "388.5", ""], ["2", 'a"b,c', "203.0", "2024-01-02"], ["3", "鳌江", "", "2024-01-03"]
    ]  # fmt: skip


def test_a_cursor_brings_only_what_is_new(rivers: dict[str, object], tmp_path: Path) -> None:
    how = {"table": "rivers", "columns": ["id", "na me"], "cursor": "id", **rivers}
    first = databases.fetch(_spec(**how), tmp_path, _tick)
    assert [row[0] for row in _rows(first)] == ["id", "1", "2", "3"]
    assert first is not None
    assert first.memory == {"cursor": "3"}
    assert databases.fetch(_spec(memory=dict(first.memory), **how), tmp_path, _tick) is None
    assert [
        row[0] for row in _rows(databases.fetch(_spec(memory={"cursor": "1"}, **how), tmp_path, _tick))[1:]
    ] == ["2", "3"]
    again = databases.fetch(_spec("upsert", dict(first.memory), **how), tmp_path, _tick)
    assert [row[0] for row in _rows(again)[1:]] == ["3"], "rows of the same moment may have come later"


@pytest.mark.parametrize(
    "change",
    [
        {"columns": ["id", "nothing"]},
        {"table": "nothing"},
        {"columns": ["id", 'x" FROM rivers; DROP TABLE rivers; --']},
        {"table": "rivers; DROP TABLE rivers"},
    ],
)
def test_what_is_not_there_or_not_a_name_is_refused_and_harms_nothing(
    rivers: dict[str, object], tmp_path: Path, change: dict[str, object]
) -> None:
    how = {"table": "rivers", "columns": ["id"], **rivers}
    with pytest.raises((DatabaseRefused, SettingWrong)):
        databases.fetch(_spec(**{**how, **change}), tmp_path, _tick)
    assert len(_rows(databases.fetch(_spec(**how), tmp_path, _tick))) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"columns": []},
        {"columns": "id"},
        {"table": ""},
        {"cursor": "seen"},
        {"engine": "oracle"},
        {"table": "a.b.c.d"},
    ],
)
def test_half_a_declaration_is_refused(
    sqlite_rivers: dict[str, object], tmp_path: Path, change: dict[str, object]
) -> None:
    with pytest.raises(SettingWrong):
        databases.fetch(
            _spec(**{"table": "rivers", "columns": ["id"], **sqlite_rivers, **change}), tmp_path, _tick
        )


def test_too_many_rows_and_a_private_host(
    sqlite_rivers: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_TICK_ROWS", 1)
    with pytest.raises(SourceTooBig):
        databases.fetch(_spec(table="rivers", columns=["id"], max_rows=2, **sqlite_rivers), tmp_path, _tick)
    for engine in ("postgresql", "mysql"):
        inside = {
            "engine": engine,
            "host": "127.0.0.1",
            "port": 1,
            "database": "d",
            "user": "u",
            "table": "t",
            "columns": ["a"],
        }
        with pytest.raises(AddressRefused):
            databases.fetch(_spec(**inside), tmp_path, _tick)
        with pytest.raises(SourceUnreachable):
            databases.fetch(_spec(allow_private=True, **inside), tmp_path, _tick)


@pytest.mark.postgres
def test_a_pull_cannot_write(postgres_rivers: dict[str, object], tmp_path: Path) -> None:
    with psycopg.connect(os.environ["CITYHALL_TEST_POSTGRES"], autocommit=True) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION touch() RETURNS int LANGUAGE sql AS 'DELETE FROM rivers RETURNING 1'"
        )
        connection.execute("CREATE OR REPLACE VIEW trap AS SELECT touch() AS id")
    with pytest.raises(DatabaseRefused):
        databases.fetch(_spec(table="trap", columns=["id"], **postgres_rivers), tmp_path, _tick)
    with psycopg.connect(os.environ["CITYHALL_TEST_POSTGRES"], autocommit=True) as connection:
        connection.execute("DROP VIEW trap")
        connection.execute("DROP FUNCTION touch")


# --- remote files -----------------------------------------------------------------------------------------


def test_the_newest_remote_file_is_taken_once(tmp_path: Path) -> None:
    system = fsspec.filesystem("memory")
    for month, text in (("01", "a\n1\n"), ("02", "a\n2\n")):
        system.pipe(f"/city/{month}.csv", text.encode())
    spec = _spec(url="memory://city/*.csv")
    first = remote.fetch(spec, tmp_path, _tick)
    assert first is not None
    assert (first.name, first.path.read_text()) == ("02.csv", "a\n2\n")
    assert remote.fetch(_spec(memory=dict(first.memory), url="memory://city/*.csv"), tmp_path, _tick) is None
    system.pipe("/city/03.csv", b"a\n3\n")
    third = remote.fetch(_spec(memory=dict(first.memory), url="memory://city/*.csv"), tmp_path, _tick)
    assert third is not None
    assert third.name == "03.csv"
    assert remote.fetch(_spec(url="memory://empty/*.csv"), tmp_path, _tick) is None
    system.rm("/city", recursive=True)


def test_a_remote_file_of_another_kind_or_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    with pytest.raises(SettingWrong):
        remote.fetch(_spec(url="http://example.org/x"), tmp_path, _tick)
    with pytest.raises(SourceUnreachable):
        remote.fetch(_spec(url=f"file://{tmp_path}/nothing.csv"), tmp_path, _tick)
    with pytest.raises(SourceTooBig):
        remote.fetch(_spec(url=f"file://{tmp_path}/x.csv", max_bytes=2), tmp_path, _tick)
    with pytest.raises(AddressRefused):
        remote.fetch(_spec(url="sftp://inside/x.csv", options={"host": "127.0.0.1"}), tmp_path, _tick)


# --- drop folders -----------------------------------------------------------------------------------------


def _drop(path: Path, **settings: object) -> SourceSpec:
    return _spec(path=str(path), settle_seconds=0.01, **settings)


def test_files_are_taken_in_order_and_everything_of_ours_is_left_alone(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".hidden", "a.csv.receipt.json", "c.part", "x.tmp"):
        (tmp_path / name).write_text("a\n1\n")
    assert [path.name for path in folder.waiting_files(_drop(tmp_path))] == ["a.csv", "b.csv"]
    first = folder.fetch(_drop(tmp_path), tmp_path, _tick)
    assert first is not None
    assert first.name == "a.csv"
    assert [path.name for path in folder.waiting_files(_drop(tmp_path, pattern="b*"))] == ["b.csv"]


def test_a_settled_file_moves_and_leaves_a_receipt(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    fetched = folder.fetch(_drop(tmp_path), tmp_path, _tick)
    assert fetched is not None
    folder.settle(_drop(tmp_path), "a.csv", {"clean": 1}, fetched.memory["look"], good=True)
    assert json.loads((tmp_path / "a.csv.receipt.json").read_text()) == {"clean": 1}
    assert (tmp_path / "done" / "a.csv").exists()
    (tmp_path / "a.csv").write_text("a\n2\n")
    folder.settle(_drop(tmp_path), "a.csv", {"clean": 1}, fetched.memory["look"], good=True)
    assert (tmp_path / "a.csv").exists(), "a newer file of the same name is not the one that was taken"
    again = folder.fetch(_drop(tmp_path), tmp_path, _tick)
    assert again is not None
    folder.settle(_drop(tmp_path), "a.csv", {"clean": 1}, again.memory["look"], good=True)
    assert (tmp_path / "done" / "a.2.csv").exists()


def test_a_manifest_is_compared(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    digest = hashlib.sha256(b"a\n1\n").hexdigest()
    (tmp_path / "a.csv.manifest.json").write_text(json.dumps({"sha256": digest.upper(), "rows": 1}))
    fetched = folder.fetch(_drop(tmp_path), tmp_path, _tick)
    assert fetched is not None
    folder.check_manifest("a.csv", fetched.manifest, sha256=digest, rows=1)
    with pytest.raises(ManifestDiffers):
        folder.check_manifest("a.csv", fetched.manifest, sha256="0" * 64)
    with pytest.raises(ManifestDiffers):
        folder.check_manifest("a.csv", fetched.manifest, rows=2)
    (tmp_path / "a.csv.manifest.json").write_text("[")
    with pytest.raises(ManifestDiffers):
        folder.fetch(_drop(tmp_path), tmp_path, _tick)


# --- secrets ----------------------------------------------------------------------------------------------


def test_no_source_sends_what_the_node_itself_runs_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "secrets").mkdir(exist_ok=True)
    for name in OWN_SECRETS:
        secret(name)
        with pytest.raises(CredentialMissing):
            credential({"file": name})
    for name in ("CITYHALL_SECRET_KEY", "CITYHALL_BUCKET_SECRET", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "ours")
        with pytest.raises(CredentialMissing):
            credential({"env": name})


def test_every_own_secret_is_known_as_one() -> None:
    source = Path(credentials.__file__).parents[2]
    made = {
        name
        for file in source.rglob("*.py")
        for name in re.findall(r'\bsecret\("(\w+)"', file.read_text("utf-8"))
    }
    assert made == OWN_SECRETS


def test_secrets_are_named_and_never_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIVERS_TOKEN", "abc")
    assert credential({"env": "RIVERS_TOKEN"}) == "abc"
    (home / "secrets").mkdir(exist_ok=True)
    secret = home / "secrets" / "rivers"
    secret.write_text("def\n")
    secret.chmod(0o600)
    assert credential({"file": "rivers"}) == "def"
    secret.chmod(0o644)
    for wrong in ({"file": "rivers"}, {"file": "../secrets/rivers"}, {"file": ".."}):
        with pytest.raises(Exception, match="credential"):
            credential(wrong)
    for clear in (
        {"password": "x"},
        {"headers": {"Authorization": "Bearer x"}},
        {"url": "https://u:p@x.org"},
    ):
        with pytest.raises(SettingWrong):
            refuse_clear_secrets(clear)
    refuse_clear_secrets(
        {"password": {"env": "X"}, "options": {"secret": {"file": "y"}}, "url": "https://x.org"}
    )
    assert concealed({"password": "x", "o": {"token": "y", "key": {"env": "Z"}}}) == {
        "password": "…", "o": {"token": "…", "key": {"env": "Z"}}
    }  # fmt: skip
