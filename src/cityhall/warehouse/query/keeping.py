"""Small versions that are asked again stay in memory, decompressed, in an engine of their own.

A page of a hundred rows costs a Parquet file the decompression of whole columns, and a table in memory a
tenth of that. Data files never change, so what is kept is never stale. What was asked longest ago makes room.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from cityhall.kernel.sql import quoted
from cityhall.warehouse.disk import data_folder
from cityhall.warehouse.query.engine import connection
from cityhall.warehouse.query.tables import parts_of, table_sql
from cityhall.warehouse.shapes import Version

MOST_ROWS: Final = 250_000
MOST_BYTES: Final = 16 * 2**20
"""Of a file as it lies on the disk."""
ROOM: Final = int(os.environ.get("CITYHALL_KEEP_MEGABYTES") or 64) * 2**20
"""Of memory, for all tables of this process together."""
REMEMBERED: Final = 1000
"""Versions of which it is known that they were asked once."""

Key = tuple[Path, str, int, datetime]
"""Which version, in which warehouse; when it was made tells it from one that was never committed."""

_lock = threading.Lock()
_asked: OrderedDict[Key, None] = OrderedDict()
_kept: OrderedDict[Key, str] = OrderedDict()


def kept_table(version: Version) -> str | None:
    """The table in memory that holds a small version's only file; None when it is not kept (yet): the file is
    then asked itself. Its rows have the columns of the file, `file_index` and `file_row_number`.
    """
    key = _key(version)
    if name := _kept.get(key):
        return name
    too_large = version.rows > MOST_ROWS or version.bytes > MOST_BYTES or not ROOM
    if too_large or version.expired or _first_time(key):
        return None
    return _keep(key, version)


def forget(version: Version) -> None:
    """Drop what is kept of a version, if anything is."""
    with _lock:
        _drop(_key(version))


def _key(version: Version) -> Key:
    return data_folder(), version.dataset_id, version.number, version.created


def _first_time(key: Key) -> bool:
    """Whether nobody asked before; most datasets are looked at once and never need the room."""
    first = key not in _asked
    _asked[key] = None
    while len(_asked) > REMEMBERED:
        _asked.popitem(last=False)
    return first


def _keep(key: Key, version: Version) -> str | None:
    """Read a file into a table, unless another thread is reading one: nobody waits for that."""
    parts = parts_of(version)
    if len(parts) != 1 or parts[0].names is not None or not _lock.acquire(blocking=False):
        return None
    try:
        name = quoted(f"{version.dataset_id} {parts[0].path.stem}")
        rows = f"SELECT *, file_index, file_row_number FROM {table_sql(parts, version.columns)}"
        connection("memory").execute(f"CREATE OR REPLACE TABLE {name} AS {rows}")
        _kept[key] = name
        _make_room()
        return _kept.get(key)
    except duckdb.Error:
        return None  # the file's own reader tells what is wrong with it
    finally:
        _lock.release()


def _make_room() -> None:
    while _kept and _used() > ROOM:
        _drop(next(iter(_kept)))


def _used() -> int:
    found = connection("memory").execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchone()
    return int(found[0] or 0) if found else 0


def _drop(key: Key) -> None:
    if name := _kept.pop(key, None):
        _asked.pop(key, None)
        connection("memory").execute(f"DROP TABLE IF EXISTS {name}")
