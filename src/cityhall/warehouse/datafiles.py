"""Data files: looking into a Parquet file (columns, types, statistics) and giving it its place in the warehouse."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cityhall.kernel.durable import sync_file
from cityhall.kernel.ids import new_id
from cityhall.kernel.storing.choosing import storage
from cityhall.kernel.storing.disk import made as made_folder
from cityhall.kernel.storing.disk import work_folder
from cityhall.kernel.storing.folder import sha256_of
from cityhall.warehouse.disk import data_folder, dataset_folder, disk_errors
from cityhall.warehouse.errors import DataFileUnusable, SchemaMismatch
from cityhall.warehouse.models import DataFile
from cityhall.warehouse.shapes import Column, ItemType, StoredFile

_LONGEST_BOUND = 64
_INTEGERS = {"int8": "TINYINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT"}
_SIMPLE: dict[str, tuple[ItemType, str]] = {
    "string": ("text", "VARCHAR"),
    "large_string": ("text", "VARCHAR"),
    "bool": ("boolean", "BOOLEAN"),
    "float": ("decimal", "FLOAT"),
    "double": ("decimal", "DOUBLE"),
    "date32[day]": ("date", "DATE"),
    **{name: ("integer", stored) for name, stored in _INTEGERS.items()},
}


def keep_file(path: Path, dataset_id: str, declared: Mapping[str, str]) -> StoredFile:
    """Give a finished Parquet file its place among the dataset's files, forced to the disk; the given path
    stays as it was.

    `declared` maps columns to their types in the catalogue's words (empty: as found). The file is linked
    when it lies on the same disk, copied otherwise, so the caller must not write into it afterwards.
    Errors: `DataFileUnusable`, `SchemaMismatch`, `FileMissing`, `DiskFull`, `StorageUnreachable`.
    """
    with disk_errors(path):
        folder = dataset_folder(dataset_id)
        metadata, columns = _look(path, declared)
        target = folder / f"{new_id('dat')}.parquet"
        temporary = made_folder(work_folder()) / target.name
        try:
            _link_or_copy(path, temporary)
            sync_file(temporary)
            storage().keep(temporary, f"data/{target.relative_to(data_folder())}")
        finally:
            temporary.unlink(missing_ok=True)
        return StoredFile(
            path=str(target.relative_to(data_folder())),
            rows=metadata.num_rows,
            bytes=target.stat().st_size,
            sha256=sha256_of(target),
            columns=columns,
            layout=layout_of(columns),
            statistics=_statistics(metadata, columns),
        )


def at_hand(paths: Sequence[str]) -> tuple[Path, ...]:
    """Where these data files (`DataFile.path`) can be read; what lies in the bucket only is fetched first.

    Errors: `FileMissing`, `FileAltered`, `StorageUnreachable` where something has to be fetched.
    """
    there = storage()
    if lacking := there.lacking(f"data/{path}" for path in paths):
        known = DataFile.objects.filter(path__in=[name.removeprefix("data/") for name in lacking])
        there.fetch({f"data/{path}": sha256 for path, sha256 in known.values_list("path", "sha256")})
    folder = data_folder()
    return tuple(folder / path for path in paths)


def layout_of(columns: tuple[Column, ...]) -> str:
    """A short name of the columns and their stored types; equal for files that can be read side by side."""
    text = "\n".join(f"{column.name}\0{column.stored}" for column in columns)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _look(path: Path, declared: Mapping[str, str]) -> tuple[pq.FileMetaData, tuple[Column, ...]]:
    try:
        with pq.ParquetFile(path) as file:
            metadata, schema = file.metadata, file.schema_arrow
    except (pa.ArrowInvalid, pa.ArrowException) as error:
        raise DataFileUnusable(file=path.name, reason=str(error)[:200]) from error
    if len({name.casefold() for name in schema.names}) != len(schema.names):
        raise DataFileUnusable(file=path.name, reason="two columns differ only in case")
    if any("\0" in name for name in schema.names):
        raise DataFileUnusable(file=path.name, reason="a column name holds the character NUL")
    if missing := [name for name in declared if name not in schema.names]:
        raise SchemaMismatch(item=missing[0], found="nothing", expected=declared[missing[0]])
    columns = tuple(_column(field, declared.get(field.name, ""), path) for field in schema)
    return metadata, columns


def _column(field: pa.Field, declared: str, path: Path) -> Column:
    found, stored = _type_of(field.type)
    if not found:
        raise DataFileUnusable(file=path.name, reason=f"{field.name}: {field.type}")
    if declared == "geometry" and found == "text":
        return Column(field.name, "geometry", stored)
    if declared and declared != found and not (declared == "decimal" and found == "integer"):
        raise SchemaMismatch(item=field.name, found=found, expected=declared)
    return Column(field.name, found, stored)


def _type_of(kind: pa.DataType) -> tuple[ItemType | None, str]:
    """The catalogue's word and DuckDB's name for an Arrow type. Views and nested types are not kept: other
    engines fail on them.
    """
    if str(kind) in _SIMPLE:
        return _SIMPLE[str(kind)]
    if pa.types.is_decimal128(kind):
        return "decimal", f"DECIMAL({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "datetime", "TIMESTAMP WITH TIME ZONE" if kind.tz else "TIMESTAMP"
    if pa.types.is_time64(kind):
        return "time", "TIME"
    return None, ""


def _statistics(metadata: pq.FileMetaData, columns: tuple[Column, ...]) -> dict[str, dict[str, Any]]:
    """Least and greatest value and nulls per column over all row groups; bounds are left out where any
    group lacks them.
    """
    wanted = {column.name for column in columns}
    found: dict[str, list[pq.Statistics | None]] = {name: [] for name in wanted}
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for index in range(row_group.num_columns):
            chunk = row_group.column(index)
            found[chunk.path_in_schema].append(chunk.statistics if chunk.is_stats_set else None)
    return {name: _bounds(parts) for name, parts in found.items()}


def _bounds(parts: list[pq.Statistics | None]) -> dict[str, Any]:
    bounds: dict[str, Any] = {}
    if parts and all(part is not None and part.has_null_count for part in parts):
        bounds["nulls"] = sum(part.null_count for part in parts if part is not None)
    valued = [part for part in parts if part is None or part.has_min_max or part.num_values]
    if valued and all(part is not None and part.has_min_max for part in valued):
        low, high = min(part.min for part in valued if part), max(part.max for part in valued if part)
        if all(len(text) <= _LONGEST_BOUND and "\0" not in text for text in (str(low), str(high))):
            bounds |= {"min": _plain(low), "max": _plain(high)}
    return bounds


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int)) else str(value)
