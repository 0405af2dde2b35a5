"""One thread that interrupts the queries of this process that have run too long.

A timer of its own for every query would cost more than a small query: each is a thread to start.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import duckdb

LOOK: Final = 0.05
"""Seconds between two looks at the clock."""
IDLE: Final = 100
"""Looks at nothing before the watch falls asleep."""


@dataclass(slots=True)
class Watched:
    """A query on a cursor, to be interrupted at `deadline` (of the monotonic clock)."""

    cursor: duckdb.DuckDBPyConnection
    deadline: float
    interrupted: bool = False


_lock = threading.Lock()
_watched: dict[int, Watched] = {}
_awake = threading.Event()
_thread: threading.Thread | None = None


def watch(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Watched:
    """Begin to watch a query. Whoever calls this calls `release` when the query has ended."""
    one = Watched(cursor, time.monotonic() + seconds)
    with _lock:
        _watched[id(one)] = one
        if not _awake.is_set():
            _wake()
    return one


def release(one: Watched) -> None:
    """The query has ended; from now on its cursor is left alone."""
    with _lock:
        _watched.pop(id(one), None)


def _wake() -> None:
    global _thread
    _awake.set()
    if _thread is None or not _thread.is_alive():
        _thread = threading.Thread(target=_run, name="query-watch", daemon=True)
        _thread.start()


def _run() -> None:
    idle = 0
    while True:
        _awake.wait()
        time.sleep(LOOK)
        with _lock:
            idle = 0 if _watched else idle + 1
            if idle >= IDLE:
                _awake.clear()
                idle = 0
            _interrupt_late()


def _interrupt_late() -> None:
    now = time.monotonic()
    for one in _watched.values():
        if now > one.deadline:
            one.interrupted = True
            with suppress(duckdb.Error):
                one.cursor.interrupt()
