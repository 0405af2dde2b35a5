"""Opens what strangers made in a process of its own, one at a time, for no longer than it may take: whatever is in the bytes,
the pages go on.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from cityhall.cases.errors import FilesWaiting
from cityhall.cases.working import strangers
from cityhall.cases.working.strangers import Ending

CPU_SECONDS = 15
"""The largest pictures that are taken need three; progressive ones can be made to need hours."""
MEGABYTES = 1024
PATIENCE: Final = 30.0
"""Seconds by the clock for one file, and for waiting until it may begin."""
LINE: Final = 3
"""Who may wait at once, with the one at work: fewer than a process of the pages has threads."""

_line, _place = BoundedSemaphore(LINE), BoundedSemaphore(1)


class Unreadable(Exception):
    """It could not be opened."""


class TooCostly(Exception):
    """Opening it would take more memory than there is for it."""


class TooSlow(Exception):
    """Opening it takes longer than anybody waits, or the process died of it."""


def opened(content: bytes, *how: str) -> bytes:
    """What `strangers.main` makes of the bytes. Raises Unreadable, TooCostly, TooSlow, FilesWaiting."""
    with _turn():
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
                [sys.executable, "-Pm", strangers.__name__, str(CPU_SECONDS), str(MEGABYTES), *how],
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TooSlow from None
    if done.returncode == Ending.GOOD:
        return done.stdout
    if done.returncode == Ending.TOO_LARGE:
        raise TooCostly
    raise TooSlow if done.returncode < 0 else Unreadable


@contextmanager
def _turn() -> Iterator[None]:
    """The turn of one who came; raises FilesWaiting when too many came before."""
    if not _line.acquire(blocking=False):
        raise FilesWaiting()
    try:
        if not _place.acquire(timeout=PATIENCE):
            raise FilesWaiting()
        try:
            yield
        finally:
            _place.release()
    finally:
        _line.release()
