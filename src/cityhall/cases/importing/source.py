"""A file of history as chunks of columns: CSV (also gzip), Parquet or XLSX, read as text by DuckDB, a bounded number of cases
at a time, every row kept at hand for the quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from python_calamine import CalamineWorkbook

from cityhall.cases.importing.mapping import Plan

Rows = npt.NDArray[np.int64]
ORDER = "__at__"


@dataclass(slots=True)
class Chunk:
    """Rows of whole cases. `moments` holds, per `at` column, seconds since 1970 (EMPTY where nothing stood, UNREADABLE where
    something else)."""

    table: pa.Table
    moments: dict[str, Rows]


EMPTY, UNREADABLE = -(2**62), -(2**61)


def columns_of(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Open the file as the view `source`; answers its columns."""
    name = str(path).replace("'", "''")
    suffixes = "".join(path.suffixes).lower()
    if suffixes.endswith((".parquet", ".pq")):
        read = f"SELECT * FROM read_parquet('{name}')"
    elif suffixes.endswith(".xlsx"):
        connection.register("sheet", _sheet(path))
        read = "SELECT * FROM sheet"
    else:
        read = f"SELECT * FROM read_csv('{name}', all_varchar = true, header = true, nullstr = '')"
    connection.execute(f"CREATE VIEW source AS {read}")
    return [row[0] for row in connection.execute("DESCRIBE source").fetchall()]


def _sheet(path: Path) -> pa.Table:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    header, body = [str(cell) for cell in rows[0]], rows[1:]
    return pa.table({name: [_text(row[at]) for row in body] for at, name in enumerate(header)})


def _text(cell: Any) -> str | None:
    """A cell as text; whole numbers without a point, moments as ISO."""
    if cell in (None, ""):
        return None
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def chunks(connection: duckdb.DuckDBPyConnection, plan: Plan, size: int) -> Iterator[Chunk]:
    """The source in chunks of about `size` rows; a case is never torn apart."""
    ats = sorted({step.at for step in plan.steps})
    number = _quoted(plan.number)
    empty = ", ".join("'" + text.replace("'", "''") + "'" for text in plan.null) or "''"
    moments = ", ".join(f"{_moment(at, plan.times, empty)} AS {_quoted(ORDER + at)}" for at in ats)
    order = f" ORDER BY {number}, {_quoted(ORDER + ats[0])}" if plan.long else ""
    found: Any = connection.sql(f"SELECT *, {moments} FROM source{order}").to_arrow_reader(size)
    waiting: pa.Table | None = None
    for batch in found:
        table = pa.Table.from_batches([batch])
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        if not plan.long:
            yield _chunk(waiting, ats, plan.zone)
            waiting = None
        elif (torn := _last_case(waiting, plan.number)) > 0:
            yield _chunk(waiting.slice(0, torn), ats, plan.zone)
            waiting = waiting.slice(torn)
    if waiting is not None and waiting.num_rows:
        yield _chunk(waiting, ats, plan.zone)


def _moment(column: str, times: str, empty: str) -> str:
    """SQL for local seconds since 1970 of a column of moments in any usual form."""
    name = _quoted(column)
    form = times.replace("'", "''")
    read = f"try_strptime(CAST({name} AS VARCHAR), '{form}')" if times else f"TRY_CAST({name} AS TIMESTAMP)"
    nothing = f"{name} IS NULL OR CAST({name} AS VARCHAR) IN ({empty})"
    return f"CASE WHEN {nothing} THEN {EMPTY} ELSE coalesce(CAST(epoch({read}) AS BIGINT), {UNREADABLE}) END"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _last_case(table: pa.Table, number: str) -> int:
    """Where the last case of a table begins."""
    column = table.column(number).to_numpy(zero_copy_only=False)
    changes = np.flatnonzero(column[1:] != column[:-1])
    return int(changes[-1]) + 1 if changes.size else 0


def _chunk(table: pa.Table, ats: list[str], zone: str) -> Chunk:
    moments = {at: to_utc(table.column(ORDER + at).to_numpy(), zone) for at in ats}
    return Chunk(table.drop_columns([ORDER + at for at in ats]), moments)


def to_utc(local: Rows, zone: str) -> Rows:
    """Local seconds as seconds since 1970; asked of the zone once per day, on days of a change once per moment."""
    place = ZoneInfo(zone)
    real = local > UNREADABLE
    days, inverse = np.unique(np.where(real, local, 0) // 86_400, return_inverse=True)
    begins, ends = (
        np.array([_offset(int(day) * 86_400 + edge, place) for day in days]) for edge in (0, 86_399)
    )
    found: Rows = np.where(real, local - begins[inverse], local)
    for row in np.flatnonzero(real & (begins != ends)[inverse]):
        found[row] = local[row] - _offset(int(local[row]), place)
    return found


@lru_cache(maxsize=50_000)
def _offset(local: int, place: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(local, UTC).replace(tzinfo=place)
    shift = moment.utcoffset()
    return int(shift.total_seconds()) if shift else 0
