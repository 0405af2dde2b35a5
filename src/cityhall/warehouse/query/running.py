"""Running a query over the files of one version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cityhall.warehouse.disk import data_folder
from cityhall.warehouse.errors import CursorUnusable, VersionMissing
from cityhall.warehouse.query import cursors
from cityhall.warehouse.query.compiling import Compiled, compile_query
from cityhall.warehouse.query.cursors import Cursor
from cityhall.warehouse.query.engine import limited
from cityhall.warehouse.query.fragments import text_literal
from cityhall.warehouse.query.language import Limits, Query, Rows
from cityhall.warehouse.shapes import Column, Version
from cityhall.warehouse.versions import members


@dataclass(frozen=True, slots=True)
class Part:
    """A data file as the query engine sees it."""

    path: Path
    layout: str


def run(
    version: Version,
    query: Query,
    *,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    masks: Mapping[str, str | None] | None = None,
) -> Rows:
    """One page of the answer to `query` from `version`, with items shown through their masks (item -> mask
    profile).

    Errors: those of the language; `CursorUnusable` when `after` belongs to another version or query;
    `QueryTooLong`; `VersionMissing` when the version's data has expired.
    """
    cursor = cursors.read(query.after, query) if query.after else None
    if cursor and cursor.version != version.number:
        raise CursorUnusable()
    compiled = compile_query(query, version.columns, cursor, masks or {})
    found = _fetch(compiled, parts_of(version), version.columns, limits)
    page = found[: query.limit]
    following = (
        cursors.write(_mark(version, compiled, page[-1], query), query) if len(found) > query.limit else None
    )
    width = len(compiled.columns)
    return Rows(compiled.columns, tuple(row[:width] for row in page), following, version.number)


def parts_of(version: Version) -> tuple[Part, ...]:
    """The files of a version in the order of their rows. Errors: `VersionMissing` when they have expired."""
    if version.expired:
        raise VersionMissing(version=f"{version.dataset_id} {version.number}")
    folder = data_folder()
    stored = members(version.dataset_id, version.number).values_list("path", "layout")
    return tuple(Part(folder / path, layout) for path, layout in stored)


def table_sql(parts: Sequence[Part], columns: Sequence[Column]) -> str:
    """A table expression over the files: columns that some files lack are empty there."""
    if not parts:
        empty = ", ".join(f"CAST(NULL AS {column.stored}) AS {_name(column)}" for column in columns)
        return f"(SELECT {empty}, 0::BIGINT AS file_index, 0::BIGINT AS file_row_number WHERE FALSE)"
    paths = ", ".join(text_literal(str(part.path)) for part in parts)
    union = ", union_by_name = true" if len({part.layout for part in parts}) > 1 else ""
    return f"read_parquet([{paths}]{union}, hive_partitioning = false)"


def _name(column: Column) -> str:
    return '"' + column.name.replace('"', '""') + '"'


def _fetch(
    compiled: Compiled, parts: Sequence[Part], columns: Sequence[Column], limits: Limits
) -> list[tuple[Any, ...]]:
    sql = compiled.head + table_sql(parts, columns) + compiled.tail
    with limited(limits) as connection:
        return connection.execute(sql, compiled.values).fetchall()


def _mark(version: Version, compiled: Compiled, last: tuple[Any, ...], query: Query) -> Cursor:
    width = len(compiled.columns)
    values = tuple(cursors.as_text(value) for value in last[width : width + compiled.order])
    file, row = (0, 0) if query.grouped else last[-2:]
    return Cursor(version.number, values, file, row)
