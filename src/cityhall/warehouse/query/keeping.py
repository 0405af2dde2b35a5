"""Small data files that are asked again stay in memory, decompressed, in an engine of their own.

A page of a hundred rows costs a Parquet file the decompression of whole columns, and a table in memory a
tenth of that. Data files never change, so what is kept is never stale. What was asked longest ago makes room.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from cityhall.warehouse.query.engine import connection
from cityhall.warehouse.query.fragments import quoted, text_literal
from cityhall.warehouse.query.tables import Part
from cityhall.warehouse.shapes import Version

MOST_ROWS: Final = 250_000
MOST_BYTES: Final = 16 * 2**20
"""Of a file as it lies on the disk."""
ROOM: Final = int(os.environ.get("CITYHALL_KEEP_MEGABYTES") or 64) * 2**20
"""Of memory, for all tables of this process together."""
REMEMBERED: Final = 1000
"""Files of which it is known that they were asked once."""

_lock = threading.Lock()
_asked: OrderedDict[Path, None] = OrderedDict()
_kept: OrderedDict[Path, str] = OrderedDict()


def kept_table(version: Version, parts: Sequence[Part]) -> str | None:
    """The table in memory that holds a version's only file; None when it is not kept (yet): the file is then
    asked itself. Its rows have the columns of the file, `file_index` and `file_row_number`.
    """
    if not ROOM or len(parts) != 1 or parts[0].names is not None:
        return None
    path = parts[0].path
    if name := _kept.get(path):
        return name
    if version.rows > MOST_ROWS or version.bytes > MOST_BYTES or _first_time(path):
        return None
    return _keep(path)


def forget(path: Path) -> None:
    """Drop what is kept of a file, if anything is."""
    with _lock:
        _drop(path)


def _first_time(path: Path) -> bool:
    """Whether nobody asked before; most datasets are looked at once and never need the room."""
    first = path not in _asked
    _asked[path] = None
    while len(_asked) > REMEMBERED:
        _asked.popitem(last=False)
    return first


def _keep(path: Path) -> str | None:
    """Read a file into a table, unless another thread is reading one: nobody waits for that."""
    if not _lock.acquire(blocking=False):
        return None
    try:
        name = quoted(path.stem)
        source = f"read_parquet([{text_literal(str(path))}], hive_partitioning = false)"
        connection("memory").execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT *, file_index, file_row_number FROM {source}"
        )
        _kept[path] = name
        _make_room()
        return _kept.get(path)
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


def _drop(path: Path) -> None:
    if name := _kept.pop(path, None):
        _asked.pop(path, None)
        connection("memory").execute(f"DROP TABLE IF EXISTS {name}")
