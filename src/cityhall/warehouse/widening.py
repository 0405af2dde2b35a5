"""A column that becomes text: what is there already is written anew as text, so that one name keeps one type.

Only towards text, which loses nothing; any other change of type is a `SchemaMismatch` for the caller to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from cityhall.kernel.sql import quoted, text_literal
from cityhall.warehouse.datafiles import at_hand, keep_file
from cityhall.warehouse.shapes import Column, StoredFile
from cityhall.warehouse.versions import members
from cityhall.warehouse.writing import PARQUET, scratch, writer


def widened(before: tuple[Column, ...], declared: Mapping[str, str]) -> frozenset[str]:
    """The columns of the base that are declared as text now and were something else."""
    return frozenset(
        column.name for column in before if declared.get(column.name) == "text" and column.type != "text"
    )


def as_text(columns: tuple[Column, ...], names: frozenset[str]) -> tuple[Column, ...]:
    """The columns with these as text."""
    return tuple(Column(one.name, "text", "VARCHAR") if one.name in names else one for one in columns)


def told_as_text(connection: duckdb.DuckDBPyConnection, path: Path, names: frozenset[str]) -> str:
    """What to select of `old`, the file at this path, so that these columns are text."""
    file = f"read_parquet([{text_literal(str(path))}], hive_partitioning = false)"
    there = [one[0] for one in connection.execute(f"SELECT * FROM {file} LIMIT 0").description or ()]
    casts = ", ".join(
        f"CAST(old.{quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in there if name in names
    )
    return f"old.* REPLACE ({casts})" if casts else "old.*"


def rewritten(dataset_id: str, base: int, names: frozenset[str]) -> tuple[StoredFile, ...]:
    """All files of the base anew, in their places, with these columns as text. Errors: `DiskFull`."""
    files = []
    with writer() as connection:
        for file in members(dataset_id, base):
            (path,) = at_hand([file.path])
            told = told_as_text(connection, path, names)
            source = f"read_parquet([{text_literal(str(path))}], hive_partitioning = false) AS old"
            with scratch() as target:
                connection.execute(
                    f"COPY (SELECT {told} FROM {source}) TO {text_literal(str(target))} ({PARQUET})"
                )
                files.append(replace(keep_file(target, dataset_id, {}), position=file.position))
    return tuple(files)
