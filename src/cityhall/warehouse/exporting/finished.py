"""Finished downloads last where everything lasts: what one machine wrote, every other one can hand out."""

from __future__ import annotations

from pathlib import Path

from cityhall.kernel.storing.choosing import storage
from cityhall.warehouse.disk import exports_folder
from cityhall.warehouse.errors import FileMissing


def finished_path(relative: str) -> Path:
    """Where the finished file with this name below the folder of downloads lies on this machine."""
    return exports_folder() / relative


def keep_finished(path: Path) -> None:
    """Make a finished file last. Errors: `StorageUnreachable`."""
    storage().secure(path, _name(path))


def finished_at_hand(path: Path, sha256: str) -> bool:
    """Whether a finished file is here, fetched first where it lies in the bucket only. Errors: `StorageUnreachable`."""
    there = storage()
    try:
        if there.lacking([_name(path)]):
            there.fetch({_name(path): sha256})
    except FileMissing:
        return False
    return path.is_file()


def drop_finished(path: Path) -> None:
    """Give up a finished file; it can be written again."""
    storage().remove(_name(path))


def _name(path: Path) -> str:
    return f"exports/{path.relative_to(exports_folder()).as_posix()}"
