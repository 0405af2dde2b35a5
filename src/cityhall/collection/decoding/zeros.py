"""Leading zeros that only the cell format shows: 001101 stored as the number 1101 with the format 000000.

The reader gives values without formats, so the formats of zeros only are looked up in the workbook itself.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

FORMAT = re.compile(rb'<numFmt\b[^>]*?\bnumFmtId="(\d+)"[^>]*?\bformatCode="(0{2,30})"')
FORMAT_REVERSED = re.compile(rb'<numFmt\b[^>]*?\bformatCode="(0{2,30})"[^>]*?\bnumFmtId="(\d+)"')
STYLES = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.S)
STYLE = re.compile(rb'<xf\b[^>]*?\bnumFmtId="(\d+)"')
SHEET = re.compile(rb'<sheet\b[^>]*?\br:id="([^"]+)"')
RELATION = re.compile(rb"<Relationship\b[^>]*>")
TARGET = re.compile(rb'\bTarget="([^"]+)"')
CELL = re.compile(rb"<c\s([^>]*?)/?>")
PLACE = re.compile(rb'\br="([A-Z]+)(\d+)"')
STYLED = re.compile(rb'\bs="(\d+)"')
Widths = dict[tuple[int, int], int]


def zero_widths(path: Path, position: int, most: int) -> Widths:
    """(row, column), 0-based -> digits to show, for the sheet at this 0-based position in the workbook.

    Empty for workbooks without such formats, which costs one look at the styles. At most `most` bytes of a
    member are read. The file was checked before (see guarding)."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not names >= {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}:
            return {}
        styles = _padding_styles(_read(archive, "xl/styles.xml", most))
        member = _member(archive, position, most) if styles else ""
        return _cells(_read(archive, member, most), styles) if member in names else {}


def _member(archive: zipfile.ZipFile, position: int, most: int) -> str:
    """The part that holds a sheet; empty when the workbook does not say."""
    sheets = SHEET.findall(_read(archive, "xl/workbook.xml", most))
    if position >= len(sheets):
        return ""
    for relation in RELATION.findall(_read(archive, "xl/_rels/workbook.xml.rels", most)):
        target = TARGET.search(relation)
        if target and b'Id="' + sheets[position] + b'"' in relation:
            part = target.group(1).decode("ascii", "replace")
            return part[1:] if part.startswith("/") else f"xl/{part}"
    return ""


def _read(archive: zipfile.ZipFile, member: str, most: int) -> bytes:
    with archive.open(member) as file:
        return file.read(most)


def _padding_styles(xml: bytes) -> dict[bytes, int]:
    """Index of a cell style -> digits, for the styles whose format is zeros only."""
    formats = {number: len(zeros) for number, zeros in FORMAT.findall(xml)}
    formats |= {number: len(zeros) for zeros, number in FORMAT_REVERSED.findall(xml)}
    block = STYLES.search(xml)
    if not formats or not block:
        return {}
    used = STYLE.findall(block.group())
    return {str(at).encode(): formats[number] for at, number in enumerate(used) if number in formats}


def _cells(xml: bytes, styles: dict[bytes, int]) -> Widths:
    widths: Widths = {}
    for match in CELL.finditer(xml):
        attributes = match.group(1)
        style, place = STYLED.search(attributes), PLACE.search(attributes)
        if style and place and style.group(1) in styles:
            widths[int(place.group(2)) - 1, _column(place.group(1))] = styles[style.group(1)]
    return widths


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
