"""Runs a node's processes side by side: pages, finished files, workers, beat. One stops, all are told.

The house is loaded once, and every process is forked from it: they share its memory until they write into it, so that
a node of six processes needs little more than twice the memory of one. Whoever forks must have no threads and no
connections of its own; therefore the process in the middle does nothing but start, watch and stop the others.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType, ModuleType
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.template import engines
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from cityhall.app.installing import prepare
from cityhall.app.upkeep import Rounds
from cityhall.collection.actions import recover
from cityhall.kernel.actor import system_actor
from cityhall.kernel.home import home
from cityhall.opening.queries import search_read_ahead

PAGES: Final = "cityhall.app.wsgi:application"
FILES: Final = "cityhall.web.dataplane:application"
PATIENCE: Final = 10.0
"""Seconds that a process may take to end when it is told to."""
ARENAS: Final = 2
READERS: Final = 4
"""Threads that read finished files for those who fetch them."""
AHEAD: Final = 128 * 1024
"""Bytes of a file that lie in memory for each who fetches one, beside what the system's own buffers hold."""
_M_ARENA_MAX: Final = -8
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
_FORKING = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run and where: `host`, the port of the pages, the port of finished files, numbers of processes, and
    whether the beat is among them (of several hosts one is enough).
    """

    host: str = "127.0.0.1"
    port: int = 8000
    files_port: int = 8001
    web_workers: int = 2
    job_workers: int = 1
    beat: bool = True


@dataclass(slots=True)
class _Child:
    name: str
    work: Callable[[], None]
    process: ForkProcess
    started: float


def processes(plan: Plan) -> dict[str, Callable[[], None]]:
    """What each process of a node does, by its name."""
    named: dict[str, Callable[[], None]] = {"web": partial(_pages, plan), "files": partial(_files, plan)}
    if plan.beat:
        named["beat"] = beat
    return named | {f"worker-{number}": work for number in range(1, plan.job_workers + 1)}


def work(once: bool = False) -> None:
    """Work on the queue: runs, exports, notices; once through, or until told to stop."""
    recover(system_actor("worker"))
    call_command("db_worker", batch=once, interval=0.5, startup_delay=False)


def beat(seconds: float = 5.0, once: bool = False) -> None:
    """Do what is due of all chores, with a pause of some seconds between rounds; one round, or for ever."""
    rounds = Rounds()
    while True:
        rounds.turn()
        if once:
            return
        time.sleep(seconds)


def serve(plan: Plan, ready: Callable[[], None]) -> None:
    """Prepare the node, tell when it is, and run until told to stop (SIGINT or SIGTERM); a process that ends by itself
    is started again, at most once a second.
    """
    os.environ.setdefault("CITYHALL_FILES_URL", f"http://{plan.host}:{plan.files_port}")
    settings.CITYHALL_FILES_URL = os.environ["CITYHALL_FILES_URL"]
    _load_the_house()
    _first(_prepare)
    children = [_start(name, job) for name, job in processes(plan).items()]
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ready()
    while not stopping:
        wait([child.process.sentinel for child in children], timeout=0.5)
        for child in children:
            _restart_if_ended(child)
    _stop_all(children)
    gc.unfreeze()  # what is left at the end is no leak


def _load_the_house() -> None:
    """All that the processes run, before there are any. What is loaded now is set apart from the collector of garbage,
    which would otherwise write into it, and into each process's own copy of it.
    """
    ctypes.CDLL(None).mallopt(
        _M_ARENA_MAX, ARENAS
    )  # threads otherwise take 64 MB of addresses each, and keep pages of it
    sys.meta_path.insert(0, _NoPandas())
    gc.disable()
    for target in (PAGES, FILES):
        import_module(target.partition(":")[0])
    assert get_resolver().reverse_dict  # noqa: S101  (reading the addresses loads the pages)
    engines.all()
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.enable()


class _NoPandas(MetaPathFinder):
    """Pandas is none of ours; where somebody has installed it beside us, `pyarrow.array` would load it all the same: two
    seconds and 30 MB for each process.
    """

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:  # noqa: ARG002
        """There is no pandas here; for anything else the next finder is asked."""
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not used here", name=fullname)


def _prepare() -> None:
    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)


def _first(job: Callable[[], None]) -> None:
    """Do something in a process of its own and wait for it; what it opens and starts ends with it."""
    process = _FORKING.Process(target=job)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def _pages(plan: Plan) -> None:
    _read_ahead()
    Granian(
        PAGES,
        address=plan.host,
        port=plan.port,
        interface=Interfaces.WSGI,
        workers=plan.web_workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        websockets=False,
        static_path_route=["/static"],
        static_path_mount=[Path(settings.STATIC_ROOT)],
        log_level=LogLevels.warning,
    ).serve()


def _read_ahead() -> None:
    """What the workers of the pages share from their beginning; without it their first search takes a second."""
    with suppress(DatabaseError):
        search_read_ahead()
    connections.close_all()
    gc.freeze()  # as the house itself


def _files(plan: Plan) -> None:
    Granian(
        FILES,
        address=plan.host,
        port=plan.files_port,
        interface=Interfaces.ASGINL,
        workers=1,
        runtime_blocking_threads=READERS,
        http1_settings=HTTP1Settings(max_buffer_size=AHEAD),
        respawn_failed_workers=True,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


def _start(name: str, job: Callable[[], None]) -> _Child:
    process = _FORKING.Process(target=_run, args=(name, job), name=name)
    process.start()
    return _Child(name, job, process, time.monotonic())


def _run(name: str, job: Callable[[], None]) -> None:
    """What a new process does: its own log, its own name (`ps -o comm`), none of our signals' meaning."""
    log = home() / "logs" / f"{name}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    ctypes.CDLL(None).prctl(_PR_SET_NAME, f"city {name}".encode()[:15])
    _end_with_parent()
    os.register_at_fork(after_in_child=_end_with_parent)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    job()


def _end_with_parent() -> None:
    """Be told to end when the process ends that started this one, be it killed: nobody else would."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _restart_if_ended(child: _Child) -> None:
    if child.process.is_alive() or time.monotonic() - child.started < 1:
        return
    again = _start(child.name, child.work)
    child.process, child.started = again.process, again.started


def _stop_all(children: list[_Child]) -> None:
    for child in children:
        child.process.terminate()
    until = time.monotonic() + PATIENCE
    for child in children:
        child.process.join(max(until - time.monotonic(), 0))
        if child.process.is_alive():
            child.process.kill()
            child.process.join()
