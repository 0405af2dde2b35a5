"""A guard around reading: the file must be the same after as before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cityhall.collection.errors import FileChanged


@contextmanager
def unchanged(path: Path, name: str) -> Iterator[None]:
    """Raises FileChanged when size, time or identity of the file differ after the block."""
    before = _state(path)
    yield
    if _state(path) != before:
        raise FileChanged(file=name)


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino
