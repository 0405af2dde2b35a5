"""The children of this process: started when needed, killed when one exceeds its time or dies at its memory limit, kept
while questions come, and ended when none has come for a while.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from cityhall.warehouse.disk import data_folder
from cityhall.warehouse.errors import (
    FileMissing,
    QueryProcessLost,
    QueryTooHungry,
    QueryTooLong,
    TooManyQueries,
)
from cityhall.warehouse.heavy.wire import receive, send
from cityhall.warehouse.query.language import Limits

MOST = int(os.environ.get("CITYHALL_QUERY_PROCESSES") or min(os.cpu_count() or 1, 4))
IDLE: Final = 10.0
"""Seconds that a child waits for its next question; it holds some 80 MB, and a new one starts in half a second."""
_START_SECONDS = 30.0
_ANSWERS = 500  # then a fresh process takes over: what an engine leaks leaves with it

_places = threading.BoundedSemaphore(MOST)
_lock = threading.Lock()
_idle: list[_Child] = []
_all: set[_Child] = set()


@dataclass(slots=True, eq=False)
class _Child:
    process: subprocess.Popen[bytes]
    line: socket.socket
    answers: int = 0
    dismissal: threading.Timer | None = None

    def end(self) -> None:
        """Kill it; waits until it is gone."""
        self.busy()
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        self.line.close()
        _all.discard(self)

    def busy(self) -> None:
        """Nobody need end it for having nothing to do."""
        if self.dismissal is not None:
            self.dismissal.cancel()


def ask(sql: str, values: Sequence[Any], limits: Limits) -> list[tuple[Any, ...]]:
    """All rows of a query that we compiled, run in a child within `limits`.

    Errors: `QueryTooLong` (the child was killed), `QueryTooHungry` (the child ran into its limit or died of it),
    `TooManyQueries` when no child came free in time, `FileMissing`, `QueryProcessLost` when none can be started.
    """
    deadline = time.monotonic() + limits.seconds
    try:
        with _place(limits), _borrowed() as child:
            child.line.settimeout(max(deadline - time.monotonic(), 0.001))
            send(child.line, (str(data_folder()), limits.megabytes, sql, list(values)))
            kind, value = _answer(child, deadline)
    except TimeoutError as error:
        raise QueryTooLong(seconds=limits.seconds) from error
    except (EOFError, OSError) as error:
        raise QueryTooHungry() from error
    if kind == "rows":
        rows: list[tuple[Any, ...]] = value
        return rows
    if kind == "memory":
        raise QueryTooHungry()
    if kind == "files":
        raise FileMissing(file=value)
    raise QueryProcessLost(reason=value)


def prepare() -> None:
    """Have one child ready, so that the first heavy query does not wait for it."""
    with _borrowed():
        pass


def close() -> None:
    """End all children of this process."""
    with _lock:
        _idle.clear()
    for child in list(_all):
        child.end()


def _answer(child: _Child, deadline: float) -> tuple[str, Any]:
    """The child's message. The line's limit is for each part of it; ours is for the whole."""
    child.line.settimeout(max(deadline - time.monotonic(), 0.001))
    kind, value = receive(child.line)
    if time.monotonic() > deadline:
        raise TimeoutError
    return str(kind), value


@contextmanager
def _place(limits: Limits) -> Iterator[None]:
    """One of the places for heavy queries, waited for no longer than the query itself may take."""
    if not _places.acquire(timeout=limits.seconds):
        raise TooManyQueries(most=MOST)
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _borrowed() -> Iterator[_Child]:
    """A living child for one question; it goes back to the others when it has answered."""
    with _lock:
        child = _idle.pop() if _idle else None
    if child is not None:
        child.busy()
        if child.process.poll() is not None:
            child.end()
            child = None
    child = child or _start()
    try:
        yield child
    except BaseException:  # it is in the middle of something that nobody waits for
        child.end()
        raise
    child.answers += 1
    if child.answers < _ANSWERS:
        _lay_by(child)
    else:
        child.end()


def _lay_by(child: _Child) -> None:
    """Keep a child for the next question, should one come soon."""
    child.dismissal = threading.Timer(IDLE, _dismiss, (child,))
    child.dismissal.daemon = True  # no process lives on for its sake
    with _lock:
        _idle.append(child)
    child.dismissal.start()


def _dismiss(child: _Child) -> None:
    """End a child that nobody asked for long, unless somebody has just taken it."""
    with _lock:
        if child not in _idle:
            return
        _idle.remove(child)
    child.end()


def _start() -> _Child:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", "cityhall.warehouse.heavy.child", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
    child = _Child(process, ours)
    _all.add(child)
    ours.settimeout(_START_SECONDS)
    try:
        receive(ours)
    except (EOFError, OSError) as error:
        child.end()
        raise QueryProcessLost(reason="it did not start") from error
    return child


def _forget() -> None:
    """After a fork the children are the parent's; our copies of their lines must not keep them alive."""
    global _places, _lock
    for child in _all:
        child.line.close()
    _all.clear()
    _idle.clear()
    _places, _lock = threading.BoundedSemaphore(MOST), threading.Lock()


os.register_at_fork(after_in_child=_forget)
atexit.register(close)
