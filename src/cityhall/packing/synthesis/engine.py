"""The DuckDB behind a synthetic city: a bounded, private connection and the relation of row numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

# The makers register themselves when their module is read.
from cityhall.packing.synthesis import people, places, things, times
from cityhall.packing.synthesis.making import KINDS

MAKERS = (people, places, things, times)
__all__ = ["KINDS", "engine", "number_rows"]


@contextmanager
def engine(
    *, threads: int = 2, memory: str = "1GB", spill: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for making tables; rows keep their order, whatever the number of threads."""
    con = duckdb.connect()
    try:
        con.execute(f"SET threads = {threads}")
        con.execute(f"SET memory_limit = '{memory}'")
        con.execute("SET preserve_insertion_order = true")
        if spill is not None:
            con.execute(f"SET temp_directory = '{spill}'")
        yield con
    finally:
        con.close()


def number_rows(con: duckdb.DuckDBPyConnection, first: int, count: int, name: str = "numbers") -> str:
    """A table of row numbers `first` … (a table is read by all threads, a range only by one); gives its name."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT range AS row FROM range({first}, {first + count})"
    )
    return name
