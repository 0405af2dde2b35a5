"""Runs of sources: queue, lanes, cancelling, retrying."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.collection.conftest import CLEAN, DIRTY, collect

from cityhall.collection import reading
from cityhall.collection.actions import (
    cancel,
    perform_run,
    retry,
    start_run,
)
from cityhall.collection.errors import (
    RunInProgress,
    RunNotActive,
    RunNotRetriable,
)
from cityhall.collection.queries import run, runs, source
from cityhall.collection.road import walk
from cityhall.kernel.actor import Actor
from cityhall.warehouse.queries import raw_path

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


def test_a_dropped_file_is_collected_with_receipt(operator: Actor, front_machine: str, drop: Path) -> None:
    (drop / "wells.csv").write_text(DIRTY)
    told = run(collect(operator, front_machine))
    assert told.stage == "done", told.error
    receipt = json.loads((drop / "wells.csv.receipt.json").read_text())
    assert receipt["read"] == receipt["clean"] + receipt["quarantined"] + receipt["duplicates"] == 203
    assert receipt["sha256"] == told.landed_sha256
    assert (drop / "done" / "wells.csv").exists()
    assert source(front_machine).dataset_id == told.dataset_id


def test_every_waiting_file_gets_its_run(operator: Actor, front_machine: str, drop: Path) -> None:
    for number, name in enumerate(("a.csv", "b.csv", "c.csv")):
        (drop / name).write_text(CLEAN + f"Z{number},z,1,2024-01-01\n")
    collect(operator, front_machine)
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
    told = run(collect(operator, front_machine))
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
    told = run(collect(operator, front_machine))
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
    told = run(collect(operator, front_machine))
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
