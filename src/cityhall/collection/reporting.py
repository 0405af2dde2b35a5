"""How a run tells where it is: stage, progress, rate, log; and how it hears that it should stop.

The engines work in a helper thread that touches no database; the thread that owns the run beats once a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import connection

from cityhall.collection.errors import RunCancelled
from cityhall.collection.models import Run, RunLine
from cityhall.collection.rules import overall_progress
from cityhall.kernel import clock
from cityhall.kernel.stopping import Stop
from cityhall.kernel.text import Text

P = ParamSpec("P")
R = TypeVar("R")
Tell = Callable[[str, float, str], None]
"""Called as (stage, share of the whole road from 0 to 1, what is being done)."""

BEAT_SECONDS = 1.0
_UNITS = ("bytes", "rows")


class Reporter:
    """Reports to a callback only; used where nothing may be written (dry runs)."""

    def __init__(self, tell: Tell | None = None) -> None:
        self.stage = "queued"
        self.rows = 0
        self.timings: dict[str, float] = {}
        self.amounts: dict[str, dict[str, int]] = {}
        self._tell = tell
        self._entered = time.monotonic()
        self._part = 0.0
        self._what = ""
        self._ticked = ("", 0)
        self._cancelled = False

    def enter(self, stage: str) -> None:
        """Begin a stage; raises RunCancelled when somebody asked for it."""
        self.leave()
        self.stage, self._part, self._what, self._ticked = stage, 0.0, "", ("", 0)
        self._entered = time.monotonic()
        self.beat()

    def leave(self) -> None:
        """Note how long the present stage took, in seconds."""
        self.timings[self.stage] = self._seconds()
        self._entered = time.monotonic()

    def _seconds(self) -> float:
        """How long the present stage has taken so far."""
        return round(self.timings.get(self.stage, 0.0) + time.monotonic() - self._entered, 3)

    def took(self, **counts: int) -> None:
        """Note how much the present stage has taken in so far: `bytes`, `rows`. It never becomes less."""
        amounts = self.amounts.setdefault(self.stage, {})
        for unit, count in counts.items():
            amounts[unit] = max(amounts.get(unit, 0), count)

    def told(self) -> dict[str, Any]:
        """Seconds and amounts of the stages so far, as the run's row keeps them."""
        unit, count = self._ticked
        if unit in _UNITS and count:
            self.took(**{unit: count})
        return {"timings": self.timings | {self.stage: self._seconds()}, "amounts": self.amounts}

    def tick(self, what: str, done: int, total: int) -> None:
        """Called by the engines, from any thread: `done` of `total`, counted in `what` where that is `bytes` or
        `rows`. While landing it is always bytes.
        """
        self._what = what
        self._ticked = ("bytes" if self.stage == "landing" else what, done)
        self._part = done / total if total else 0.0
        if self._cancelled:
            raise RunCancelled(stage=self.stage)

    def say(self, text: Text) -> None:
        """One line of the log."""

    def aside(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do heavy work in a helper thread while this one keeps beating; answers or raises what it did. The work
        touches no database, and is interrupted when somebody cancels.
        """
        stop = Stop()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="road") as helper, stop.covering():
            future = helper.submit(copy_context().run, partial(_alone, function, *args, **kwargs))
            while wait([future], timeout=BEAT_SECONDS).not_done:
                self.beat(may_raise=False)
                self._stop_if_cancelled(stop)
        self.beat()
        return future.result()

    def beside(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do heavy work that needs the database in this thread, while a helper keeps beating on a connection of its
        own; it too is interrupted when somebody cancels. (Inside a transaction nobody else sees the run, so there is
        nothing to beat for.)
        """
        stop, done = Stop(), threading.Event()
        helper = threading.Thread(target=self._watch, args=(stop, done), name="road-watch", daemon=True)
        if not connection.in_atomic_block:
            helper.start()
        try:
            with stop.covering():
                return function(*args, **kwargs)
        except Exception as error:
            if self._cancelled:
                raise RunCancelled(stage=self.stage) from error
            raise
        finally:
            done.set()
            if helper.ident is not None:
                helper.join()

    def _watch(self, stop: Stop, done: threading.Event) -> None:
        try:
            while not done.wait(BEAT_SECONDS):
                self.beat(may_raise=False)
                self._stop_if_cancelled(stop)
        finally:
            connection.close()

    def _stop_if_cancelled(self, stop: Stop) -> None:
        if self._cancelled:
            stop.request()

    def beat(self, *, may_raise: bool = True) -> None:
        """Tell where we are and hear whether to stop."""
        if self._tell:
            self._tell(self.stage, self.progress, self._what)
        if may_raise and self._cancelled:
            raise RunCancelled(stage=self.stage)

    @property
    def progress(self) -> float:
        """Share of the whole road that is done."""
        return overall_progress(self.stage, self._part)


def _alone(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do the work of a helper thread; a connection that it may have opened ends with it."""
    try:
        return function(*args, **kwargs)
    finally:
        connection.close()


class RunReporter(Reporter):
    """Reports into the run's row, which the page and the command line read."""

    def __init__(self, run_id: str, tell: Tell | None = None) -> None:
        super().__init__(tell)
        self.run_id = run_id
        self._began = time.monotonic()

    def say(self, text: Text) -> None:
        """One line of the run's log."""
        RunLine.objects.create(run_id=self.run_id, at=clock.now(), stage=self.stage, text=text.as_dict())

    def beat(self, *, may_raise: bool = True) -> None:
        """Write heartbeat, progress and rate; read the wish to cancel."""
        seconds = max(time.monotonic() - self._began, 0.001)
        mine = Run.objects.filter(pk=self.run_id)
        mine.update(
            stage=self.stage,
            reached=self.stage,
            heartbeat=clock.now(),
            progress=self.progress,
            rows=self.rows,
            rate=round(self.rows / seconds, 1),
            **self.told(),
        )
        self._cancelled = self._cancelled or bool(mine.values_list("cancel_requested", flat=True).first())
        super().beat(may_raise=may_raise)
