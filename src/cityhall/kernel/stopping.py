"""Stopping long work from outside: whoever starts it holds a `Stop`, the engines inside say how they can be interrupted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Interrupt = Callable[[], None]
_current: ContextVar[Stop | None] = ContextVar("cityhall_stop", default=None)


class Stop:
    """The wish that the work done under it should end; asked again and again it interrupts whatever runs then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[Interrupt] = []

    def request(self) -> None:
        """Interrupt every engine that is running now. Safe from any thread."""
        with self._lock:
            for interrupt in self._running:
                interrupt()

    @contextmanager
    def covering(self) -> Iterator[None]:
        """What is started in this block, in this thread or in a copy of its context, can be stopped."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def enter(self, interrupt: Interrupt) -> None:
        """An engine begins."""
        with self._lock:
            self._running.append(interrupt)

    def leave(self, interrupt: Interrupt) -> None:
        """An engine has ended; it is not interrupted any more."""
        with self._lock:
            self._running.remove(interrupt)


@contextmanager
def interruptible(interrupt: Interrupt) -> Iterator[None]:
    """The work of this block ends early, with an error of its own, when `interrupt` is called from another thread."""
    stop = _current.get()
    if stop is None:
        yield
        return
    stop.enter(interrupt)
    try:
        yield
    finally:
        stop.leave(interrupt)
