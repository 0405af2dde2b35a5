"""The disk: where things are kept, and its failures told in our words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from cityhall.kernel.home import home
from cityhall.kernel.storing.disk import warehouse_folder
from cityhall.kernel.storing.failing import FULL
from cityhall.warehouse.errors import DiskFull, FileMissing, NameUnusable

_FULL_WORDS = ("No space left", "Disk quota exceeded", "File too large", "max_temp_directory_size")
_DATASET = re.compile(r"[A-Za-z0-9_-]{1,80}")


def data_folder() -> Path:
    """Where data files are kept, one folder per dataset."""
    return warehouse_folder() / "data"


def exports_folder() -> Path:
    """Where finished downloads lie."""
    return home() / "exports"


def dataset_folder(dataset_id: str) -> Path:
    """The folder of one dataset's data files. Errors: `NameUnusable` for an id that could lead elsewhere."""
    if not _DATASET.fullmatch(dataset_id):
        raise NameUnusable(name=dataset_id[:80])
    return data_folder() / dataset_id


@contextmanager
def disk_errors(file: str | os.PathLike[str]) -> Iterator[None]:
    """Within the block a full disk is `DiskFull` and an absent file `FileMissing`; other failures pass unchanged."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(file=os.fspath(file)) from error
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(file=os.fspath(file)) from error
        raise
    except duckdb.Error as error:
        if any(words in str(error) for words in _FULL_WORDS):
            raise DiskFull(file=os.fspath(file)) from error
        raise
