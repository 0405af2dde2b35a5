"""The disk: where things are kept, and its failures told in our words."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from cityhall.kernel.durable import sync_folder
from cityhall.kernel.home import home
from cityhall.warehouse.errors import DiskFull, FileMissing, NameUnusable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = ("No space left", "Disk quota exceeded", "File too large", "max_temp_directory_size")
_DATASET = re.compile(r"[A-Za-z0-9_-]{1,80}")


def warehouse_folder() -> Path:
    """The warehouse's own folder inside the state folder."""
    return home() / "warehouse"


def raw_folder() -> Path:
    """Where landed bytes are kept, by hash."""
    return warehouse_folder() / "raw"


def data_folder() -> Path:
    """Where data files are kept, one folder per dataset."""
    return warehouse_folder() / "data"


def work_folder() -> Path:
    """Where files are made before they have their place; nothing in it is ever referred to."""
    return warehouse_folder() / "work"


def exports_folder() -> Path:
    """Where finished downloads lie."""
    return home() / "exports"


def dataset_folder(dataset_id: str) -> Path:
    """The folder of one dataset's data files. Errors: `NameUnusable` for an id that could lead elsewhere."""
    if not _DATASET.fullmatch(dataset_id):
        raise NameUnusable(name=dataset_id[:80])
    return data_folder() / dataset_id


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


@contextmanager
def disk_errors(file: str | os.PathLike[str]) -> Iterator[None]:
    """Within the block a full disk is `DiskFull` and an absent file `FileMissing`; other failures pass
    unchanged.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(file=os.fspath(file)) from error
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(file=os.fspath(file)) from error
        raise
    except duckdb.Error as error:
        if any(words in str(error) for words in _FULL_WORDS):
            raise DiskFull(file=os.fspath(file)) from error
        raise
