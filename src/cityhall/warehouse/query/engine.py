"""The query engines: DuckDB databases of this process, in memory, that can read the warehouse's data folder
and nothing else.

Threads share them (and what they remember of the files) through cursors of their own. Their settings are
locked before the first query.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import duckdb

from cityhall.kernel.sql import text_literal
from cityhall.warehouse.disk import data_folder, disk_errors
from cityhall.warehouse.errors import FileMissing, QueryTooHungry, QueryTooLong, TooManyQueries
from cityhall.warehouse.query.language import Limits
from cityhall.warehouse.query.watching import release, watch

Engine = Literal["files", "memory"]
"""One engine reads the data files; the other, on one thread, holds small ones in memory (see `keeping`)."""

STATEMENTS: Final = 256
LONGEST: Final = 10_000
"""How many parsed questions a process remembers, and the characters of the longest."""

AT_ONCE: Final = int(os.environ.get("CITYHALL_QUERIES_AT_ONCE") or 3)
"""Queries of one process at the same time. Pages have four threads: one is left for whoever asks for no rows."""
WAIT: Final = 0.25
"""Seconds that a query waits for its turn."""

_turns = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_statements: dict[str, duckdb.Statement] = {}
_engines: dict[tuple[int, Path, Engine], duckdb.DuckDBPyConnection] = {}
_local = threading.local()

SETTINGS = {
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
    "allocator_background_threads": "true",  # else what a query took is given back by the next one only
}
# One page of a small table is not worth a second thread, nor the time to wake it.
_OTHER_SETTINGS: dict[Engine, dict[str, str]] = {
    "files": {},
    "memory": {"threads": "1", "memory_limit": "512MB"},
}


def connection(engine: Engine = "files") -> duckdb.DuckDBPyConnection:
    """This thread's cursor on an engine of this process."""
    place = (os.getpid(), data_folder(), engine)
    cursors: dict[Any, duckdb.DuckDBPyConnection] = _local.__dict__.setdefault("cursors", {})
    if place not in cursors:
        with _lock:
            if place not in _engines:
                _engines[place] = locked_engine(place[1], SETTINGS | _OTHER_SETTINGS[engine])
            cursors[place] = _engines[place].cursor()
    return cursors[place]


def locked_engine(folder: Path, settings: dict[str, str]) -> duckdb.DuckDBPyConnection:
    """A fresh engine that can read the folder and nothing else."""
    engine = duckdb.connect(":memory:")
    for name, value in settings.items():
        engine.execute(f"SET GLOBAL {name} = {text_literal(value)}")
    engine.execute("SET allowed_directories = [?]", [f"{folder}/"])
    engine.execute("SET enable_external_access = false")
    engine.execute("SET lock_configuration = true")
    return engine


def parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The question, parsed once: of a short answer's time a fifth goes into reading its question. Statements hold no
    values and belong to no connection.
    """
    found = _statements.get(sql)
    if found is None:
        found = connection.extract_statements(sql)[0]
        with _lock:
            if len(sql) <= LONGEST:
                _statements[sql] = found
            while len(_statements) > STATEMENTS:
                _statements.pop(next(iter(_statements)))
    return found


@contextmanager
def turn() -> Iterator[None]:
    """One of the places for queries of this process, for a query or for several that make one answer: within a turn all
    others are the same. Errors: `TooManyQueries`.
    """
    if getattr(_local, "in_turn", False):
        yield
        return
    if not _turns.acquire(timeout=WAIT):
        raise TooManyQueries(most=AT_ONCE)
    _local.in_turn = True
    try:
        yield
    finally:
        _local.in_turn = False
        _turns.release()


@contextmanager
def limited(limits: Limits, engine: Engine = "files") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is interrupted when the block takes longer than `limits.seconds`.

    Errors: `QueryTooLong`, `QueryTooHungry`, `TooManyQueries`, `FileMissing`, `DiskFull`.
    """
    with turn(), _watched(limits, engine) as cursor:
        yield cursor


@contextmanager
def _watched(limits: Limits, engine: Engine) -> Iterator[duckdb.DuckDBPyConnection]:
    watched = watch(connection(engine), limits.seconds)
    try:
        with disk_errors("query"):
            yield watched.cursor
        if (
            time.monotonic() > watched.deadline
        ):  # it ended between two looks at the clock: too long is too long
            raise QueryTooLong(seconds=limits.seconds)
    except duckdb.InterruptException as error:
        if watched.interrupted:
            raise QueryTooLong(seconds=limits.seconds) from error
        raise
    except duckdb.OutOfMemoryException as error:
        raise QueryTooHungry() from error
    except duckdb.IOException as error:
        raise FileMissing(file=str(error)[:200]) from error
    finally:
        release(watched)
