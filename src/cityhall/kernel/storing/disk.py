"""Where files that must last lie on this machine, and how one gets its place there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cityhall.kernel.durable import sync_folder
from cityhall.kernel.home import home

_BESIDE: Final = ("exports/", "cases/")


def warehouse_folder() -> Path:
    """Landed bytes and data files, and the work folder."""
    return home() / "warehouse"


def work_folder() -> Path:
    """Where files are made before they have their place; nothing in it is ever referred to."""
    return warehouse_folder() / "work"


def place(name: str) -> Path:
    """Where a file of this name lies on this machine, if it does."""
    return (home() if name.startswith(_BESIDE) else warehouse_folder()) / name


def made(folder: Path) -> Path:
    """The folder, created where missing with its name (and its parents' names) forced to the disk."""
    if not folder.is_dir():
        made(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)
    return folder


def settle(temporary: Path, target: Path) -> None:
    """Give a finished, synced file its final name for ever: read-only, renamed, the folder synced."""
    made(target.parent)
    temporary.chmod(0o444)
    temporary.replace(target)
    sync_folder(target.parent)
