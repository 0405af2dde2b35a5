"""Worksheets (XLSX), written row by row in constant memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from cityhall.warehouse.errors import CellTooLong, SheetTooLong
from cityhall.warehouse.query.fragments import Fragment

MAX_ROWS = 1_048_575  # 2^20 lines of a worksheet, less the headings
_MAX_CELL = 32_767
_MAX_EXACT = 10**15  # a worksheet keeps 15 digits of a number
_BATCH = 10_000
_FIRST_DAY = date(1900, 3, 1)  # before this day worksheets count one day wrong
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_sheet(connection: duckdb.DuckDBPyConnection, rows: Fragment, target: Path) -> int:
    """Write the rows as one worksheet with headings; answers their number. Codes stay text; numbers that a
    worksheet would round are written as text. Errors: `SheetTooLong`, `CellTooLong`.
    """
    counted = connection.execute(f"SELECT count(*) FROM ({rows.sql})", rows.values).fetchone()
    count = int(counted[0]) if counted else 0
    if count > MAX_ROWS:
        raise SheetTooLong(rows=count, limit=MAX_ROWS)
    found = connection.execute(rows.sql, rows.values)
    with xlsxwriter.Workbook(target, _OPTIONS | {"tmpdir": str(target.parent)}) as book:
        sheet = book.add_worksheet()
        formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
        }
        _write_row(sheet, 0, [column[0] for column in found.description or ()], formats)
        sheet.freeze_panes(1, 0)
        line = 0
        while batch := found.fetchmany(_BATCH):
            for line, row in enumerate(batch, line + 1):  # noqa: B020  (lines are counted on)
                _write_row(sheet, line, row, formats)
    return count


def _write_row(sheet: Any, line: int, row: Sequence[Any], formats: dict[type, Any]) -> None:
    for index, value in enumerate(row):
        if isinstance(value, str):
            if len(value.encode("utf-16-le")) > 2 * _MAX_CELL:
                raise CellTooLong(line=line + 1, limit=_MAX_CELL)
            sheet.write_string(line, index, value)
        elif isinstance(value, bool):
            sheet.write_boolean(line, index, value)
        elif isinstance(value, (int, float, Decimal)):
            _write_number(sheet, line, index, value)
        elif isinstance(value, (date, time)):
            _write_moment(sheet, line, index, value, formats)


def _write_number(sheet: Any, line: int, index: int, value: float | Decimal) -> None:
    if isinstance(value, float) or abs(value) < _MAX_EXACT:
        sheet.write_number(line, index, value)
    else:
        sheet.write_string(line, index, str(value))


def _write_moment(sheet: Any, line: int, index: int, value: date | time, formats: dict[type, Any]) -> None:
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(day, date) and day < _FIRST_DAY:
        sheet.write_string(line, index, value.isoformat())
    else:
        sheet.write_datetime(line, index, value, formats[type(value)])
