"""What parsing a block gives: cells with their lines, and the rows that could not become cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from cityhall.collection.decoding.tables import LINE

LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that is kept as text only: `code` says why (undecodable, nul_byte, too_many_cells)."""

    line: int
    text: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """`table` has the columns and `_line`; `padded` are the lines of short rows; `blank` counts empty lines."""

    table: pa.Table | None
    broken: list[BrokenRow]
    padded: list[int]
    blank: int


def padded(cells: list[str], width: int) -> list[str]:
    """`cells` with empty ones added up to `width`."""
    return cells + [""] * (width - len(cells)) if len(cells) < width else cells


def to_table(rows: Sequence[Sequence[str | None]], lines: Sequence[int], names: Sequence[str]) -> pa.Table:
    """Rows of equal width as a table of text and `_line`; empty cells are null."""
    columns: list[pa.Array] = []
    turned: Sequence[Sequence[str | None]] = list(zip(*rows, strict=True)) if rows else [[] for _ in names]
    for column in turned:
        columns.append(to_column(column))
    columns.append(pa.array(lines, pa.int64()))
    return pa.Table.from_arrays(columns, names=[*names, LINE])


def to_column(cells: Sequence[str | None]) -> pa.Array:
    """Cells as text; empty ones are null. Half a character, as JSON can name it, stays as it was written: \\ud83d."""
    texts = [cell or None for cell in cells]
    try:
        return pa.array(texts, pa.string())
    except UnicodeEncodeError:
        return pa.array(
            [text and text.encode("utf-8", "backslashreplace").decode() for text in texts], pa.string()
        )
