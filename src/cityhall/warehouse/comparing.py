"""The difference of two versions of a dataset by key: which rows were added, removed, changed, and in which items.

Files that both versions share hold the same rows and are left out first; what remains is compared in one full outer
join, in which a row is its key and a hash of its items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any, Final, Literal

import duckdb

from cityhall.kernel.sql import quoted
from cityhall.warehouse.errors import (
    ItemUnknown,
    KeyRepeats,
    QueryTooBig,
    QueryTooLong,
    TooManyQueries,
    UpsertWithoutKey,
)
from cityhall.warehouse.masks import masked_local
from cityhall.warehouse.query.engine import turn
from cityhall.warehouse.query.tables import Part, parts_of, table_sql
from cityhall.warehouse.query.watching import release, watch
from cityhall.warehouse.shapes import Column, Version
from cityhall.warehouse.versions import version
from cityhall.warehouse.writing import writer

Change = Literal["added", "removed", "changed"]
_MOST = 1000
SECONDS: Final = 30.0
"""For one comparison."""
WAIT: Final = 2.0
"""Until the one before has ended: each may fill its share of memory."""
_ONE_AT_A_TIME: Final = BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One key, what happened to it, and the items that differ: name -> (before, after). Added rows have no
    before, removed rows no after (`None` for each item).
    """

    key: tuple[Any, ...]
    change: Change
    items: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Diff:
    """The counts of a comparison, how many of the changed rows differ in each item, and a first page of rows.

    `columns_added` and `columns_removed` are items that only one of the versions has; they are not compared.
    """

    before: int
    after: int
    added: int
    removed: int
    changed: int
    by_item: dict[str, int]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    rows: tuple[ChangedRow, ...]


def diff_versions(
    dataset_id: str,
    a: int,
    b: int,
    key: Sequence[str] = (),
    *,
    limit: int = 100,
    offset: int = 0,
    within: Collection[str] | None = None,
) -> Diff:
    """Compare version `a` with the later version `b` by `key` (default: the key version `b` was committed
    with); `_line` and other columns of the platform's own do not count. Rows come in the order of their
    keys; those that differ only in items not `within` are passed over, whatever page is asked for.

    Errors: `VersionMissing`, `UpsertWithoutKey` (no key known), `ItemUnknown`, `KeyRepeats` in one of the
    versions, `QueryTooBig`, `QueryTooLong`, `TooManyQueries`.
    """
    before, after = version(dataset_id, a), version(dataset_id, b)
    names = tuple(key) or after.key
    if not names:
        raise UpsertWithoutKey()
    if limit > _MOST:
        raise QueryTooBig(what=f"limit {limit}", limit=_MOST)
    both = _common(before, after, names)
    retyped = _retyped(before, after)
    with _compared(before, after, names, both, retyped) as connection:
        counts = dict(connection.execute("SELECT change, count(*) FROM differing GROUP BY change").fetchall())
        by_item = _by_item(connection, both, retyped)
        seen = None if within is None else [name for name in both if name in within]
        rows = tuple(_page(connection, names, both, _seen_to_differ(seen, retyped), limit, offset))
    old, new = {column.name for column in before.items}, {column.name for column in after.items}
    return Diff(
        before=a,
        after=b,
        added=counts.get("added", 0),
        removed=counts.get("removed", 0),
        changed=counts.get("changed", 0),
        by_item=by_item,
        columns_added=tuple(column.name for column in after.items if column.name not in old),
        columns_removed=tuple(column.name for column in before.items if column.name not in new),
        rows=rows,
    )


def _common(before: Version, after: Version, key: Sequence[str]) -> list[str]:
    """The items of both versions beside the key. Errors: `ItemUnknown`."""
    old, new = ({column.name for column in one.items} for one in (before, after))
    for name in key:
        if name not in old & new:
            raise ItemUnknown(item=name, known=", ".join(sorted(old & new)[:50]))
    return [column.name for column in after.items if column.name in old and column.name not in key]


def _retyped(before: Version, after: Version) -> set[str]:
    """The columns whose stored type differs between the versions."""
    stored = {column.name: column.stored for column in before.columns}
    return {
        column.name for column in after.columns if stored.get(column.name, column.stored) != column.stored
    }


