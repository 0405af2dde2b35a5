"""What goes into decoding and what comes out: plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cityhall.kernel.text import Text

Progress = Callable[[str, int, int], None]
"""Called as (what, done, total): so many `bytes`, `rows` or `sheets` are done."""

LINE = "_line"
"""The staged column that says where in the source a row stood."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the caller knows; everything left as None is found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None  # sheet of a workbook or member of an archive
    header_row: int | None = None  # 1-based line of the (last) header row; 0 = there is none
    header_rows: int | None = None  # how many header rows there are, ending in header_row
    json_path: str | None = None  # dotted path to the array of records
    rename_duplicates: bool = False  # accept columns of the same name and different content as name, name_2


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest input that is accepted, so that no file can exhaust memory or disk."""

    columns: int = 2_000
    line_bytes: int = 16 * 1024**2
    unpacked_bytes: int = 20 * 1024**3
    ratio: int = 200  # unpacked : packed, looked at beyond the first 64 MB
    members: int = 2_000
    nesting: int = 3
    workbook_bytes: int = 1024**3  # XML inside one workbook
    workbook_cells: int = 20_000_000  # rectangle of one sheet
    record_bytes: int = 16 * 1024**2  # one JSON record
    depth: int = 50  # nesting of one JSON record


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader should know about how the table was read. `lines` are 1-based (the first 20 of `count`)."""

    code: str
    text: Text
    lines: tuple[int, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class StagedTable:
    """One table, as text. `files` hold the data columns (string, null = empty cell) and `_line` (bigint)."""

    name: str
    files: tuple[Path, ...]
    columns: tuple[str, ...]
    rows: int
    line_sql: str
    broken: Path | None
    broken_rows: int
    encoding: str
    format: str
    dialect: dict[str, str] = field(default_factory=dict)
    header_lines: tuple[int, ...] = ()
    title: str | None = None
    codes: dict[str, str] = field(default_factory=dict)  # column -> its second name (field code, translation)
    notes: tuple[Note, ...] = ()
    filled: dict[str, int] = field(default_factory=dict)  # cells that are not empty, where they were counted
