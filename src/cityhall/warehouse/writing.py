"""The engine that writes: a fresh DuckDB database per job, kept to the warehouse's folder and to a share of memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from cityhall.kernel.ids import new_id
from cityhall.kernel.sql import text_literal
from cityhall.kernel.stopping import interruptible
from cityhall.kernel.storing.disk import made, work_folder
from cityhall.warehouse.disk import disk_errors

PARQUET = "FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 16384"
"""How data files are written (options of COPY): small row groups of quick compression, so that little is unpacked to
read a page of scattered rows: 80 ms of computing out of 10 million rows instead of 490. Every engine reads it."""

PARQUET_LOOKUP = (
    f"{PARQUET}, DICTIONARY_SIZE_LIMIT 20000, STRING_DICTIONARY_PAGE_SIZE_LIMIT 100000000, "
    "BLOOM_FILTER_FALSE_POSITIVE_RATIO 0.005"
)
"""How compaction writes them, in its own time: a dictionary and so a Bloom filter for every item. One value of an
unordered item is found in 7 ms of computing instead of 250; writing costs three times as much, and half as much
again in size."""

PARQUET_SMALLEST = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
"""How files to be handed out are written."""


@contextmanager
def writer(memory: str = "1200MB") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may write files. Errors: `DiskFull`, `FileMissing`."""
    spill = made(work_folder()) / new_id("spill")
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(
            f"SET memory_limit = {text_literal(os.environ.get('CITYHALL_WRITE_MEMORY') or memory)}"
        )
        connection.execute(f"SET temp_directory = {text_literal(str(spill))}")
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        with disk_errors("work"), interruptible(connection.interrupt):
            yield connection
    finally:
        connection.close()
        with suppress(OSError):
            spill.rmdir()


@contextmanager
def scratch(suffix: str = ".parquet") -> Iterator[Path]:
    """A path in the work folder that is gone when the block ends."""
    path = made(work_folder()) / f"{new_id('wrk')}{suffix}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
