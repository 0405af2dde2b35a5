"""A node's processes: who is among them, that one which ends comes back, and that all end together."""

from __future__ import annotations

import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
from tests.processes import lives, until

from cityhall.app import serving
from cityhall.app.serving import Plan, processes


def test_every_kind_of_process_is_there() -> None:
    assert list(processes(Plan())) == ["web", "files", "beat", "worker-1"]
    assert list(processes(Plan(job_workers=2, beat=False))) == ["web", "files", "worker-1", "worker-2"]


def test_a_process_that_is_killed_comes_back_and_all_end_when_told(home: Path) -> None:
    told = home / "told"

    def job() -> None:
        os.write(1, b"begun\n")
        with told.open("a", encoding="ascii") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(60)

    def pids() -> list[int]:
        return [int(line) for line in told.read_text(encoding="ascii").split()] if told.exists() else []

    child = serving._start("job", job)
    until(lambda: len(pids()) == 1)
    os.kill(pids()[0], signal.SIGKILL)
    until(lambda: not child.process.is_alive())
    child.started = time.monotonic() + 60
    serving._restart_if_ended(child)
    assert not child.process.is_alive(), "at most once a second"
    child.started = time.monotonic() - 1
    serving._restart_if_ended(child)
    until(lambda: len(pids()) == 2)
    serving._stop_all([child])
    assert not child.process.is_alive()
    assert (home / "logs" / "job.log").read_text(encoding="ascii") == "begun\n" * 2


def test_a_process_ends_with_the_one_that_started_it(home: Path) -> None:
    told = home / "grandchild"

    def grandchild() -> None:
        told.write_text(str(os.getpid()), encoding="ascii")
        time.sleep(60)

    def parent() -> None:
        serving._start("grandchild", grandchild)
        time.sleep(60)

    child = serving._start("parent", parent)
    until(lambda: told.exists() and told.read_text(encoding="ascii") != "")
    started = int(told.read_text(encoding="ascii"))
    child.process.kill()
    child.process.join()
    until(lambda: not lives(started))


def test_no_process_loads_what_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [serving._NoPandas(), *sys.meta_path])
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    with pytest.raises(ModuleNotFoundError):
        import_module("pandas")
    assert import_module("colorsys")
