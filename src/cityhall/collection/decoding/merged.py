"""Merged cells: each covered cell gets the value of the merge, except in titles that run across the whole table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

ACROSS = 0.6  # a merge over more of the width than this is a title or a note, not a group of columns


@dataclass(frozen=True, slots=True)
class Merge:
    """0-based rows and columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Filler:
    """Fills rows as they stream by, in order of row number; counts the merges that were filled."""

    merges: Iterable[Merge]
    width: int
    filled: int = 0
    _by_row: dict[int, list[Merge]] = field(default_factory=dict)
    _open: list[tuple[Merge, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for merge in self.merges:
            if merge.right - merge.left + 1 <= max(2, ACROSS * self.width):
                self._by_row.setdefault(merge.top, []).append(merge)

    def fill(self, row: int, cells: list[str]) -> list[str]:
        """The cells of sheet row `row` (0-based) with the values of merges."""
        starting = self._by_row.get(row, [])
        if not starting and not self._open:
            return cells
        for merge in starting:
            value = cells[merge.left] if merge.left < len(cells) else ""
            if value:
                self._open.append((merge, value))
                self.filled += 1
        for merge, value in self._open:
            for column in range(merge.left, min(merge.right + 1, len(cells))):
                cells[column] = cells[column] or value
        self._open = [(merge, value) for merge, value in self._open if merge.bottom > row]
        return cells

    def header_span(self, row: int) -> int:
        """How many rows the header that starts on `row` has, judging by its merges: 1 when they say nothing."""
        here = self._by_row.get(row, [])
        down = max((merge.bottom - merge.top + 1 for merge in here), default=1)
        groups = any(merge.right > merge.left and merge.bottom == merge.top for merge in here)
        return min(max(down, 2 if groups else 1), 4)


def fill_all(rows: Iterable[list[str]], filler: Filler) -> Iterator[list[str]]:
    """All rows of a sheet, filled."""
    for number, cells in enumerate(rows):
        yield filler.fill(number, cells)
