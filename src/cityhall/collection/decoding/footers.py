"""What stands below the table: notes, sources, blank lines. Recognised from the end upwards, reported,
never loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cityhall.collection.decoding.cells import extent, filled

MARKER = re.compile(
    r"\s*[\"'“]?(?:[*※＊†‡①]|注|註|备注[:：]|備註[:：]|说明|說明|资料|資料|数据来源|來源|来源|出典|出所|填表|制表|单位[:：]|"
    r"(?:source|note|notes|quelle|quellen|fuente|fonte|nota|remark|footnote|fußnote)n?s?\b|\(\d+\)\s|\d+[.)]\s)",
    re.I,
)


def footer_length(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many rows at the end of `rows` are notes or blank; 0 when the table runs to the end."""
    fills = [filled(row) for row in rows]
    count = 0
    while count < len(rows) and _may_be_note(rows[len(rows) - 1 - count], width):
        count += 1
    if not count:
        return 0
    body = fills[: len(rows) - count]
    rest = rows[len(rows) - count :]
    usual = sorted(fill for fill in body if fill)
    median = usual[len(usual) // 2] if usual else 0
    alike = sum(1 for row in rows[: len(rows) - count] if filled(row) and _may_be_note(row, width))
    if width > 1 and median > 1 and alike <= 0.01 * len(usual):
        return _after_gap(rest) if width == 2 else count
    return _marked(rest)


def _may_be_note(row: Sequence[str], width: int) -> bool:
    """One cell at the left of a table of several columns; two of them when the table is wide."""
    few = filled(row)
    if not few:
        return True
    room = 2 if width >= 6 else 1
    return few <= room and extent(row) <= room


def _after_gap(rows: Sequence[Sequence[str]]) -> int:
    """In a table of two columns a half-empty row is data unless a blank line sets it apart."""
    for at, row in enumerate(rows):
        if not filled(row):
            return len(rows) - at
    return _marked(rows)


def _marked(rows: Sequence[Sequence[str]]) -> int:
    """Only the rows that say themselves that they are notes, and what follows them."""
    for at, row in enumerate(rows):
        first = next((cell for cell in row if cell.strip()), "")
        if MARKER.match(first) and len(row) >= 1 and at and not filled(rows[at - 1]):
            return len(rows) - at + 1
    blank = 0
    while blank < len(rows) and not filled(rows[len(rows) - 1 - blank]):
        blank += 1
    return blank
