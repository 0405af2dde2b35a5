"""Workbooks as offices make them: a title over the whole width, two rows of merged headers, notes below the table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2025, 7, 1)  # noqa: DTZ001 - workbooks know no zones; fixed, so that the bytes never change
Declared = dict[str, Any]


def write_workbook(rows: Sequence[Sequence[str | None]], path: Path, dataset: Declared) -> None:
    """Write text rows; numbers become numbers where their item is a number and the text is one."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": False, "in_memory": True})
    book.set_properties({"created": CREATED, "title": dataset["title"]["zh"], "comments": "合成数据"})
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
    sheet = book.add_worksheet("数据")
    names = [item["name"] for item in dataset["items"]]
    line = _title(sheet, dataset["file"].get("title"), len(names), bold)
    line = _headers(sheet, line, names, dataset["file"].get("groups", {}), bold)
    numeric = [item["type"] in {"integer", "decimal"} for item in dataset["items"]]
    for row in rows:
        for column, text in enumerate(row):
            if text is not None:
                _cell(sheet, line, column, text, numeric[column])
        line += 1
    for note in dataset["file"].get("notes", ()):
        sheet.write_string(line + 1, 0, note)
        line += 1
    book.close()


def _title(sheet: Worksheet, title: str | None, width: int, bold: Format) -> int:
    """Title and a line with the unit that made it; gives the next free line."""
    if not title:
        return 0
    sheet.merge_range(0, 0, 0, width - 1, title, bold)
    sheet.write_string(1, 0, "填报单位：云江市（合成数据）")
    return 2


def _headers(
    sheet: Worksheet, line: int, names: list[str], groups: dict[str, list[str]], bold: Format
) -> int:
    """One row of headers, or two where items stand in groups; gives the first line of data."""
    if not groups:
        for column, name in enumerate(names):
            sheet.write_string(line, column, name, bold)
        return line + 1
    grouped = {name for members in groups.values() for name in members}
    for column, name in enumerate(names):
        if name in grouped:
            sheet.write_string(line + 1, column, name, bold)
        else:
            sheet.merge_range(line, column, line + 1, column, name, bold)
    for title, members in groups.items():
        first, last = names.index(members[0]), names.index(members[-1])
        sheet.merge_range(line, first, line, last, title, bold)
    return line + 2


def _cell(sheet: Worksheet, line: int, column: int, text: str, numeric: bool) -> None:
    plain = text.removeprefix("-").replace(".", "", 1)
    if numeric and plain.isascii() and plain.isdigit():
        sheet.write_number(line, column, float(text))
    else:
        sheet.write_string(line, column, text)
