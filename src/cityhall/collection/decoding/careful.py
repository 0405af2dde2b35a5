"""Row by row: for blocks in which something is irregular. Short rows are padded, long ones set apart,
stray quotes healed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from cityhall.collection.decoding.dialects import Dialect, lines_of
from cityhall.collection.decoding.outcome import LONGEST_TEXT, BrokenRow, Parsed, padded, to_table

MOST_LINES_IN_ROW = 1_000
CHUNK = 50_000
csv.field_size_limit(64 * 1024**2)  # the length of lines is limited where the file is cut into blocks


@dataclass(slots=True)
class _Rows:
    cells: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)
    padded: list[int] = field(default_factory=list)
    blank: int = 0
    tables: list[pa.Table] = field(default_factory=list)

    def flush(self, names: tuple[str, ...]) -> None:
        """Turns the cells so far into columns, which take a tenth of the memory."""
        if self.cells:
            self.tables.append(to_table(self.cells, self.lines, names))
        self.cells, self.lines = [], []


def parse_careful(text: str, numbers: Sequence[int], dialect: Dialect, names: tuple[str, ...]) -> Parsed:
    """Rows of `text`. `numbers` are the source lines of its physical lines; the last goes on counting."""
    lines = lines_of(text)
    rows = _Rows()
    at = 0
    while at < len(lines):
        if not lines[at].strip("\r\n"):
            rows.blank += 1
            at += 1
            continue
        cells, height = _row(lines, at, dialect, len(names))
        _take(rows, cells, _number(numbers, at), "".join(lines[at : at + height]), len(names))
        at += height
        if len(rows.cells) >= CHUNK:
            rows.flush(names)
    return _parsed(rows, names)


def parse_single(texts: Sequence[tuple[int, str]], dialect: Dialect, names: tuple[str, ...]) -> Parsed:
    """Rows of one line each, given with their lines."""
    rows = _Rows()
    for line, text in texts:
        cells, _ = _row([text], 0, dialect, len(names))
        _take(rows, cells, line, text, len(names))
    return _parsed(rows, names)


def _parsed(rows: _Rows, names: tuple[str, ...]) -> Parsed:
    rows.flush(names)
    table = pa.concat_tables(rows.tables) if rows.tables else None
    return Parsed(table, rows.broken, rows.padded, rows.blank)


def _number(numbers: Sequence[int], at: int) -> int:
    return numbers[at] if at < len(numbers) else numbers[-1] + at - len(numbers) + 1


def _row(lines: list[str], at: int, dialect: Dialect, width: int) -> tuple[list[str], int]:
    """The row that starts on line `at` and its height. A quoted cell that runs away is read again without quotes."""
    if dialect.delimiter is None:
        return [lines[at].rstrip("\r\n")], 1
    if not dialect.quote or '"' not in lines[at]:
        return lines[at].rstrip("\r\n").split(dialect.delimiter), 1
    feed = _Feed(lines, at)
    cells = next(csv.reader(feed, delimiter=dialect.delimiter, quotechar='"'))
    if feed.taken > 1 and (feed.ran_out or _width(cells) > width):
        literal = lines[at].rstrip("\r\n").split(dialect.delimiter)
        return literal, 1
    return cells, feed.taken


@dataclass(slots=True)
class _Feed:
    """Hands physical lines to the csv reader and counts them."""

    lines: list[str]
    start: int
    taken: int = 0
    ran_out: bool = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.start + self.taken >= len(self.lines) or self.taken >= MOST_LINES_IN_ROW:
            self.ran_out = True
            raise StopIteration
        self.taken += 1
        return self.lines[self.start + self.taken - 1]


def _width(cells: list[str]) -> int:
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _take(rows: _Rows, cells: list[str], line: int, text: str, width: int) -> None:
    if len(cells) > width:
        if _width(cells) > width:
            detail = f"{len(cells)} cells, {width} columns"
            rows.broken.append(BrokenRow(line, text.rstrip("\r\n")[:LONGEST_TEXT], "too_many_cells", detail))
            return
        cells = cells[:width]
    elif len(cells) < width:
        rows.padded.append(line)
    rows.cells.append(padded(cells, width))
    rows.lines.append(line)
