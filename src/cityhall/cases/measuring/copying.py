"""The columnar copy of a type's facts: Parquet files, one per batch of history, and small ones for what happened since. It can be
thrown away: `mending` makes it anew from the events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.measuring.facts import facts_of, schema
from cityhall.cases.models import Batch, Case, Event
from cityhall.cases.storing.rows import load
from cityhall.kernel.durable import new_file
from cityhall.kernel.home import home

# Events are numbered before they are committed: the last ones are looked at again.
OVERLAP = 5_000
MOST_PARTS = 20
_AT_ONCE = 2_000


def folder(type_name: str) -> Path:
    """Where the copy of a type lies."""
    return home() / "cases" / "facts" / type_name


def write_facts(made: CaseType, name: str, columns: dict[str, Any], *, into: Path | None = None) -> Path:
    """Write facts as one file of the copy (or of another folder)."""
    target = (into or folder(made.name)) / f"{name}.parquet"
    declared = schema(made)
    many = len(columns.get("number", ()))
    arrays = [pa.array(columns.get(field.name, [None] * many), field.type) for field in declared]
    with new_file(target) as temporary:
        pq.write_table(
            pa.Table.from_arrays(arrays, schema=declared),
            temporary,
            compression="zstd",
            row_group_size=100_000,
        )
    return target


def refresh(made: CaseType) -> bool:
    """Add the facts of cases that something happened to since the last time; whether there were any."""
    done, mark = _live(made.name), live_mark(made.name)
    newest = (
        Event.objects.filter(case__type__name=made.name, id__gt=mark)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )
    if newest is None:
        return False
    touched = Event.objects.filter(case__type__name=made.name, id__gt=max(mark - OVERLAP, 0)).values_list(
        "case_id", flat=True
    )
    rows = facts_of_cases(sorted(set(touched)))
    write_facts(made, f"live_{newest:020d}", rows)
    if len(done) >= MOST_PARTS:
        _compact(made, newest)
    return True


def facts_of_cases(keys: list[int]) -> dict[str, list[Any]]:
    """The facts of these cases as columns, each folded by itself."""
    found: list[dict[str, Any]] = []
    for at in range(0, len(keys), _AT_ONCE):
        for row in Case.objects.filter(id__in=keys[at : at + _AT_ONCE]).ready():
            loaded = load(row)
            found.append({"number": row.number, **facts_of(loaded.made, loaded.standing)})
    return _as_columns(found)


def _as_columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Rows as columns; a version of the type that lacks an act or a clock has none of it."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _live(type_name: str) -> list[Path]:
    return sorted(folder(type_name).glob("live_*.parquet"))


def live_mark(type_name: str) -> int:
    """The newest event whose case stands in the copy's small files; 0 for none."""
    done = _live(type_name)
    return _mark(done[-1]) if done else 0


def _mark(path: Path) -> int:
    return int(path.stem.removeprefix("live_"))


def _compact(made: CaseType, newest: int) -> None:
    """Many small parts become one; the newest facts of each case stay."""
    parts = _live(made.name)
    with duckdb.connect() as con:
        table = con.sql(_newest(parts)).to_arrow_table()
    columns = {name: table.column(name).to_pylist() for name in schema(made).names}
    write_facts(made, f"live_{newest:020d}", columns)
    for part in parts:
        if _mark(part) < newest:
            part.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Copy:
    """The facts as they stand: SQL that reads them, and the name, age and size of every file, which tell this copy from
    any other."""

    sql: str
    files: tuple[tuple[str, int, int], ...]


def copy_of(made: CaseType, other: Path | None = None) -> Copy:
    """The facts of a type, or those that a replay wrote to another folder."""
    paths = sorted((other or folder(made.name)).glob("*.parquet"))
    marks = tuple((path.name, (about := path.stat()).st_mtime_ns, about.st_size) for path in paths)
    return Copy(files(paths) if other else _source(made), marks)


def _source(made: CaseType) -> str:
    """The batches' cases but those that moved on since, and these; behind a row that names every column of the newest version,
    though no case may have them yet."""
    batches = Batch.objects.filter(type__name=made.name).values_list("key", flat=True)
    base = sorted(folder(made.name).glob("base_*.parquet"))
    base += [path for key in batches if (path := folder(made.name) / f"{key}.parquet").exists()]
    live = _live(made.name)
    columns = ", ".join(f'CAST(NULL AS {_SQL[str(field.type)]}) AS "{field.name}"' for field in schema(made))
    parts = [f"SELECT {columns} WHERE false"]
    if base:
        since = f" WHERE number NOT IN (SELECT number FROM {files(live)})" if live else ""
        parts.append(f"SELECT * FROM {files(base)}{since}")
    if live:
        parts.append(f"SELECT * EXCLUDE (filename) FROM ({_newest(live)})")
    return f"({' UNION ALL BY NAME '.join(parts)})"


_SQL = {"string": "VARCHAR", "int64": "BIGINT", "int32": "INTEGER", "int16": "SMALLINT", "bool": "BOOLEAN"}


def files(paths: Iterable[Path]) -> str:
    """SQL that reads these files as one table."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{names}], union_by_name = true)"


def _newest(parts: list[Path]) -> str:
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in parts)
    read = f"read_parquet([{names}], union_by_name = true, filename = true)"
    return f"SELECT * FROM {read} QUALIFY row_number() OVER (PARTITION BY number ORDER BY filename DESC) = 1"
