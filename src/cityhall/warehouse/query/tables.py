"""The files of a version as a table expression for the query engine."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from cityhall.kernel.sql import quoted, text_literal
from cityhall.warehouse.datafiles import at_hand, layout_of
from cityhall.warehouse.errors import VersionMissing
from cityhall.warehouse.shapes import Column, Version
from cityhall.warehouse.versions import members


@dataclass(frozen=True, slots=True)
class Part:
    """A data file as the query engine sees it; `names` are its columns, `None` when it has all of the version's."""

    path: Path
    layout: str
    names: frozenset[str] | None = None


def parts_of(version: Version) -> tuple[Part, ...]:
    """The files of a version in the order of their rows. Errors: `VersionMissing` when they have expired."""
    if version.expired:
        raise VersionMissing(dataset=version.dataset_id, version=version.number)
    whole = layout_of(version.columns)
    files = members(version.dataset_id, version.number)
    stored = tuple(files.values_list("path", "layout"))
    paths = at_hand([path for path, _ in stored])
    if all(layout == whole for _, layout in stored):
        return tuple(map(Part, paths, (layout for _, layout in stored)))
    names = {path: frozenset(statistics) for path, statistics in files.values_list("path", "statistics")}
    return tuple(
        Part(place, layout, names[path]) for place, (path, layout) in zip(paths, stored, strict=True)
    )


def without_empty_cells(version: Version, names: Collection[str]) -> frozenset[str]:
    """Those of the columns in which no file of the version has an empty cell, by the files' statistics."""
    full = set(names)
    for statistics in members(version.dataset_id, version.number).values_list("statistics", flat=True):
        full = {name for name in full if statistics.get(name, {}).get("nulls") == 0}
    return frozenset(full)


def table_sql(parts: Sequence[Part], columns: Sequence[Column]) -> str:
    """A table expression over the files; a column that a file lacks is empty there."""
    if not parts:
        empty = ", ".join(f"CAST(NULL AS {column.stored}) AS {quoted(column.name)}" for column in columns)
        return f"(SELECT {empty}, 0::BIGINT AS file_index, 0::BIGINT AS file_row_number WHERE FALSE)"
    paths = ", ".join(text_literal(str(part.path)) for part in parts)
    union = ", union_by_name = true" if len({part.layout for part in parts}) > 1 else ""
    table = f"read_parquet([{paths}]{union}, hive_partitioning = false)"
    if any(part.names is None for part in parts):
        return table
    there = frozenset[str]().union(*(part.names or () for part in parts))
    lacking = [
        f"CAST(NULL AS {one.stored}) AS {quoted(one.name)}" for one in columns if one.name not in there
    ]
    return f"(SELECT *, {', '.join(lacking)}, file_index, file_row_number FROM {table})" if lacking else table
