"""The query engine: one DuckDB database per process, in memory, that can read the warehouse's data folder
and nothing else.

Threads share it (and what it remembers of the files) through cursors of their own. Its settings are locked
before the first query.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from cityhall.warehouse.disk import data_folder, disk_errors
from cityhall.warehouse.errors import FileMissing, QueryTooHungry, QueryTooLong
from cityhall.warehouse.query.fragments import text_literal
from cityhall.warehouse.query.language import Limits

_lock = threading.Lock()
_engines: dict[tuple[int, Path], duckdb.DuckDBPyConnection] = {}
_local = threading.local()

_SETTINGS = {
    "threads": os.environ.get("CITYHALL_QUERY_THREADS") or str(min(os.cpu_count() or 1, 8)),
    "memory_limit": os.environ.get("CITYHALL_QUERY_MEMORY") or "2GB",
    "TimeZone": "Asia/Shanghai",
    "parquet_metadata_cache": "true",  # data files never change
    "validate_external_file_cache": "NO_VALIDATION",
    "late_materialization_max_rows": "2000",  # find the rows of a page first, then read their other columns
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "temp_directory": "",
}


def connection() -> duckdb.DuckDBPyConnection:
    """This thread's cursor on this process's engine."""
    place = (os.getpid(), data_folder())
    if getattr(_local, "place", None) != place:
        with _lock:
            if place not in _engines:
                _engines[place] = _locked_engine(place[1])
            _local.cursor = _engines[place].cursor()
        _local.place = place
    cursor: duckdb.DuckDBPyConnection = _local.cursor
    return cursor


def _locked_engine(folder: Path) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(":memory:")
    for name, value in _SETTINGS.items():
        engine.execute(f"SET GLOBAL {name} = {text_literal(value)}")
    engine.execute("SET allowed_directories = [?]", [f"{folder}/"])
    engine.execute("SET enable_external_access = false")
    engine.execute("SET lock_configuration = true")
    return engine


@contextmanager
def limited(limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is interrupted when the block takes longer than `limits.seconds`.

    Errors: `QueryTooLong`, `QueryTooHungry`, `FileMissing`, `DiskFull`.
    """
    cursor = connection()
    expired, deadline = threading.Event(), time.monotonic() + limits.seconds
    timer = threading.Timer(limits.seconds, _interrupt, (cursor, expired))
    timer.daemon = True
    timer.start()
    try:
        with disk_errors("query"):
            yield cursor
        if time.monotonic() > deadline:  # it ended between two looks at the clock: too long is too long
            raise QueryTooLong(seconds=limits.seconds)
    except duckdb.InterruptException as error:
        if expired.is_set():
            raise QueryTooLong(seconds=limits.seconds) from error
        raise
    except duckdb.OutOfMemoryException as error:
        raise QueryTooHungry() from error
    except duckdb.IOException as error:
        raise FileMissing(file=str(error)[:200]) from error
    finally:
        timer.cancel()


def _interrupt(cursor: duckdb.DuckDBPyConnection, expired: threading.Event) -> None:
    expired.set()
    with suppress(duckdb.Error):
        cursor.interrupt()
