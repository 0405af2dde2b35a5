"""Tables side by side: the same header twice with an empty column between. They are put one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cityhall.collection.decoding.cells import clean_name, filled
from cityhall.collection.decoding.headers import Grid

BESIDE_APART = 1_000_000
"""One row of the sheet holds a record of each part, and every record needs a line of its own: those of the
second part begin at 1,000,000. The last six digits remain the row of the sheet."""


@dataclass(frozen=True, slots=True)
class Part:
    """Columns `left` to `right` (right excluded) of one of the tables."""

    left: int
    right: int


def parts_of(grid: Grid, header: int) -> list[Part]:
    """The parts of the table whose header is row `header`: more than one only when all have the same names."""
    body = grid[header:]
    width = max((len(row) for row in body), default=0)
    used = [any(at < len(row) and row[at].strip() for row in body) for at in range(width)]
    parts: list[Part] = []
    start: int | None = None
    for at, full in enumerate([*used, False]):
        if full and start is None:
            start = at
        elif not full and start is not None:
            parts.append(Part(start, at))
            start = None
    names = [tuple(clean_name(cell) for cell in _cut(grid[header], part)) for part in parts]
    alike = len(set(names)) == 1 and len(parts) > 1 and filled(names[0]) > 1
    return parts if alike else [Part(0, width)]


def cut(rows: Sequence[Sequence[str]], part: Part) -> list[list[str]]:
    """The cells of one part."""
    return [_cut(row, part) for row in rows]


def _cut(row: Sequence[str], part: Part) -> list[str]:
    cells = list(row[part.left : part.right])
    return cells + [""] * (part.right - part.left - len(cells))
