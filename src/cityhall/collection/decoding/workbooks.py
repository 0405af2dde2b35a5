"""XLSX, XLS and ODS: every sheet that holds a table gives one staged table; the others are named with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import python_calamine as calamine

from cityhall.collection.decoding.guarding import check_workbook
from cityhall.collection.decoding.merged import Merge
from cityhall.collection.decoding.notes import note
from cityhall.collection.decoding.rendering import render
from cityhall.collection.decoding.sheets import NoTable, Sheet, stage_sheet
from cityhall.collection.decoding.sniff import Kind
from cityhall.collection.decoding.tables import Hints, Limits, Note, Progress, StagedTable
from cityhall.collection.decoding.zeros import Widths, zero_widths
from cityhall.collection.errors import BrokenWorkbook, EncryptedFile, FileTooLarge, HintNotMet, NotATable
from cityhall.kernel.text import Text

HIDDEN = Text(en="it is hidden", zh="它是隐藏的工作表")
CHART = Text(en="it is a chart or a macro sheet", zh="它是图表或宏表")


def stage_workbook(
    path: Path, name: str, into: Path, kind: Kind, hints: Hints, limits: Limits, progress: Progress
) -> tuple[StagedTable, ...]:
    """Stages the workbook at `path`. Raises BrokenWorkbook, EncryptedFile, NotATable, HintNotMet."""
    check_workbook(path, name, kind, limits)
    book = _open(path, name)
    tables: list[StagedTable] = []
    refused: list[tuple[str, Text]] = []
    wanted = _wanted(book, name, hints)
    for at, meta in enumerate(wanted):
        progress("sheets", at, len(wanted))
        why = None if hints.sheet else _skipped(meta)
        if why is None:
            try:
                widths = _widths(path, book, meta.name, kind, limits)
                sheet = _read(book, meta.name, name, limits, widths)
                tables.append(stage_sheet(sheet, name, f"sheet_{at + 1}", into, hints, limits, kind.value))
                continue
            except NoTable as error:
                why = error.why
        refused.append((meta.name, why))
        if at == 0 and "form" in why.en:
            break  # the other sheets of a form are its lists of choices
    return _together(tables, refused, name, len(wanted))


def _together(
    tables: list[StagedTable], refused: list[tuple[str, Text]], name: str, sheets: int
) -> tuple[StagedTable, ...]:
    if not tables:
        en = "; ".join(f"sheet “{sheet}”: {why.en}" for sheet, why in refused[:5]) or "it has no sheets"
        zh = "；".join(f"工作表“{sheet}”：{why.zh}" for sheet, why in refused[:5]) or "没有工作表"
        if refused and len(refused) < sheets:
            en += "; the other sheets belong to it and are loaded when named"
            zh += "；其余工作表从属于它，指明名称后可以载入"
        raise NotATable(file=name, why_en=en, why_zh=zh)
    remarks: tuple[Note, ...] = tuple(
        note("sheet_refused", count=1, what=sheet, why_en=why.en, why_zh=why.zh) for sheet, why in refused
    )
    return (replace(tables[0], notes=tables[0].notes + remarks), *tables[1:])


def _open(path: Path, name: str) -> calamine.CalamineWorkbook:
    try:
        with path.open("rb") as file:
            return calamine.CalamineWorkbook.from_filelike(file)
    except calamine.PasswordError:
        raise EncryptedFile(file=name) from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise EncryptedFile(file=name) from error
        raise BrokenWorkbook(file=name, detail=_plain(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own failure, which is no Exception
            raise
        raise BrokenWorkbook(file=name, detail=_plain(error)) from error


def _wanted(book: calamine.CalamineWorkbook, name: str, hints: Hints) -> list[calamine.SheetMetadata]:
    sheets = list(book.sheets_metadata)
    if hints.sheet is None:
        return sheets
    named = [meta for meta in sheets if meta.name.strip() == hints.sheet.strip()]
    if not named:
        found = ", ".join(meta.name for meta in sheets[:20])
        raise HintNotMet(file=name, what="sheet / 工作表", asked=hints.sheet, found=found)
    return named


def _skipped(meta: calamine.SheetMetadata) -> Text | None:
    if meta.typ != calamine.SheetTypeEnum.WorkSheet:
        return CHART
    return HIDDEN if meta.visible != calamine.SheetVisibleEnum.Visible else None


def _widths(path: Path, book: calamine.CalamineWorkbook, sheet: str, kind: Kind, limits: Limits) -> Widths:
    """Cells whose format shows leading zeros; only XLSX says so in a place that is quickly found."""
    if kind is not Kind.XLSX:
        return {}
    return zero_widths(path, book.sheet_names.index(sheet), limits.workbook_bytes)


def _read(book: calamine.CalamineWorkbook, sheet: str, name: str, limits: Limits, widths: Widths) -> Sheet:
    try:
        data = book.get_sheet_by_name(sheet)
    except (calamine.CalamineError, ValueError) as error:
        raise BrokenWorkbook(file=name, detail=_plain(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise BrokenWorkbook(file=name, detail=_plain(error)) from error
    if data.height * data.width > limits.workbook_cells:
        raise FileTooLarge(
            file=name, what=f"{sheet}: cells", found=data.height * data.width, limit=limits.workbook_cells
        )
    left = data.start[1] if data.start else 0  # rows begin at the first column with content
    merges = tuple(Merge(a[0], a[1] - left, b[0], b[1] - left) for a, b in data.merged_cell_ranges or ())
    rows = _padded(_rows(data), widths, left) if widths else _rows(data)
    return Sheet(sheet, rows, data.width, merges, len(widths))


def _rows(data: calamine.CalamineSheet) -> Iterator[list[str]]:
    """All rows from the first of the sheet on, empty ones included."""
    for row in data.iter_rows():
        yield [render(value) for value in row]


def _padded(rows: Iterator[list[str]], widths: Widths, left: int) -> Iterator[list[str]]:
    """Numbers with the leading zeros that their format shows."""
    for number, cells in enumerate(rows):
        yield [
            cell.zfill(widths[number, at]) if (number, at) in widths and cell.isdigit() else cell
            for at, cell in enumerate(cells, left)
        ]


def _plain(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
