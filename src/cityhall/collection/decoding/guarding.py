"""Before a workbook is opened: is it what it says, and would opening it fit into memory?

The reader holds a whole sheet as a dense rectangle, so a cell in the last corner of an otherwise empty sheet would
ask for all the memory there is. The corners are therefore looked for in the XML before the reader sees it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cityhall.collection.decoding.sniff import Kind
from cityhall.collection.decoding.tables import Limits
from cityhall.collection.errors import ArchiveTooLarge, BrokenWorkbook, EncryptedFile, FileTooLarge

CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,7})(\d{1,12})"')
ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,12})"')
ODS_REPEAT = re.compile(rb'number-(?:columns|rows)-repeated="(\d{1,12})"[^>]*?(/?)>')
PIECE = 1024**2
OVERLAP = 4096


def check_workbook(path: Path, name: str, kind: Kind, limits: Limits) -> None:
    """Raises ArchiveTooLarge, FileTooLarge, EncryptedFile or BrokenWorkbook when the workbook must not be opened."""
    if kind is Kind.XLS:
        if path.stat().st_size > limits.workbook_bytes:
            raise FileTooLarge(
                file=name, what="bytes", found=path.stat().st_size, limit=limits.workbook_bytes
            )
        return
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, name, limits)
            for member in archive.infolist():
                if kind is Kind.XLSX and re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename):
                    _check_corners(archive, member, name, limits)
                elif kind is Kind.ODS and member.filename == "content.xml":
                    _check_repeats(archive, member, name, limits)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise BrokenWorkbook(file=name, detail=str(error)[:200]) from error


def _check_members(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise EncryptedFile(file=name)
    if len(members) > limits.members:
        raise ArchiveTooLarge(file=name, what="members", found=len(members), limit=limits.members)
    total = sum(member.file_size for member in members)
    if total > limits.workbook_bytes:
        raise ArchiveTooLarge(file=name, what="bytes", found=total, limit=limits.workbook_bytes)


def _pieces(file: IO[bytes], most: int, name: str) -> Iterator[bytes]:
    """The member in overlapping pieces, never more than `most` bytes whatever the directory says."""
    before = b""
    read = 0
    while piece := file.read(PIECE):
        read += len(piece)
        if read > most:
            raise ArchiveTooLarge(file=name, what="bytes", found=f"> {most}", limit=most)
        yield before + piece
        before = piece[-OVERLAP:]


def _check_corners(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    columns, rows = [0], [0]
    with archive.open(member) as file:
        for piece in _pieces(file, limits.workbook_bytes, name):
            found = CELL.findall(piece)
            letters = {letter for letter, _ in found}
            columns.append(max((_column(letter) for letter in letters), default=0))
            rows.append(max((int(number) for _, number in found), default=0))
    if max(columns) * max(rows) > limits.workbook_cells:
        raise FileTooLarge(
            file=name,
            what=f"{member.filename}: cells",
            found=max(columns) * max(rows),
            limit=limits.workbook_cells,
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _check_repeats(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits) -> None:
    """Repeated cells with content multiply; repeated empty cells (closed at once) are only filling."""
    total = 0
    with archive.open(member) as file:
        for piece in _pieces(file, limits.workbook_bytes, name):
            total += sum(
                int(count) for count, closed in ODS_REPEAT.findall(piece) if not closed and int(count) > 1
            )
    if total > limits.workbook_cells:
        raise FileTooLarge(file=name, what="repeated cells", found=total, limit=limits.workbook_cells)
