"""Runs of sources: queue, lanes, cancelling, retrying, changed columns, schedules, alarms, pushes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import F
from tests.collection.conftest import CLEAN, DIRTY

from cityhall.catalog.queries import dataset
from cityhall.collection import reading
from cityhall.collection.actions import (
    Overrides,
    cancel,
    create_source,
    decide_schema,
    perform_run,
    publish_file,
    push,
    recover,
    retry,
    start_run,
    tick,
    update_source,
)
from cityhall.collection.errors import (
    BadSchedule,
    KeyMissing,
    NoDecisionWaiting,
    PushKeyReused,
    PushUnusable,
    RunInProgress,
    RunNotActive,
    RunNotRetriable,
    SchemaChanged,
    SettingWrong,
    SourceUnknown,
)
from cityhall.collection.models import Run, Source
from cityhall.collection.queries import run, runs, source, sources
from cityhall.collection.road import walk
from cityhall.identity.errors import RightMissing
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.warehouse.queries import raw_path, version, versions

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def front_machine(operator: Actor, agency_id: str, home: Path, drop: Path) -> str:
    settings = {"path": str(drop), "settle_seconds": 0}
    return create_source(operator, "folder", "wells", settings, agency=agency_id, cycle="daily")


def _go(operator: Actor, source_id: str, **options: bool) -> str:
    run_id = start_run(operator, source_id, **options)
    perform_run(run_id)
    return run_id


def test_a_dropped_file_is_collected_with_receipt(operator: Actor, front_machine: str, drop: Path) -> None:
    (drop / "wells.csv").write_text(DIRTY)
    told = run(_go(operator, front_machine))
    assert told.stage == "done", told.error
    receipt = json.loads((drop / "wells.csv.receipt.json").read_text())
    assert receipt["read"] == receipt["clean"] + receipt["quarantined"] + receipt["duplicates"] == 203
    assert receipt["sha256"] == told.landed_sha256
    assert (drop / "done" / "wells.csv").exists()
    assert source(front_machine).dataset_id == told.dataset_id


def test_every_waiting_file_gets_its_run(operator: Actor, front_machine: str, drop: Path) -> None:
    for number, name in enumerate(("a.csv", "b.csv", "c.csv")):
        (drop / name).write_text(CLEAN + f"Z{number},z,1,2024-01-01\n")
    _go(operator, front_machine)
    while queued := [one.id for one in runs(active=True)]:
        perform_run(queued[0])
    assert sorted(path.name for path in (drop / "done").iterdir()) == ["a.csv", "b.csv", "c.csv"]
    assert [one.stage for one in runs(source_id=front_machine)] == ["done"] * 3


def test_a_refused_file_goes_to_refused_with_the_reason(
    operator: Actor, front_machine: str, drop: Path
) -> None:
    (drop / "login.csv").write_text(
        "<!DOCTYPE html><html><head><title>登录</title></head><body>x</body></html>"
    )
    told = run(_go(operator, front_machine))
    assert told.stage == "failed"
    assert (drop / "refused" / "login.csv").exists()
    assert (
        json.loads((drop / "login.csv.receipt.json").read_text())["error"]["code"]
        == "collection.html_instead_of_data"
    )
    assert raw_path(told.landed_sha256).exists()


def test_a_manifest_that_differs_stops_the_run(operator: Actor, front_machine: str, drop: Path) -> None:
    (drop / "wells.csv").write_text(CLEAN)
    (drop / "wells.csv.manifest.json").write_text(json.dumps({"rows": 199}))
    told = run(_go(operator, front_machine))
    assert told.error is not None
    assert told.error["code"] == "collection.manifest_differs"
    assert not told.version
    assert (drop / "refused" / "wells.csv.manifest.json").exists()


def test_two_runs_of_one_source_at_once(operator: Actor, front_machine: str, drop: Path) -> None:
    (drop / "wells.csv").write_text(CLEAN)
    first = start_run(operator, front_machine)
    with pytest.raises(RunInProgress):
        start_run(operator, front_machine)
    assert walk(first)
    assert walk(first) == (), "a run is worked off once"
    start_run(operator, front_machine)


def test_an_empty_folder_has_nothing_to_collect(operator: Actor, front_machine: str) -> None:
    told = run(_go(operator, front_machine))
    assert told.error is not None
    assert told.error["code"] == "collection.nothing_to_collect"


def test_cancelling_a_queued_and_a_working_run(
    operator: Actor, front_machine: str, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "wells.csv").write_text(CLEAN)
    queued = start_run(operator, front_machine)
    cancel(operator, queued)
    assert run(queued).stage == "cancelled"
    assert walk(queued) == ()
    with pytest.raises(RunNotActive):
        cancel(operator, queued)
    working = start_run(operator, front_machine)
    with monkeypatch.context() as patched:
        patched.setattr("cityhall.collection.road.read_tables", _cancelling(operator, working))
        walk(working)
    told = run(working)
    assert (told.stage, told.version) == ("cancelled", None)
    assert (drop / "wells.csv").exists(), "a cancelled file stays where it is"
    retry(operator, working)
    perform_run(working)
    assert run(working).stage == "done"
    with pytest.raises(RunNotRetriable):
        retry(operator, working)


def _cancelling(operator: Actor, run_id: str) -> Callable[..., object]:
    real = reading.read_tables

    def cancelled(*args: object, **kwargs: object) -> object:
        cancel(operator, run_id)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    return cancelled


def test_a_retry_starts_from_the_landed_bytes(
    operator: Actor, front_machine: str, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "wells.csv").write_text(CLEAN)
    run_id = start_run(operator, front_machine)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("cityhall.collection.reading.stage", full)
        walk(run_id)
    assert run(run_id).error["code"] == "collection.disk_full"  # type: ignore[index]
    assert (drop / "wells.csv").exists(), "a full disk is not the department's fault"
    (drop / "wells.csv").unlink()
    retry(operator, run_id)
    perform_run(run_id)
    assert run(run_id).stage == "done"
    assert run(run_id).attempt == 2


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (CLEAN.replace("日期\n", "日期,新列\n").replace("\nA", "\nA"), "added"),
        ("\n".join(line.rpartition(",")[0] for line in CLEAN.splitlines()) + "\n", "missing"),
        ("编号,名称,数量,日期\n" + "".join(f"A{n},名称,很多{n},2024-01-01\n" for n in range(50)), "retyped"),
    ],
)
def test_changed_columns_wait_for_the_steward(
    steward: Actor, home: Path, write: Write, changed: str, found: str
) -> None:
    if found == "added":
        head, *rest = changed.splitlines()
        changed = "\n".join([head, *(line + ",x" for line in rest)]) + "\n"
    first = publish_file(steward, write(CLEAN)).tables[0]
    with pytest.raises(SchemaChanged):
        publish_file(steward, write(changed))
    waiting = runs(stage="decision_needed")[0]
    assert waiting.decision is not None
    assert [name for name in ("added", "missing", "retyped") if waiting.decision[name]] == [found]
    assert len(versions(first.dataset_id)) == 1, "the old version keeps serving"
    assert len(dataset(first.dataset_id).items) == 4
    decide_schema(steward, waiting.id, accept=True)
    perform_run(waiting.id)
    told = run(waiting.id)
    assert told.stage == "done", told.error
    assert told.version == 2
    items = {item.name: item.type for item in dataset(first.dataset_id).items}
    assert (
        items
        == {
            "added": {"编号": "text", "名称": "text", "数量": "integer", "日期": "date", "新列": "text"},
            "missing": {"编号": "text", "名称": "text", "数量": "integer"},
            "retyped": {"编号": "text", "名称": "text", "数量": "text", "日期": "date"},
        }[found]
    )
    with pytest.raises(NoDecisionWaiting):
        decide_schema(steward, waiting.id, accept=True)


def test_rejected_columns_change_nothing(steward: Actor, home: Path, write: Write) -> None:
    first = publish_file(steward, write(CLEAN)).tables[0]
    with pytest.raises(SchemaChanged):
        publish_file(steward, write("编号,名称\nA,b\n"))
    waiting = runs(stage="decision_needed")[0]
    with pytest.raises(RightMissing):
        decide_schema(ANONYMOUS, waiting.id, accept=True)
    decide_schema(steward, waiting.id, accept=False)
    assert run(waiting.id).stage == "failed"
    assert version(first.dataset_id).number == 1
    assert publish_file(steward, write(CLEAN)).tables[0].unchanged


def test_the_option_accepts_changed_columns_at_once(steward: Actor, home: Path, write: Write) -> None:
    publish_file(steward, write(CLEAN))
    table = publish_file(steward, write("编号,名称\nA,b\n"), Overrides(accept_schema=True)).tables[0]
    assert table.receipt["version"] == 2
    assert len(table.items) == 2


# --- bad files --------------------------------------------------------------------------------------------

WIDE = ",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join("1" * 10_000) + "\n"
BAD: dict[str, tuple[bytes, str | None]] = {
    "empty": (b"", "collection.empty_file"),
    "html": (
        b"<!doctype html><html><title>x</title><body>no</body></html>",
        "collection.html_instead_of_data",
    ),
    "broken": (b"PK\x03\x04" + b"\x00" * 300, None),
    "columns": (WIDE.encode(), "collection.too_many_columns"),
    "twins": (b"a,a,b\n1,2,3\n4,5,6\n", "collection.duplicate_headers"),
    "prose": ("关于召开会议的通知\n\n各部门：\n请准时参加。\n".encode(), None),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_keeps_its_bytes_and_the_old_version(
    steward: Actor, home: Path, write: Write, name: str
) -> None:
    first = publish_file(steward, write(CLEAN)).tables[0]
    body, code = BAD[name]
    with pytest.raises(Exception) as caught:
        publish_file(steward, write(body))
    told = runs(stage="failed")[0]
    assert told.error is not None
    assert told.error["code"] == getattr(caught.value, "code", "")
    assert code in (None, told.error["code"])
    assert told.error["code"] != "collection.run_broke"
    assert raw_path(told.landed_sha256).read_bytes() == body
    assert [one.number for one in versions(first.dataset_id)] == [1]
    assert not any((home / "work").iterdir())


def test_a_wrong_declared_encoding_is_refused(steward: Actor, home: Path, write: Write) -> None:
    with pytest.raises(Exception) as caught:
        publish_file(steward, write(CLEAN.encode("gb18030")), Overrides(encoding="utf-8"))
    assert getattr(caught.value, "code", "") == "collection.wrong_encoding"


def test_an_unforeseen_failure_is_coded_and_logged(
    steward: Actor, home: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("cityhall.collection.reading.check", broken)
    with pytest.raises(Exception, match="unexpectedly in stage checking"):
        publish_file(steward, write(CLEAN))
    assert not any((home / "work").iterdir())


# --- schedules and alarms ---------------------------------------------------------------------------------

MORNING = datetime(2024, 5, 6, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in the city


def test_due_sources_are_queued_once(operator: Actor, front_machine: str, drop: Path) -> None:
    assert tick(operator) == 0, "an empty folder is not due"
    (drop / "wells.csv").write_text(CLEAN)
    assert tick(operator) == 1
    assert tick(operator) == 0, "its lane is taken"
    (queued,) = runs(active=True)
    perform_run(queued.id)
    assert run(queued.id).stage == "done"


def test_a_schedule_moves_on_and_a_clock_set_back_does_no_harm(
    operator: Actor, agency_id: str, home: Path
) -> None:
    with clock.at(MORNING):
        source_id = create_source(
            operator,
            "http",
            "feed",
            {"url": "https://example.org/x.csv"},
            agency=agency_id,
            schedule="every 10 minutes",
        )
        assert tick(operator) == 0
    with clock.at(MORNING + timedelta(minutes=11)):
        assert tick(operator) == 1
        due = source(source_id).next_due
        assert due == MORNING + timedelta(minutes=21)
    Run.objects.update(active=False)
    with clock.at(MORNING - timedelta(days=500)):
        assert tick(operator) == 1, "a time that lies absurdly far ahead counts as due"
    ids = [one.id for one in runs()]
    assert ids == sorted(ids, reverse=True), "ids keep their order when the clock goes back"


def test_a_missed_cycle_raises_one_alarm(operator: Actor, front_machine: str) -> None:
    assert tick(operator) == 0
    with clock.at(clock.now() + timedelta(days=2)):
        assert tick(operator) == 1
        assert tick(operator) == 0
    assert source(front_machine).alarmed is not None


def test_a_good_delivery_ends_the_alarm(operator: Actor, front_machine: str, drop: Path) -> None:
    Source.objects.update(alarmed=F("created"))
    (drop / "wells.csv").write_text(CLEAN)
    _go(operator, front_machine)
    assert source(front_machine).alarmed is None


# --- setting up -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "settings", "more", "error"),
    [
        ("http", {"url": "https://u:p@example.org/x"}, {}, SettingWrong),
        ("database", {"engine": "postgresql", "password": "clear"}, {}, SettingWrong),
        ("http", {"url": "https://example.org/"}, {"schedule": "now and then"}, BadSchedule),
        ("http", {"url": "https://example.org/"}, {"mode": "upsert"}, KeyMissing),
        ("http", {"url": "https://example.org/"}, {"mode": "merge"}, SettingWrong),
        ("http", {"url": "https://example.org/"}, {"cycle": "often"}, SettingWrong),
        ("file", {}, {}, SettingWrong),
        ("carrier-pigeon", {}, {}, SettingWrong),
        ("folder", {"path": "/tmp"}, {}, RightMissing),
        ("http", {"url": "http://10.0.0.1/", "allow_private": True}, {}, RightMissing),
        ("database", {"engine": "sqlite", "database": "/tmp/x"}, {}, RightMissing),
        ("remote", {"url": "file:///tmp/x"}, {}, RightMissing),
        (
            "remote",
            {"url": "s3://b/x", "options": {"client_kwargs": {"endpoint_url": "http://10.1.1.1"}}},
            {},
            RightMissing,
        ),
    ],
)
def test_what_a_steward_may_not_set_up(
    steward: Actor,
    home: Path,
    kind: str,
    settings: dict[str, object],
    more: dict[str, str],
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        create_source(steward, kind, "x", settings, **more)  # type: ignore[arg-type]
    assert sources() == ()


def test_a_source_is_changed_and_rights_are_asked(steward: Actor, home: Path) -> None:
    source_id = create_source(steward, "http", "feed", {"url": "https://example.org/x.csv"})
    update_source(steward, source_id, {"schedule": "daily at 03:00", "name": "wells"})
    assert source(source_id).name == "wells"
    assert source(source_id).next_due is not None
    with pytest.raises(SettingWrong):
        update_source(steward, source_id, {"agency_id": "other"})
    with pytest.raises(SettingWrong):
        update_source(steward, source_id, {"settings": {"headers": {"Authorization": "Bearer x"}}})
    for act in (
        lambda: start_run(ANONYMOUS, source_id),
        lambda: update_source(ANONYMOUS, source_id, {"name": "y"}),
    ):
        with pytest.raises(RightMissing):
            act()
    with pytest.raises(SourceUnknown):
        start_run(steward, "src_nothing")


# --- push -------------------------------------------------------------------------------------------------


def _lines(*rows: dict[str, object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def test_the_same_key_gives_the_same_answer(steward: Actor, home: Path) -> None:
    source_id = create_source(steward, "push", "readings", {}, mode="append")
    body = _lines({"meter": "M1", "value": 3}, {"meter": "M2", "value": 4})
    first = push(steward, source_id, body, "application/x-ndjson", "k1")
    assert push(steward, source_id, body, "application/x-ndjson", "k1").id == first.id
    with pytest.raises(PushKeyReused):
        push(steward, source_id, body + b"{}", "application/x-ndjson", "k1")
    perform_run(first.id)
    told = run(first.id)
    assert told.stage == "done", told.error
    assert push(steward, source_id, body, "application/x-ndjson", "k1").version == 1
    second = push(steward, source_id, b"meter,value\nM3,5\n", "text/csv; charset=utf-8", "k2")
    perform_run(second.id)
    assert version(told.dataset_id).rows == 3


@pytest.mark.parametrize(
    ("body", "kind", "key"),
    [(b"", "text/csv", "k"), (b"a\n1\n", "text/html", "k"), (b"a\n1\n", "text/csv", "")],
)
def test_what_cannot_be_pushed(steward: Actor, home: Path, body: bytes, kind: str, key: str) -> None:
    source_id = create_source(steward, "push", "readings", {}, mode="append")
    with pytest.raises(PushUnusable):
        push(steward, source_id, body, kind, key)
    with pytest.raises(RightMissing):
        push(ANONYMOUS, source_id, b"a\n1\n", "text/csv", "k")
    assert runs() == ()


# --- recovery in one process ------------------------------------------------------------------------------


def test_only_abandoned_runs_are_taken_up(
    operator: Actor, front_machine: str, drop: Path, home: Path
) -> None:
    (drop / "wells.csv").write_text(CLEAN)
    run_id = start_run(operator, front_machine)
    assert recover(operator) == (), "a queued run has not been abandoned"
    Run.objects.filter(pk=run_id).update(stage="checking", worker="elsewhere:1:1", heartbeat=clock.now())
    assert recover(operator) == (), "its worker's heart beats"
    for heart in (clock.now() - timedelta(hours=1), clock.now() + timedelta(hours=1)):
        Run.objects.filter(pk=run_id).update(
            stage="checking", worker="elsewhere:1:1", heartbeat=heart, attempt=1
        )
        (home / "work" / "run_gone").mkdir(parents=True, exist_ok=True)
        assert recover(operator) == (run_id,)
        assert not (home / "work" / "run_gone").exists()
    Run.objects.filter(pk=run_id).update(stage="checking", worker="", attempt=3)
    assert recover(operator) == ()
    assert run(run_id).error["code"] == "collection.run_interrupted"  # type: ignore[index]
