"""Writing a finished file of one version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import duckdb

from cityhall.kernel.durable import new_file
from cityhall.kernel.sql import text_literal
from cityhall.kernel.storing.folder import sha256_of
from cityhall.warehouse.disk import disk_errors
from cityhall.warehouse.errors import QueryUnusable
from cityhall.warehouse.exporting.columns import harmless_projection, projection, shown_columns
from cityhall.warehouse.exporting.features import feature_columns
from cityhall.warehouse.exporting.sheets import write_sheet
from cityhall.warehouse.exporting.streaming import stream_into
from cityhall.warehouse.query.compiling import where_sql
from cityhall.warehouse.query.fragments import Fragment
from cityhall.warehouse.query.language import AnyOf, Condition, Query
from cityhall.warehouse.query.tables import parts_of, table_sql
from cityhall.warehouse.shapes import Version
from cityhall.warehouse.writing import PARQUET_SMALLEST, writer

Format = Literal["csv", "csv_bom", "json", "ndjson", "parquet", "xlsx", "geojson"]
FORMATS: tuple[Format, ...] = get_args(Format)

_SPREADSHEETS = ("csv", "csv_bom", "xlsx")
_COPY = {
    "csv": "FORMAT csv, HEADER true",
    "csv_bom": "FORMAT csv, HEADER true",
    "json": "FORMAT json, ARRAY true",
    "ndjson": "FORMAT json, ARRAY false",
    "geojson": "FORMAT json, ARRAY true",
    "parquet": PARQUET_SMALLEST,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished file: where, how many rows, its hash and its size in bytes."""

    path: Path
    rows: int
    sha256: str
    size: int


def copy_to(
    version: Version,
    *,
    path: Path,
    format: Format,
    select: Sequence[str] = (),
    masks: Mapping[str, str | None] | None = None,
    where: Sequence[Condition | AnyOf] = (),
    lon: str = "",
    lat: str = "",
) -> Exported:
    """Write the rows of a version (those for which `where` holds) to `path`, which appears only when it is complete
    and on the disk.

    `masks` maps items to mask profiles. GeoJSON takes its geometry from the version's geometry item, or from the
    items `lon` and `lat`. In CSV and worksheets a text that would start a formula gets a leading apostrophe. Errors:
    `ItemUnknown`, `MaskUnusable`, `SheetTooLong`, `CellTooLong`, `QueryUnusable` (unknown format, no geometry),
    `DiskFull`.
    """
    if format not in FORMATS:
        raise QueryUnusable(reason=f"format is one of {', '.join(FORMATS)}")
    shown = shown_columns(version.columns, select, masks or {}, local=format == "xlsx")
    columns = feature_columns(shown, lon, lat) if format == "geojson" else projection(shown)
    rows = _select(version, columns, where)
    if format in _SPREADSHEETS:
        rows = Fragment(f"SELECT {harmless_projection(shown)} FROM ({rows.sql}) AS plain", rows.values)
    with disk_errors(path), new_file(path) as target, writer() as connection:
        count, sha256 = _WRITERS.get(format, _streamed)(connection, rows, target, format)
        size = target.stat().st_size
    return Exported(path, count, sha256, size)


def _select(version: Version, columns: Fragment, where: Sequence[Condition | AnyOf]) -> Fragment:
    known = {column.name: column for column in version.columns}
    filtered = where_sql(Query(where=tuple(where)), known)
    table = table_sql(parts_of(version), version.columns)
    return Fragment(
        f"SELECT {columns.sql} FROM {table} WHERE {filtered.sql}", columns.values + filtered.values
    )


def _copy(connection: duckdb.DuckDBPyConnection, rows: Fragment, path: str, format: str) -> int:
    options = f"{_COPY[format]}, USE_TMP_FILE false"
    copied = connection.execute(f"COPY ({rows.sql}) TO {text_literal(path)} ({options})", rows.values)
    count = copied.fetchone()
    return int(count[0]) if count else 0


def _parquet(
    connection: duckdb.DuckDBPyConnection, rows: Fragment, target: Path, format: str
) -> tuple[int, str]:
    return _copy(connection, rows, str(target), format), sha256_of(target)


def _streamed(
    connection: duckdb.DuckDBPyConnection, rows: Fragment, target: Path, format: str
) -> tuple[int, str]:
    """What the engine writes, between a head and a tail of ours."""
    with stream_into(target, *_FRAMES.get(format, ())) as stream:
        count = _copy(connection, rows, stream.path, format)
    return count, stream.sha256


def _sheet(connection: duckdb.DuckDBPyConnection, rows: Fragment, target: Path, _: str) -> tuple[int, str]:
    return write_sheet(connection, rows, target), sha256_of(target)


_FRAMES = {"csv_bom": (b"\xef\xbb\xbf", b""), "geojson": (b'{"type":"FeatureCollection","features":', b"}\n")}
_WRITERS: dict[str, Callable[[duckdb.DuckDBPyConnection, Fragment, Path, str], tuple[int, str]]] = {
    "parquet": _parquet,
    "xlsx": _sheet,
}
