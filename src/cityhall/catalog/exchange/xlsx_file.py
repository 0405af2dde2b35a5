"""The catalogue as a workbook: a sheet per kind, and one each for all items and all rules."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

from cityhall.catalog.comparing import label
from cityhall.catalog.errors import CatalogueTooLarge, CatalogueUnreadable, CellTooLong, DatasetUnknown
from cityhall.catalog.exchange import columns
from cityhall.catalog.exchange.entries import KINDS, LARGEST_FILE, Entry, section
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text

LONGEST_CELL = 32_767
_PARTS = ("items", "rules")

_NO_WORKBOOK = Text(en="it is not an XLSX workbook", zh="不是 XLSX 工作簿")
_NO_SHEET = Text(en="the sheet “datasets” is missing", zh="缺少工作表“datasets”")
_ODD_SHEET = Text(en="the sheet “{sheet}” is unknown", zh="工作表“{sheet}”无法识别")
_ODD_COLUMN = Text(
    en="the column “{column}” of “{sheet}” is unknown", zh="工作表“{sheet}”的“{column}”列无法识别"
)


def write(entries: Iterable[Entry], path: Path) -> None:
    """Write the entries to `path`. All text is written as text, so a cell that begins with = is no formula.

    Raises CellTooLong when a text is longer than a cell may be.
    """
    rows: dict[str, list[list[Any]]] = {sheet: [columns.headers(sheet)] for sheet in columns.SHEETS}
    for entry in entries:
        rows[section(entry.kind)].append(columns.cells(section(entry.kind), entry.values))
        for part in _PARTS:
            for row in entry.values.get(part, ()):
                rows[part].append(columns.cells(part, {"dataset": entry.code, **row}))
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E6F0EC"})
        for sheet, lines in rows.items():
            page = book.add_worksheet(sheet)
            page.freeze_panes(1, 2)
            page.set_column(0, len(lines[0]) - 1, 18)
            for place, header in enumerate(lines[0]):
                page.write_string(0, place, _told(header), heading)
            for number, line in enumerate(lines[1:], 1):
                _write_line(page, number, line, f"{sheet} {number + 1}")


def _told(header: str) -> str:
    """A header for machines in its first line, for people in the second."""
    words = [label(part) for part in header.split(".") if part not in ("zh", "en")]
    return f"{header}\n{' '.join(word.zh for word in words)} {' '.join(word.en for word in words)}"


def _write_line(page: Any, number: int, line: list[Any], place: str) -> None:
    for column, cell in enumerate(line):
        if isinstance(cell, str):
            if len(cell) > LONGEST_CELL:
                raise CellTooLong(place=place, longest=LONGEST_CELL)
            page.write_string(number, column, cell)
        elif isinstance(cell, bool):
            page.write_boolean(number, column, cell)
        elif cell is not None:
            page.write_number(number, column, cell)


def read(path: Path) -> Iterator[Entry]:
    """The entries of a workbook; raises CatalogueUnreadable, CatalogueTooLarge."""
    sheets = _sheets(path)
    parts, problems = _parts(sheets)
    for kind in KINDS:
        name = section(kind)
        for place, values, wrong in _rows(name, sheets.get(name, [])):
            if kind != "dataset":
                yield Entry(kind, place, values, wrong)
                continue
            code = str(values.get("code", ""))
            own = {part: parts.pop((part, code), []) for part in _PARTS}
            yield Entry(kind, place, values | own, (*wrong, *problems.pop(code, ())))
    # Items and rules of no dataset on the sheet must not vanish silently.
    for code in dict.fromkeys([*(code for _, code in parts), *problems]):
        yield Entry("dataset", "items, rules", {"code": code}, (DatasetUnknown(dataset=code),))


def _parts(
    sheets: dict[str, list[list[Any]]],
) -> tuple[dict[tuple[str, str], list[dict[str, Any]]], dict[str, tuple[CityhallError, ...]]]:
    """Items and rules by sheet and dataset code, and the problems of their rows by dataset code."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    problems: dict[str, tuple[CityhallError, ...]] = {}
    for part in _PARTS:
        for _, values, wrong in _rows(part, sheets.get(part, [])):
            code = str(values.pop("dataset", ""))
            found.setdefault((part, code), []).append(values)
            problems[code] = (*problems.get(code, ()), *wrong)
    return found, problems


def _rows(
    sheet: str, lines: list[list[Any]]
) -> Iterator[tuple[str, dict[str, Any], tuple[CityhallError, ...]]]:
    """Each filled row as (place, plain values, problems)."""
    if not lines:
        return
    names = [str(cell).split("\n")[0].strip() for cell in lines[0]]
    for number, line in enumerate(lines[1:], 2):
        row = {name: cell for name, cell in zip(names, line, strict=False) if cell not in ("", None)}
        if not row:
            continue
        place = f"{sheet} {number}"
        try:
            yield place, columns.values(sheet, row, place), ()
        except CityhallError as problem:
            known: dict[str, Any] = {
                name: columns.shown(row[name]) for name in ("code", "dataset") if name in row
            }
            yield place, known, (problem,)


def _sheets(path: Path) -> dict[str, list[list[Any]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_FILE:
                raise CatalogueTooLarge(file=path.name, largest=LARGEST_FILE)
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except (zipfile.BadZipFile, python_calamine.CalamineError, OSError) as error:
        raise CatalogueUnreadable(file=path.name, problem=_NO_WORKBOOK) from error
    _demand_known(path, sheets)
    return sheets


def _demand_known(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """A misspelt sheet or column must not silently lose what is in it."""
    if "datasets" not in sheets:
        raise CatalogueUnreadable(file=path.name, problem=_NO_SHEET)
    for sheet, lines in sheets.items():
        if sheet not in columns.SHEETS:
            raise CatalogueUnreadable(file=path.name, problem=_ODD_SHEET.fill(sheet=sheet))
        for cell in lines[0] if lines else []:
            name = str(cell).split("\n")[0].strip()
            if name and name not in columns.headers(sheet):
                raise CatalogueUnreadable(file=path.name, problem=_ODD_COLUMN.fill(sheet=sheet, column=name))
