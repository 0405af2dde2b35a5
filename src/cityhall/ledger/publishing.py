"""The newest checkpoint as a file in the state folder: evidence outside the database, and what others may copy."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from cityhall.kernel.durable import new_file
from cityhall.kernel.home import home

_LOST: Final = "set-back-"


def publish(origin: str, note: str) -> None:
    """Keep the signed note outside the database too, so that a database that was set back is noticed."""
    with new_file(_path(origin)) as path:
        path.write_text(note, encoding="utf-8")


def published(origin: str) -> str | None:
    """The signed note last published by this node for the log, or None."""
    path = _path(origin)
    return path.read_text(encoding="utf-8") if path.exists() else None


def set_aside(origin: str) -> None:
    """Keep under a name of its own what was published and the database no longer holds: the next note takes its place."""
    with suppress(FileNotFoundError):  # another process was faster
        text = _path(origin).read_text(encoding="utf-8")
        _path(origin).rename(_folder(origin) / f"{_LOST}{sha256(text.encode()).hexdigest()[:16]}")


def lost(origin: str) -> tuple[str, ...]:
    """The notes that were set aside: a folder moved away by whoever set the database back has none."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted(_folder(origin).glob(f"{_LOST}*")))


def _path(origin: str) -> Path:
    return _folder(origin) / "checkpoint"


def _folder(origin: str) -> Path:
    """The log's own folder, so that a new database in an old state folder is a new log, not a rolled-back one."""
    return home() / "ledger" / origin.rsplit("/", 1)[-1]
