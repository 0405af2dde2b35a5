"""How a run tells where it is: stage, progress, rate, log; and how it hears that it should stop.

The engines work in a helper thread that touches no database; the thread that owns the run beats once a
second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from cityhall.collection.errors import RunCancelled
from cityhall.collection.models import Run, RunLine
from cityhall.collection.rules import overall_progress
from cityhall.kernel import clock
from cityhall.kernel.text import Text

P = ParamSpec("P")
R = TypeVar("R")
Tell = Callable[[str, float, str], None]
"""Called as (stage, share of the whole road from 0 to 1, what is being done)."""

BEAT_SECONDS = 1.0


class Reporter:
    """Reports to a callback only; used where nothing may be written (dry runs)."""

    def __init__(self, tell: Tell | None = None) -> None:
        self.stage = "queued"
        self.rows = 0
        self.timings: dict[str, float] = {}
        self._tell = tell
        self._entered = time.monotonic()
        self._part = 0.0
        self._what = ""
        self._cancelled = False

    def enter(self, stage: str) -> None:
        """Begin a stage; raises RunCancelled when somebody asked for it."""
        self.leave()
        self.stage, self._part, self._what = stage, 0.0, ""
        self._entered = time.monotonic()
        self.beat()

    def leave(self) -> None:
        """Note how long the present stage took, in seconds."""
        spent = time.monotonic() - self._entered
        self.timings[self.stage] = round(self.timings.get(self.stage, 0.0) + spent, 3)
        self._entered = time.monotonic()

    def tick(self, what: str, done: int, total: int) -> None:
        """Called by the engines, from any thread: `done` of `total` bytes or rows."""
        self._what = what
        self._part = done / total if total else 0.0
        if self._cancelled:
            raise RunCancelled(stage=self.stage)

    def say(self, text: Text) -> None:
        """One line of the log."""

    def aside(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do heavy work in a helper thread while this one keeps beating; answers or raises what it did."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="road") as helper:
            future = helper.submit(copy_context().run, partial(function, *args, **kwargs))
            while wait([future], timeout=BEAT_SECONDS).not_done:
                self.beat(may_raise=False)
        self.beat()
        return future.result()

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
            timings=self.timings,
        )
        self._cancelled = self._cancelled or bool(mine.values_list("cancel_requested", flat=True).first())
        super().beat(may_raise=may_raise)
