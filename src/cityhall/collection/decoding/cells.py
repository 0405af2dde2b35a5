"""What does a cell look like? A coarse look, good enough to tell a header from a row of data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

NUMBER = re.compile(r"[-+−(]?[¥￥$€£]?\s*\d[\d,.'’ ]*(?:[eE][-+]?\d+)?\s*[%‰)]?(?:万|亿|元)?")
DATE = re.compile(
    r"(?:\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{2,4}年?[YM]\d{1,2}M?|\d{1,2}月\d{1,2}日)"
    r"(?:[T ,]*\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?\s*(?:[AP]M)?(?:Z|[-+]\d{2}:?\d{2})?)?"
)
TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?", re.I)
# A code with digits in it (plate, case number, car park gate): data far more often than a name of a column.
CODE = re.compile(r"[A-Za-z]{0,4}[-./]?\d[\dA-Za-z./-]{3,}")
MISSING = frozenset({"", "-", "--", "—", "null", "none", "na", "n/a", "nan", "nil", "…", ".", "/", "*", "无"})
CJK = r"\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff"
BETWEEN_CJK = re.compile(rf"(?<=[{CJK}（）()])\s+(?=[{CJK}（）()])")
LONGEST_NAME = 120


class Look(StrEnum):
    """The coarse kinds of cells."""

    EMPTY = "empty"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    TEXT = "text"


def look(cell: str) -> Look:
    """The kind of one cell."""
    text = unicodedata.normalize("NFKC", cell).strip() if not cell.isascii() else cell.strip()
    if text.lower() in MISSING or not text.strip("*"):
        return Look.EMPTY
    if DATE.fullmatch(text) or TIME.fullmatch(text):
        return Look.DATE
    if NUMBER.fullmatch(text):
        return Look.NUMBER
    return Look.CODE if len(text) < 40 and CODE.fullmatch(text) else Look.TEXT


def filled(cells: Sequence[str]) -> int:
    """How many cells hold something."""
    return sum(map(bool, map(str.strip, cells)))


def extent(cells: Sequence[str]) -> int:
    """The width up to the last cell that holds something."""
    for at in range(len(cells), 0, -1):
        if cells[at - 1] and not cells[at - 1].isspace():
            return at
    return 0


def clean_name(text: str) -> str:
    """A header text as a column name: one line, no doubled blanks, no blanks between Chinese characters."""
    words = " ".join(text.replace("\ufeff", "").replace("\0", "").split())
    return BETWEEN_CJK.sub("", words)[:LONGEST_NAME].strip()


def unique_names(names: Sequence[str], taken: Sequence[str] = ("_line",)) -> tuple[str, ...]:
    """Names made unique without regard to case (as SQL compares them); an empty one becomes `column_N`."""
    seen = {name.lower() for name in taken}
    result = []
    for position, name in enumerate(names, 1):
        base = name or f"column_{position}"
        unique, number = base, 1
        while unique.lower() in seen:
            number += 1
            unique = f"{base}_{number}"
        seen.add(unique.lower())
        result.append(unique)
    return tuple(result)
