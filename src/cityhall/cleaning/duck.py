"""DuckDB, opened and quoted the same way everywhere in cleaning: in memory, bounded, spilling into the
working folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from pathlib import Path
from threading import Lock
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
    """A connection that keeps below `memory_limit` and puts what does not fit into `workdir`: the one that stands by
    for this work, where it has the same limits and is free, else a new one."""
    workdir.mkdir(parents=True, exist_ok=True)
    standing = _standing.get()
    if standing is not None and standing.limits == (memory_limit, threads) and standing.free.acquire(False):
        with standing.lent() as connection, interruptible(connection.interrupt):
            yield connection
        return
    connection = _connected(workdir, memory_limit, threads)
    try:
        with interruptible(connection.interrupt):
            yield connection
    finally:
        connection.close()


def _connected(workdir: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    workdir.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(workdir / "spill"),
        }
    )
    connection.execute(f"SET TimeZone = {text(str(CITY_ZONE))}")
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET disabled_optimizers = '{_LEFT_OUT}'")
    return connection


@contextmanager
def standing_by(
    workdir: Path, memory_limit: str = "900MB", threads: int = 2
) -> Iterator[Callable[[], object]]:
    """Within this block there is but one engine for all that recognises and checks, one after another. Gives what starts
    it, beside whatever is done next; else it starts when it is first asked for. What does not fit into memory goes into
    `workdir`, which must outlast the block."""
    with ThreadPoolExecutor(1) as pool:
        standing = _Standing(pool, workdir, (memory_limit, threads))
        token = _standing.set(standing)
        try:
            yield standing.start
        finally:
            _standing.reset(token)
            standing.close()


class _Standing:
    """The engine of a block, lent to one at a time."""

    def __init__(self, pool: ThreadPoolExecutor, workdir: Path, limits: tuple[str, int]) -> None:
        self.limits, self.free = limits, Lock()
        self._pool, self._workdir = pool, workdir
        self._engine: Future[duckdb.DuckDBPyConnection] | None = None
        self._used = False

    def start(self) -> Future[duckdb.DuckDBPyConnection]:
        """The engine, or that it will be there."""
        if self._engine is None:
            self._engine = self._pool.submit(_connected, self._workdir, *self.limits)
        return self._engine

    @contextmanager
    def lent(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The engine without tables; the caller holds `free`. After an error the next one gets a new engine."""
        try:
            connection = self.start().result()
            if self._used:
                _clear(connection)
            self._used = True
            yield connection
        except BaseException:
            self.close()
            raise
        finally:
            self.free.release()

    def close(self) -> None:
        """End the engine, if there is one."""
        engine, self._engine, self._used = self._engine, None, False
        if engine is not None and engine.exception() is None:
            engine.result().close()


_standing: ContextVar[_Standing | None] = ContextVar("cityhall_standing_engine", default=None)


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what the last work left."""
    left = connection.execute(
        """SELECT 'VIEW', view_name FROM duckdb_views() WHERE NOT internal
           UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE NOT internal"""
    ).fetchall()
    for kind, one in left:
        connection.execute(f"DROP {kind} {name(one)}")


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


def cells(staged: Staged) -> str:
    """All columns of a staged table, for a SELECT."""
    return ", ".join(name(column) for column in staged.columns)


def rows_of(staged: Staged) -> str:
    """The staged rows."""
    return parquet(staged.files)


def first_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row of a query, drained to the end so that the connection is free for the next one."""
    rows = connection.execute(query).fetchall()
    return tuple(rows[0]) if rows else ()
