"""Runs a node's processes side by side: pages, data plane, workers, beat. One stops, all are told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from cityhall.kernel.home import home


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run and where: `host`, the port of the pages, the port of finished files, numbers of processes."""

    host: str = "127.0.0.1"
    port: int = 8000
    files_port: int = 8001
    web_workers: int = 2
    job_workers: int = 1


@dataclass(slots=True)
class _Child:
    name: str
    command: tuple[str, ...]
    process: subprocess.Popen[bytes]
    started: float


def commands(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The command line of each process, by name."""
    granian = str(Path(sys.executable).parent / "granian")
    cityhall = str(Path(sys.executable).parent / "cityhall")
    static = str(home() / "static")
    named = {
        "web": (
            granian, "--interface", "wsgi", "--host", plan.host, "--port", str(plan.port),
            "--workers", str(plan.web_workers), "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws",
            "--static-path-route", "/static", "--static-path-mount", static, "--log-level", "warning",
            "cityhall.app.wsgi:application",
        ),
        "files": (
            granian, "--interface", "asginl", "--host", plan.host, "--port", str(plan.files_port), "--workers", "1",
            "--respawn-failed-workers", "--no-ws", "--log-level", "warning", "cityhall.web.dataplane:application",
        ),
        "beat": (cityhall, "beat"),
    }  # fmt: skip
    return named | {f"worker-{number}": (cityhall, "worker") for number in range(1, plan.job_workers + 1)}


def serve(plan: Plan) -> None:
    """Run until told to stop (SIGINT or SIGTERM); a process that ends by itself is started again, at most once a second."""
    os.environ["CITYHALL_FILES_URL"] = os.environ.get(
        "CITYHALL_FILES_URL", f"http://{plan.host}:{plan.files_port}"
    )
    children = [_start(name, command) for name, command in commands(plan).items()]
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        time.sleep(0.2)
        for child in children:
            _restart_if_ended(child)
    _stop_all(children)


def _start(name: str, command: Sequence[str]) -> _Child:
    log = home() / "logs" / f"{name}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)  # noqa: S603  (our own fixed command lines)
    return _Child(name, tuple(command), process, time.monotonic())


def _restart_if_ended(child: _Child) -> None:
    if child.process.poll() is None or time.monotonic() - child.started < 1:
        return
    again = _start(child.name, child.command)
    child.process, child.started = again.process, again.started


def _stop_all(children: Sequence[_Child]) -> None:
    for child in children:
        child.process.terminate()
    for child in children:
        try:
            child.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.process.kill()
