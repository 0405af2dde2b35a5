"""A department's database: one declared table and its declared columns, streamed to a file, nothing else asked."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from cityhall.collection.errors import SettingWrong, SourceTooBig
from cityhall.collection.sources.dialects import DIALECTS, Select
from cityhall.collection.sources.shapes import Fetched, SourceSpec, Tick

_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
_TICK_ROWS = 5_000


def fetch(source: SourceSpec, work: Path, tick: Tick) -> Fetched | None:
    """Settings: `engine` (postgresql, mysql, sqlite), `host`, `port`, `database`, `user`, `password`, `table`,
    `columns`, `cursor` (column). None when no row came.

    With a cursor only rows beyond the highest value of the last good run are asked for; in mode upsert the rows equal
    to it as well, because rows of the same moment may have come later.
    """
    select = _select(source)
    dialect = DIALECTS.get(source.text("engine"))
    if dialect is None:
        raise SettingWrong(setting="engine", why=f"it must be one of {', '.join(DIALECTS)}")
    target = work / "table.csv"
    with dialect(source, select) as rows:
        count, highest = _write(target, select, rows, tick, source)
    if not count and select.cursor and source.memory.get("cursor") is not None:
        return None
    table = ".".join(select.table)
    memory = {"cursor": highest} if select.cursor and highest is not None else dict(source.memory)
    return Fetched(path=target, name=f"{table}.csv", memory=memory)


def _select(source: SourceSpec) -> Select:
    table = source.settings.get("table")
    parts = table.split(".") if isinstance(table, str) else table
    columns = source.settings.get("columns")
    cursor = str(source.settings.get("cursor") or "")
    if not isinstance(columns, list) or not columns:
        raise SettingWrong(setting="columns", why="name every column that is collected")
    if not isinstance(parts, list) or not 1 <= len(parts) <= 3:
        raise SettingWrong(setting="table", why="it must be a table, or schema.table")
    if cursor and cursor not in columns:
        raise SettingWrong(setting="cursor", why="it must be one of the columns")
    for name in (*parts, *columns):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise SettingWrong(setting="columns", why=f"{name!r} is no name")
    return Select(
        table=tuple(parts),
        columns=tuple(columns),
        cursor=cursor,
        after=source.memory.get("cursor") if cursor else None,
        again=source.mode == "upsert",
    )


def _write(
    target: Path, select: Select, rows: Iterable[Sequence[Any]], tick: Tick, source: SourceSpec
) -> tuple[int, str | None]:
    """Rows as CSV (UTF-8, header, empty = null); answers their number and the highest cursor value as text."""
    place = select.columns.index(select.cursor) if select.cursor else -1
    deadline = time.monotonic() + source.number("max_seconds", 3600)
    most = int(source.number("max_rows", 1_000_000_000))
    count, last = 0, None
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(select.columns)
        for count, row in enumerate(rows, 1):
            writer.writerow(_cells(row))
            last = row[place] if place >= 0 else None
            if count % _TICK_ROWS == 0:
                tick(f"{count} rows", target.stat().st_size, 0)
                _stop_if_too_much(count, most, deadline, source)
    # Rows come in the order of the cursor, so the last one is the highest.
    return count, None if last is None else _cell(last)


def _stop_if_too_much(count: int, most: int, deadline: float, source: SourceSpec) -> None:
    if count > most:
        raise SourceTooBig(address=source.name, limit=most, unit="rows")
    if time.monotonic() > deadline:
        raise SourceTooBig(address=source.name, limit=int(source.number("max_seconds", 3600)), unit="seconds")


def _cells(row: Sequence[Any]) -> Iterator[str]:
    return (_cell(value) for value in row)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | clock_time):
        return value.isoformat()
    return str(value)
