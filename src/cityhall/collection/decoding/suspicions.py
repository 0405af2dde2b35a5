"""Rows that are probably no records: a total at the end, the header of a second table below. They are loaded like
any other (nothing is lost), and said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

_TOTAL = re.compile(
    r"[合总總小]\s*[计計]|[总總]\s*[数數]|(?:sub|grand )?total|totals|sum|summe|gesamt|insgesamt|totale|somme",
    re.I,
)
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"[-+]?\d[\d.,\s]*[%％]?")
Cells = Sequence[str | None]


def is_total(cells: Cells) -> bool:
    """Whether a row sums up: its first filled cell says so, and another holds a number."""
    told = [cell for cell in cells if cell]
    return bool(
        told and _TOTAL.fullmatch(told[0].strip(" :：*")) and any(_DIGIT.search(cell) for cell in told[1:])
    )


def is_header(cells: Cells, above: Cells) -> bool:
    """Whether a row heads other columns: two words or more, no figure, and one of them where the row above has one."""
    told = [cell for cell in cells if cell]
    under = any(cell and over and _FIGURE.fullmatch(over) for cell, over in zip(cells, above, strict=True))
    return len(told) > 1 and under and not any(_DIGIT.search(cell) for cell in told)


def headers_below(table: pa.Table, names: Sequence[str], blank: pa.ChunkedArray) -> list[int]:
    """The rows of a block that stand below blank ones and look like the header of another table."""
    empty = blank.to_numpy(zero_copy_only=False).astype(bool)
    filled = np.flatnonzero(~empty)
    after_gap = np.flatnonzero(np.diff(filled) > 1) + 1
    return [
        int(filled[at])
        for at in after_gap[:_LOOKED_AT]
        if is_header(_cells(table, names, filled[at]), _cells(table, names, filled[at - 1]))
    ]


_LOOKED_AT = 100


def _cells(table: pa.Table, names: Sequence[str], row: int) -> list[str | None]:
    return [table[name][int(row)].as_py() for name in names]


def last_cells(table: pa.Table, names: Sequence[str]) -> list[str | None]:
    """The cells of the last row."""
    return _cells(table, names, table.num_rows - 1)
