"""A file of history as chunks of columns, read as text by DuckDB, a bounded number of cases at a time, every row kept at hand for
the quarantine. This room reads CSV in UTF-8 (also gzip) and Parquet by itself; whoever decodes other files hands down their rows
as Parquet (`Decoded`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cityhall.cases.errors import HistoryUnreadable
from cityhall.cases.importing.mapping import Plan
from cityhall.kernel.sql import quoted, text_literal

Rows = npt.NDArray[np.int64]
ORDER = "__at__"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The rows of a file that somebody else has read: Parquet files of texts, in the order of the rows, and their columns."""

    files: tuple[Path, ...]
    columns: tuple[str, ...]


@dataclass(slots=True)
class Chunk:
    """Rows of whole cases. `moments` holds, per `at` column, seconds since 1970 (EMPTY where nothing stood, UNREADABLE where
    something else)."""

    table: pa.Table
    moments: dict[str, Rows]


EMPTY, UNREADABLE = -(2**62), -(2**61)
# Nothing is guessed but the delimiter: a guessed comment sign drops lines, a quote that is first seen late stays in the value.
_CSV = "all_varchar = true, header = true, nullstr = '', quote = '\"', escape = '\"', comment = '', skip = 0"
_DAY = 86_400
_DATED = (-(2**31), 2**33)  # 1901 to 2242: what lies outside is refused whatever its zone


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """The process's reader of files: opening one costs more than a small file. It keeps nothing between two loads."""
    limits = {"memory_limit": "400MB", "threads": "1", "preserve_insertion_order": "true"}
    return duckdb.connect(config={**limits, "enable_external_file_cache": "false"})


def reader() -> duckdb.DuckDBPyConnection:
    """A connection of its own for one load, to be closed after it; views are its own too."""
    return _engine().cursor()


def columns_of(
    connection: duckdb.DuckDBPyConnection, path: Path, decoded: Decoded | None = None
) -> dict[str, str]:
    """Open the file, or what was decoded of it, as the view `source`; answers its columns and their types."""
    name = str(path).replace("'", "''")
    suffixes = "".join(path.suffixes).lower()
    if decoded is not None:
        files = ", ".join(text_literal(str(one)) for one in decoded.files)
        read = f"SELECT {', '.join(map(quoted, decoded.columns))} FROM read_parquet([{files}])"
    elif suffixes.endswith((".parquet", ".pq")):
        read = f"SELECT * FROM read_parquet('{name}')"
    else:
        read = f"SELECT * FROM read_csv('{name}', {_CSV})"
    with _readable(path.name):
        connection.execute(f"CREATE TEMP VIEW source AS {read}")
        return {row[0]: row[1] for row in connection.execute("DESCRIBE source").fetchall()}


@contextmanager
def _readable(file: str) -> Iterator[None]:
    """What the readers of files say becomes HistoryUnreadable, with its first two lines."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        raise HistoryUnreadable(file=file, why="; ".join(lines[:2])[:300]) from None


def chunks(
    connection: duckdb.DuckDBPyConnection, plan: Plan, types: Mapping[str, str], size: int, file: str = ""
) -> Iterator[Chunk]:
    """The source in chunks of about `size` rows; a case is never torn apart. Raises HistoryUnreadable, also midway: the lines
    of a file are read as they are needed."""
    ats = sorted({step.at for step in plan.steps})
    number = quoted(plan.number)
    moments = ", ".join(f"{_moment(at, plan, types[at])} AS {quoted(ORDER + at)}" for at in ats)
    order = f" ORDER BY {number}, {quoted(ORDER + ats[0])}" if plan.long else ""
    waiting: pa.Table | None = None
    for table in _tables(connection, f"SELECT *, {moments} FROM source{order}", size, file):
        waiting = table if waiting is None else pa.concat_tables([waiting, table])
        if not plan.long:
            yield _chunk(waiting, ats, plan.zone)
            waiting = None
        elif (torn := _last_case(waiting, plan.number)) > 0:
            yield _chunk(waiting.slice(0, torn), ats, plan.zone)
            waiting = waiting.slice(torn)
    if waiting is not None and waiting.num_rows:
        yield _chunk(waiting, ats, plan.zone)


def _tables(connection: duckdb.DuckDBPyConnection, sql: str, size: int, file: str) -> Iterator[pa.Table]:
    with _readable(file):
        found: Any = connection.sql(sql).to_arrow_reader(size)
    while True:
        with _readable(file):
            batch = next(found, None)
        if batch is None:
            return
        yield pa.Table.from_batches([batch])


def _moment(column: str, plan: Plan, kind: str) -> str:
    """SQL for local seconds since 1970 of a column of moments in any usual form."""
    name = quoted(column)
    if kind.startswith("TIMESTAMP") and kind != "TIMESTAMP WITH TIME ZONE" and not (plan.times or plan.null):
        return f"coalesce(CAST(epoch({name}) AS BIGINT), {EMPTY})"
    empty = ", ".join("'" + text.replace("'", "''") + "'" for text in plan.null) or "''"
    form = plan.times.replace("'", "''")
    read = f"try_strptime(CAST({name} AS VARCHAR), '{form}')" if form else f"TRY_CAST({name} AS TIMESTAMP)"
    nothing = f"{name} IS NULL OR CAST({name} AS VARCHAR) IN ({empty})"
    return f"CASE WHEN {nothing} THEN {EMPTY} ELSE coalesce(CAST(epoch({read}) AS BIGINT), {UNREADABLE}) END"


def _last_case(table: pa.Table, number: str) -> int:
    """Where the last case of a table begins."""
    column = table.column(number).to_numpy(zero_copy_only=False)
    changes = np.flatnonzero(column[1:] != column[:-1])
    return int(changes[-1]) + 1 if changes.size else 0


def _chunk(table: pa.Table, ats: list[str], zone: str) -> Chunk:
    moments = {at: to_utc(table.column(ORDER + at).to_numpy(), zone) for at in ats}
    return Chunk(table.drop_columns([ORDER + at for at in ats]), moments)


def to_utc(local: Rows, zone: str) -> Rows:
    """Local seconds as seconds since 1970; asked of the zone once per day of a year, on days of a change once per moment."""
    place = ZoneInfo(zone)
    real = np.flatnonzero((local >= _DATED[0]) & (local < _DATED[1]))
    days = local[real] // _DAY
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    found = local.copy()
    for year in np.flatnonzero(np.bincount(years)) if years.size else ():
        these = np.flatnonzero(years == year)
        first, begins, ends = _year(int(year), place)
        day = days[these] - first
        found[real[these]] -= begins[day]
        for row in real[these[begins[day] != ends[day]]]:
            found[row] = local[row] - _offset(int(local[row]), place)
    return found


@lru_cache(maxsize=1_000)
def _year(year: int, place: ZoneInfo) -> tuple[int, Rows, Rows]:
    """The first day of a year (since 1970), and the zone's offset as each of its days begins and ends."""
    first, after = ((date(one, 1, 1) - date(1970, 1, 1)).days for one in (year, year + 1))
    begins, ends = (
        np.array([_offset(day * _DAY + edge, place) for day in range(first, after)], dtype=np.int64)
        for edge in (0, _DAY - 1)
    )
    return first, begins, ends


def _offset(local: int, place: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(local, UTC).replace(tzinfo=place)
    shift = moment.utcoffset()
    return int(shift.total_seconds()) if shift else 0
