"""Writing files so that a crash leaves either nothing or the whole: temporary name, fsync, rename, fsync of the folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cityhall.kernel.ids import new_id


def sync_file(path: Path) -> None:
    """Force a finished file's bytes to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force a folder's names to the disk."""
    sync_file(folder)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Gives a temporary path beside `target`; when the block ends well it is synced and renamed to `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f".{target.name}.{new_id('tmp')}"
    try:
        yield temporary
        sync_file(temporary)
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
