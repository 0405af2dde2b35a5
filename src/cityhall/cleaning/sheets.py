"""Bad rows as a sheet that a clerk corrects and sends back: CSV with BOM, or XLSX. No cell can run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from cityhall.cleaning.errors import SheetFormatUnknown
from cityhall.kernel.durable import new_file

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_sheet(target: Path, header: Sequence[str], rows: Iterable[Sequence[str]], format: str) -> int:
    """Write header and rows; answers the number of rows. `format` is csv or xlsx."""
    if format not in _WRITERS:
        raise SheetFormatUnknown(format=format)
    with new_file(target) as temporary:
        return _WRITERS[format](temporary, header, rows)


def defused(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula, with an apostrophe before it; numbers stay as they are."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell


def fused(cell: str) -> str:
    """The inverse of `defused`."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA and not _is_number(cell[1:]) else cell


def _is_number(cell: str) -> bool:
    digits = cell[1:].replace(".", "", 1)
    return cell[0] in "+-" and digits.isascii() and digits.isdigit()


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([defused(cell) for cell in header])
        for row in rows:
            writer.writerow([defused(cell) for cell in row])
            count += 1
    return count


def _write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    count = 0
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("rows")
        as_text = book.add_format({"num_format": "@"})
        for place, name in enumerate(header):
            sheet.write_string(0, place, name)
        for count, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                sheet.write_string(count, place, cell, as_text)
    return count


_WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx}
