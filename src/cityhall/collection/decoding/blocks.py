"""Cutting a large text into blocks that end with a row, knowing each block's first line.

Works on raw bytes: in every encoding read here except UTF-16 the line ends and the quote are bytes that occur in no
other character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from cityhall.collection.decoding.tables import Limits
from cityhall.collection.errors import LineTooLong

SIZE = 1024**2
"""Small enough that memory is used again instead of asked for, and that a small file keeps all workers busy."""


@dataclass(frozen=True, slots=True)
class Block:
    """Whole rows; `first_line` is 1-based, `lines` counts physical lines (an unfinished last one included)."""

    data: bytes
    first_line: int
    lines: int


@dataclass(frozen=True, slots=True)
class Region:
    """The part of a file that holds data: bytes `start` to `end`, beginning on line `first_line`."""

    start: int
    end: int
    first_line: int


def read_blocks(path: Path, region: Region, limits: Limits, quoted: bool, name: str) -> Iterator[Block]:
    """The region in blocks of about SIZE bytes. Raises LineTooLong."""
    line = region.first_line
    rest = b""
    with path.open("rb") as file:
        file.seek(region.start)
        left = region.end - region.start
        while left > 0 and (chunk := file.read(min(SIZE, left))):
            left -= len(chunk)
            data = rest + chunk if rest else chunk
            cut = len(data) if left <= 0 else row_end(data, quoted)
            if len(data) > limits.line_bytes and _longest(data) > limits.line_bytes:
                raise LineTooLong(file=name, line=line, limit=limits.line_bytes)
            rest = data[cut:]
            if cut:
                whole = data[:cut]
                del data, chunk  # not kept while the block is worked on
                lines = count_lines(whole)
                yield Block(whole, line, lines)
                line += lines
    if rest:
        yield Block(rest, line, count_lines(rest))


def _longest(data: bytes) -> int:
    """The length of the longest line in `data`, the unfinished last one included."""
    array = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero((array == 10) | (array == 13))
    return int(np.diff(ends, prepend=-1, append=len(data)).max())


def count_lines(data: bytes) -> int:
    """Physical lines in `data`: LF, CRLF and CR each end one; an unfinished last line counts."""
    ends = _count(data, b"\n")
    if b"\r" in data:
        ends += _count(data, b"\r") - data.count(b"\r\n")
    return ends + (1 if data and not data.endswith((b"\n", b"\r")) else 0)


def _count(data: bytes, byte: bytes) -> int:
    """How often a byte occurs; where it occurs often, several times quicker than `bytes.count`."""
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == byte[0]))


def row_end(data: bytes, quoted: bool) -> int:
    """The position after the last row that is complete in `data`; 0 when there is none."""
    end = data.rfind(b"\n") + 1
    if not end:
        # CR-only files; the last CR may be half of a CRLF, so it is left for the next block.
        end = data.rfind(b"\r", 0, len(data) - 1) + 1
    if not quoted or not end or b'"' not in data or data.count(b'"', 0, end) % 2 == 0:
        return end
    # A stray quote leaves no even place: then any line end must do, and the row parser recovers.
    return _last_even(data) or end


def _last_even(data: bytes) -> int:
    """The last line end with an even number of quotes before it."""
    array = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(array == 10)
    if not len(ends):
        ends = np.flatnonzero(array[:-1] == 13)
    quotes = np.flatnonzero(array == 34)
    even = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(even[-1]) + 1 if len(even) else 0


LINE_END = re.compile(rb"\r\n|\n|\r")


def offset_of_line(data: bytes, lines: int) -> int:
    """The position where physical line number `lines` (0-based) begins in `data`."""
    if lines <= 0:
        return 0
    end = next(islice(LINE_END.finditer(data), lines - 1, None), None)
    return end.end() if end else len(data)
