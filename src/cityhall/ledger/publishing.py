"""The newest checkpoint as a file in the state folder: evidence outside the database, and what others may
copy.
"""

from __future__ import annotations

from pathlib import Path

from cityhall.kernel.durable import new_file
from cityhall.kernel.home import home


def publish(origin: str, note: str) -> None:
    """Keep the signed note outside the database too, so that a database that was set back is noticed."""
    with new_file(_path(origin)) as path:
        path.write_text(note, encoding="utf-8")


def published(origin: str) -> str | None:
    """The signed note last published by this node for the log, or None."""
    path = _path(origin)
    return path.read_text(encoding="utf-8") if path.exists() else None


def _path(origin: str) -> Path:
    """The log's own folder, so that a new database in an old state folder is a new log, not a rolled-back
    one.
    """
    return home() / "ledger" / origin.rsplit("/", 1)[-1] / "checkpoint"
