"""What stands below the table: notes, sources, blank lines. Recognised from the end upwards, reported,
never loaded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cityhall.collection.decoding.cells import Look, extent, filled, look

MARKER = re.compile(
    r"\s*[\"'“]?(?:[*※＊†‡①]|注|註|备注[:：]|備註[:：]|说明|說明|资料|資料|数据来源|來源|来源|出典|出所|填表|制表|单位[:：]|"
    r"(?:source|note|notes|quelle|quellen|fuente|fonte|nota|remark|footnote|fußnote)n?s?\b|\(\d+\)\s|\d+[.)]\s)",
    re.I,
)


def footer_length(rows: Sequence[Sequence[str]], width: int) -> int:
    """How many rows at the end of `rows` are notes or blank; 0 when the table runs to the end."""
    count = 0
    while count < len(rows) and _may_be_note(rows[len(rows) - 1 - count], width):
        count += 1
    if not count:
        return 0
    body, rest = rows[: len(rows) - count], rows[len(rows) - count :]
    full = [row for row in body if filled(row)]
    usual = sorted(filled(row) for row in full)
    alike = sum(1 for row in full if _may_be_note(row, width))
    if width > 1 and usual and usual[len(usual) // 2] > 1 and alike <= 0.01 * len(usual):
        return _from_first_note(rest, [row[0] for row in full if row], width)
    return _marked(rest)


def _from_first_note(rows: Sequence[Sequence[str]], column: list[str], width: int) -> int:
    """A row that looks like the cells of the first column is data with nothing but its key; a note looks
    otherwise, says that it is one, or stands apart."""
    looks = Counter(look(cell) for cell in column)
    usual = looks.most_common(1)[0][0]
    longest = max(map(len, column))
    for at, row in enumerate(rows):
        first = row[0] if row else ""
        if not filled(row):
            continue
        apart = at > 0 and not filled(rows[at - 1]) and look(first) is Look.TEXT
        other = look(first) is not usual or len(first) > 2 * longest
        if MARKER.match(first) or apart or (other and width > 2):
            return len(rows) - at + _blanks(rows[:at])
    return _blanks(rows)


def _may_be_note(row: Sequence[str], width: int) -> bool:
    """One cell at the left of a table of several columns; two of them when the table is wide."""
    few = filled(row)
    if not few:
        return True
    room = 2 if width >= 6 else 1
    return few <= room and extent(row) <= room


def _marked(rows: Sequence[Sequence[str]]) -> int:
    """Only the rows that say themselves that they are notes, and what follows them."""
    for at, row in enumerate(rows):
        first = next((cell for cell in row if cell.strip()), "")
        if MARKER.match(first) and len(row) >= 1 and at and not filled(rows[at - 1]):
            return len(rows) - at + 1
    return _blanks(rows)


def _blanks(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the end are blank."""
    blank = 0
    while blank < len(rows) and not filled(rows[len(rows) - 1 - blank]):
        blank += 1
    return blank
