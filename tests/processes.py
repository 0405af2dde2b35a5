"""Processes that tests start: whether one lives, and waiting until something has come to be."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

_TURNS = 6000


def lives(pid: int) -> bool:
    """Whether a process runs. One that has ended and that nobody has asked after yet does not."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def until(holds: Callable[[], bool]) -> None:
    """Wait, for a minute at the most."""
    for _ in range(_TURNS):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it never came to be")