@contextmanager
def _compared(
    before: Version, after: Version, key: Sequence[str], items: Sequence[str], retyped: set[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the rows that are in one version only or differ, as the table `differing` (keys
    `k…`, row places).
    """
    old, new = parts_of(before), parts_of(after)
    shared = set(old) & set(new)
    with _alone(), turn(), writer() as connection, _in_time(connection):
        _view(connection, "old", [part for part in old if part not in shared], before.columns)
        _view(connection, "new", [part for part in new if part not in shared], after.columns)
        for name in ("old", "new"):
            _print(connection, name, key, items, retyped)
        _check_keys(connection, key)
        same = " AND ".join(f"a.k{index} IS NOT DISTINCT FROM b.k{index}" for index, _ in enumerate(key))
        keys = ", ".join(f"coalesce(a.k{index}, b.k{index}) AS k{index}" for index, _ in enumerate(key))
        connection.execute(
            f"""CREATE TABLE differing AS
            SELECT {keys}, a.file AS a_file, a.row AS a_row, b.file AS b_file, b.row AS b_row,
                   CASE WHEN a.row IS NULL THEN 'added' WHEN b.row IS NULL THEN 'removed' ELSE 'changed' END
                       AS change
            FROM old_prints AS a FULL JOIN new_prints AS b ON {same}
            WHERE a.print IS DISTINCT FROM b.print OR a.row IS NULL OR b.row IS NULL"""
        )
        yield connection


@contextmanager
def _alone() -> Iterator[None]:
    """The only comparison of this process. Errors: `TooManyQueries`."""
    if not _ONE_AT_A_TIME.acquire(timeout=WAIT):
        raise TooManyQueries(most=1)
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


@contextmanager
def _in_time(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Whatever the connection runs in the block ends after its seconds. Errors: `QueryTooLong`."""
    watched = watch(connection, SECONDS)
    try:
        yield
    except duckdb.InterruptException as error:
        if watched.interrupted:
            raise QueryTooLong(seconds=SECONDS) from error
        raise
    finally:
        release(watched)


def _view(
    connection: duckdb.DuckDBPyConnection, name: str, parts: Sequence[Part], columns: Sequence[Column]
) -> None:
    shown = (f"{masked_local(column, None).sql} AS {quoted(column.name)}" for column in columns)
    wanted = ", ".join([*shown, "file_index", "file_row_number"])
    connection.execute(f"CREATE VIEW {name} AS SELECT {wanted} FROM {table_sql(parts, columns)}")


def _print(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    key: Sequence[str],
    items: Sequence[str],
    retyped: set[str],
) -> None:
    """The rows of one side as key, hash of the items, place. A retyped item is compared as text."""
    shown = {name: _as_text(name) if name in retyped else quoted(name) for name in (*key, *items)}
    keys = ", ".join(f"{shown[name]} AS k{index}" for index, name in enumerate(key))
    print_ = f"hash({', '.join(shown[name] for name in items)})" if items else "0"
    connection.execute(
        f"CREATE TABLE {table}_prints AS SELECT {keys}, {print_} AS print, "
        f"file_index AS file, file_row_number AS row FROM {table}"
    )


def _as_text(name: str) -> str:
    return f"CAST({quoted(name)} AS VARCHAR)"


def _check_keys(connection: duckdb.DuckDBPyConnection, key: Sequence[str]) -> None:
    keys = ", ".join(f"k{index}" for index, _ in enumerate(key))
    for table in ("old", "new"):
        repeating = f"SELECT {keys} FROM {table}_prints GROUP BY {keys} HAVING count(*) > 1"
        if count := connection.execute(f"SELECT count(*) FROM ({repeating})").fetchall()[0][0]:
            raise KeyRepeats(count=count)


def _places(table: str, letter: str) -> str:
    return f"{table}.file_index = d.{letter}_file AND {table}.file_row_number = d.{letter}_row"


def _by_item(
    connection: duckdb.DuckDBPyConnection, items: Sequence[str], retyped: set[str]
) -> dict[str, int]:
    """In how many changed rows each item differs; items that differ nowhere are left out."""
    if not items:
        return {}
    counts = ", ".join(f"count(*) FILTER ({_differs(name, retyped)})" for name in items)
    found = connection.execute(
        f"""SELECT {counts} FROM (FROM differing WHERE change = 'changed') AS d
        JOIN old ON {_places("old", "a")} JOIN new ON {_places("new", "b")}"""
    ).fetchall()[0]
    return {name: count for name, count in zip(items, found, strict=True) if count}


def _differs(name: str, retyped: set[str]) -> str:
    a, b = (f"{table}.{quoted(name)}" for table in ("old", "new"))
    if name in retyped:
        a, b = f"CAST({a} AS VARCHAR)", f"CAST({b} AS VARCHAR)"
    return f"{a} IS DISTINCT FROM {b}"


def _seen_to_differ(seen: Sequence[str] | None, retyped: set[str]) -> str:
    """SQL of the differing rows that can be seen to differ by who sees these items; None: all items."""
    if seen is None:
        return "differing"
    differs = " OR ".join(_differs(name, retyped) for name in seen) or "false"
    return f"""(SELECT d.* FROM differing AS d
                LEFT JOIN old ON {_places("old", "a")} LEFT JOIN new ON {_places("new", "b")}
                WHERE d.change <> 'changed' OR {differs})"""


def _page(
    connection: duckdb.DuckDBPyConnection,
    key: Sequence[str],
    items: Sequence[str],
    rows: str,
    limit: int,
    offset: int,
) -> Iterator[ChangedRow]:
    keys = ", ".join(f"d.k{index}" for index, _ in enumerate(key))
    values = "".join(f", {table}.{quoted(name)}" for table in ("old", "new") for name in items)
    found = connection.execute(
        f"""SELECT {keys}, d.change{values}
        FROM (FROM {rows} AS d ORDER BY {keys} LIMIT {limit:d} OFFSET {offset:d}) AS d
        LEFT JOIN old ON {_places("old", "a")} LEFT JOIN new ON {_places("new", "b")} ORDER BY {keys}"""
    )
    width = len(key)
    for row in found.fetchall():
        old, new = row[width + 1 : width + 1 + len(items)], row[width + 1 + len(items) :]
        pairs = {name: (a, b) for name, a, b in zip(items, old, new, strict=True)}
        change: Change = row[width]
        differing = {name: pair for name, pair in pairs.items() if change != "changed" or pair[0] != pair[1]}
        yield ChangedRow(row[:width], change, differing)
