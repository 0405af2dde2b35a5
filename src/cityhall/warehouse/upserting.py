"""Upsert: rows of equal key are replaced, others added, by rewriting the files that hold such keys.

There are no deletion marks beside a file, so that a list of files is the whole truth for every engine that reads it.
A file without any of the keys stays as it is; the others are written anew without the rows that leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from cityhall.kernel.sql import quoted, text_literal
from cityhall.warehouse.datafiles import at_hand, keep_file
from cityhall.warehouse.errors import KeyRepeats, SchemaMismatch, UpsertWithoutKey
from cityhall.warehouse.shapes import Column, Prepared, StoredFile
from cityhall.warehouse.versions import members
from cityhall.warehouse.widening import as_text, told_as_text, widened
from cityhall.warehouse.writing import PARQUET, scratch, writer


def merge(
    dataset_id: str,
    base: int,
    before: tuple[Column, ...],
    incoming: tuple[Path, ...],
    key: tuple[str, ...],
    declared: Mapping[str, str],
) -> Prepared:
    """Files of the next version: the base's files without the rows whose key comes in, then the incoming rows.

    Errors: `UpsertWithoutKey`, `KeyRepeats` among the incoming rows, `SchemaMismatch`, `DiskFull`.
    """
    new = tuple(keep_file(path, dataset_id, declared) for path in incoming)
    names = widened(before, declared)
    columns = agreed((as_text(before, names), *(file.columns for file in new)))
    if not set(key) <= {column.name for column in columns}:
        raise UpsertWithoutKey()
    old = list(members(dataset_id, base)) if base else []
    lying = dict(zip(old, at_hand([file.path for file in old]), strict=True))
    with writer() as connection:
        _take_keys(connection, at_hand([file.path for file in new]), key)
        touched = _touched(connection, list(lying.values()), key)
        leaving = old if names else [old[index] for index in touched]
        kept = [
            replace(_without(connection, lying[file], dataset_id, key, names), position=file.position)
            for file in leaving
        ]
    files = (*(file for file in kept if file.rows), *new)
    return Prepared(
        dataset_id,
        "upsert",
        base,
        files,
        tuple(file.path for file in leaving),
        columns,
        key,
        sum(file.rows for file in new),
    )


def agreed(layouts: Iterable[tuple[Column, ...]]) -> tuple[Column, ...]:
    """All columns of files that are to be one table; one name, one type. Errors: `SchemaMismatch`."""
    found: dict[str, Column] = {}
    for columns in layouts:
        for column in columns:
            first = found.setdefault(column.name, column)
            if first != column:
                raise SchemaMismatch(item=column.name, found=column.stored, expected=first.stored)
    return tuple(found.values())


def _paths(paths: Sequence[Path]) -> str:
    names = ", ".join(text_literal(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"


def _take_keys(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], key: tuple[str, ...]) -> None:
    """The incoming keys as the table `keys`. Errors: `KeyRepeats`."""
    names = ", ".join(quoted(name) for name in key)
    connection.execute(f"CREATE TABLE keys AS SELECT {names} FROM {_paths(paths)}")
    repeated = f"SELECT count(*) FROM (SELECT {names} FROM keys GROUP BY {names} HAVING count(*) > 1)"
    if count := _number(connection, repeated):
        raise KeyRepeats(count=count)


def _touched(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], key: tuple[str, ...]) -> list[int]:
    """The indexes of the files that hold a row with one of the keys."""
    if not paths:
        return []
    rows = f"FROM {_paths(paths)} AS old SEMI JOIN keys ON {_same(key)}"
    if len(paths) == 1:  # the first row found is enough
        return [0] if connection.execute(f"SELECT 1 {rows} LIMIT 1").fetchall() else []
    found = f"SELECT DISTINCT file_index {rows} ORDER BY 1"
    return [row[0] for row in connection.execute(found).fetchall()]


def _without(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    dataset_id: str,
    key: tuple[str, ...],
    text: frozenset[str],
) -> StoredFile:
    """The file written anew, without the rows of the keys, in the same order; `text` are columns that become text."""
    with scratch() as target:
        told = told_as_text(connection, path, text) if text else "old.*"
        staying = f"SELECT {told} FROM {_paths([path])} AS old ANTI JOIN keys ON {_same(key)}"
        connection.execute(f"COPY ({staying}) TO {text_literal(str(target))} ({PARQUET})")
        return keep_file(target, dataset_id, {})


def _same(key: tuple[str, ...]) -> str:
    return " AND ".join(f"old.{quoted(name)} IS NOT DISTINCT FROM keys.{quoted(name)}" for name in key)


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
