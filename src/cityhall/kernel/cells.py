"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

import re
from typing import Any, Final

# = + - @ tab, carriage return, line feed, and the full-width forms that spreadsheets may take for the same.
_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")
_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]+([.][0-9]+)?")


def harmless(cell: Any) -> Any:
    """The cell; a text that a spreadsheet would take for a formula gets an apostrophe before it, unless it is a plain number."""
    starts = isinstance(cell, str) and cell.startswith(_STARTS) and not _PLAIN_NUMBER.fullmatch(cell)
    return f"'{cell}" if starts else cell
