"""DuckDB, opened and quoted the same way everywhere in cleaning: in memory, bounded, spilling into the
working folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from cityhall.cleaning.tables import Staged
from cityhall.kernel.clock import CITY_ZONE
from cityhall.kernel.sql import quoted, text_literal
from cityhall.kernel.stopping import interruptible

T = TypeVar("T")
Work = Callable[[duckdb.DuckDBPyConnection], T]


@contextmanager
def opened(
    workdir: Path, memory_limit: str = "900MB", threads: int = 2
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that keeps below `memory_limit` and puts what does not fit into `workdir`."""
    workdir.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(workdir / "spill"),
        }
    )
    try:
        connection.execute(f"SET TimeZone = {text(str(CITY_ZONE))}")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET disabled_optimizers = '{_LEFT_OUT}'")
        with interruptible(connection.interrupt):
            yield connection
    finally:
        connection.close()


_LEFT_OUT = "join_order,build_side_probe_side"
"""Joins are written with the small side on the right; kept so, the rows stay in the order of the file."""


@contextmanager
def without(connection: duckdb.DuckDBPyConnection, optimiser: str) -> Iterator[None]:
    """Statements inside are planned without this optimiser as well."""
    connection.execute(f"SET disabled_optimizers = '{_LEFT_OUT},{optimiser}'")
    try:
        yield
    finally:
        connection.execute(f"SET disabled_optimizers = '{_LEFT_OUT}'")


@contextmanager
def meanwhile(connection: duckdb.DuckDBPyConnection, work: Work[T]) -> Iterator[Future[T]]:
    """While the block runs, `work` runs too, on a connection of its own to the same tables; what it answers is in the
    future when the block ends. Planning a long statement keeps but one core busy: so the other has work."""
    beside = connection.cursor()
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(copy_context().run, _beside, beside, work)


def _beside(beside: duckdb.DuckDBPyConnection, work: Work[T]) -> T:
    try:
        beside.execute(f"SET TimeZone = {text(str(CITY_ZONE))}")
        with interruptible(beside.interrupt):
            return work(beside)
    finally:
        beside.close()


# Said so often here that they have short names.
name, text = quoted, text_literal


def texts(values: Iterable[str]) -> str:
    """A comma-separated list of string literals."""
    return ", ".join(text(value) for value in values)


def parquet(files: Iterable[Path]) -> str:
    """A table function over Parquet files, with the row's number in its file at hand."""
    return f"read_parquet([{texts(str(file) for file in files)}], file_row_number=true)"


def rows_of(staged: Staged) -> str:
    """The staged rows."""
    return parquet(staged.files)


def first_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row of a query, drained to the end so that the connection is free for the next one."""
    rows = connection.execute(query).fetchall()
    return tuple(rows[0]) if rows else ()
