"""Room for copies on this machine: what was used longest ago makes way, what is in use stays."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from cityhall.kernel.storing.disk import place

ROOM: Final = int(os.environ.get("CITYHALL_STORE_CACHE_GIGABYTES") or 20) * 2**30
"""Bytes of all copies together."""
IN_USE: Final = 3600.0
"""Seconds after its last use in which a copy is not given up: a query or a job may be reading it. Only for what is in
use the copies may take more room than they should."""
_MARKED: Final = 600.0
_COUNTED: Final = 20  # they are counted anew when a twentieth of the room has been taken

_taken = ROOM


def at_hand(path: Path) -> bool:
    """Whether there is a copy; it then counts as used now (to ten minutes, in the time of its last change)."""
    try:
        last = path.stat().st_mtime
    except FileNotFoundError:
        return False
    if time.time() - last > _MARKED:
        with suppress(OSError):
            os.utime(path)
    return True


def took(size: int) -> None:
    """A copy of so many bytes has come. Now and then older ones go."""
    global _taken
    _taken += size
    if _taken >= ROOM // _COUNTED:
        _taken = 0
        make_room(ROOM)


def make_room(most: int) -> None:
    """Give up copies, the longest unused first, until no more than nine tenths of `most` are left, if there was more."""
    copies = sorted(_copies())
    left, wanted, now = sum(size for _, size, _ in copies), most * 9 // 10, time.time()
    if left <= most:
        return
    for last, size, path in copies:
        if left <= wanted or now - last < IN_USE:
            return
        path.unlink(missing_ok=True)
        left -= size


def _copies() -> Iterator[tuple[float, int, Path]]:
    """All copies. A file of a case that may still be written was put there before there was a bucket: it stays."""
    for folder in ("data/", "raw/", "exports/", "cases/"):
        for path in place(folder).rglob("*"):
            with suppress(FileNotFoundError):
                facts = path.stat()
                if path.is_file() and not (folder == "cases/" and facts.st_mode & 0o222):
                    yield facts.st_mtime, facts.st_size, path
