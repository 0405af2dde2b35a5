"""Compaction: runs of small neighbouring files become one, so that a query opens few files; rows keep their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cityhall.kernel.sql import quoted, text_literal
from cityhall.warehouse.datafiles import at_hand, keep_file
from cityhall.warehouse.models import DataFile
from cityhall.warehouse.shapes import Prepared, StoredFile, Version
from cityhall.warehouse.versions import members
from cityhall.warehouse.writing import PARQUET_LOOKUP, scratch, writer

SMALL_FILE = 32 * 1024 * 1024
_FEWEST = 4
_LARGEST = 256 * 1024 * 1024


def merged_files(of: Version, small: int, fewest: int = _FEWEST) -> Prepared | None:
    """The version's files with each run of small neighbours merged into its place, ready to commit; `None`
    when there is no run of at least `fewest`. Errors: `DiskFull`.
    """
    runs = list(_runs(list(members(of.dataset_id, of.number)), small, fewest))
    if not runs:
        return None
    files = tuple(_merged(of, run) for run in runs)
    return Prepared(
        dataset_id=of.dataset_id,
        mode="compact",
        base=of.number,
        files=files,
        superseded=tuple(file.path for run in runs for file in run),
        columns=of.columns,
        key=of.key,
        incoming=sum(file.rows for file in files),
    )


def _runs(files: Sequence[DataFile], small: int, fewest: int) -> Iterator[list[DataFile]]:
    run: list[DataFile] = []
    for file in files:
        full = sum(one.bytes for one in run) > _LARGEST
        if file.bytes >= small or full:
            if len(run) >= fewest:
                yield run
            run = []
        if file.bytes < small:
            run.append(file)
    if len(run) >= fewest:
        yield run


def _merged(of: Version, run: Sequence[DataFile]) -> StoredFile:
    paths = ", ".join(text_literal(str(path)) for path in at_hand([file.path for file in run]))
    columns = ", ".join(quoted(column.name) for column in of.columns)
    table = f"read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"
    with scratch() as target, writer() as connection:
        connection.execute(
            f"COPY (SELECT {columns} FROM {table}) TO {text_literal(str(target))} ({PARQUET_LOOKUP})"
        )
        merged = keep_file(target, of.dataset_id, {})
    return replace(merged, position=run[0].position)
