"""A block of text becomes a table of text cells, and every row knows its line.

The quick way parses the block with Arrow and proves afterwards that each row is accounted for (rows, rejected rows
and blank lines add up to the physical lines). When the proof fails the same block goes the careful way, row by row in
Python.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from cityhall.collection.decoding.blocks import Block
from cityhall.collection.decoding.careful import parse_careful, parse_single
from cityhall.collection.decoding.dialects import Dialect
from cityhall.collection.decoding.outcome import Parsed
from cityhall.collection.decoding.salvage import decode_block

LF, CR = 10, 13


@dataclass(slots=True)
class _Rejects:
    """Rows of the wrong width as Arrow hands them over: (number within the block, text)."""

    rows: list[tuple[int, str]] = field(default_factory=list)

    def __call__(self, row: pa_csv.InvalidRow) -> str:
        self.rows.append((row.number if row.number is not None else -1, row.text))
        return "skip"


def parse_block(block: Block, codec: str, dialect: Dialect, names: tuple[str, ...]) -> Parsed:
    """All rows of `block`: cells, lines, and the rows that could not become cells."""
    decoded = decode_block(block, codec)
    if not decoded.data:
        return Parsed(None, decoded.broken, [], 0)
    if not decoded.broken:
        quick = _quick(decoded.data, block, dialect, names)
        if quick is not None:
            return quick
    parsed = parse_careful(decoded.data.decode("utf-8"), decoded.lines, dialect, names)
    return Parsed(parsed.table, decoded.broken + parsed.broken, parsed.padded, parsed.blank)


def _quick(data: bytes, block: Block, dialect: Dialect, names: tuple[str, ...]) -> Parsed | None:
    rejects = _Rejects()
    table = _arrow(data, dialect, names, rejects)
    if table is None:
        return None
    if table.num_rows == block.lines and not rejects.rows:
        return Parsed(
            _with_lines(table, np.arange(block.first_line, block.first_line + block.lines)), [], [], 0
        )
    missing = table.num_rows + len(rejects.rows) < block.lines
    blanks = _blank_lines(data) if missing else np.empty(0, np.int64)
    if table.num_rows + len(rejects.rows) + len(blanks) == block.lines:
        return _with_rejects(table, rejects.rows, blanks, block, dialect, names)
    if rejects.rows or len(blanks):
        return None
    return _with_heights(table, block)


def _arrow(data: bytes, dialect: Dialect, names: tuple[str, ...], rejects: _Rejects) -> pa.Table | None:
    """The block as Arrow reads it; None when it cannot."""
    read = pa_csv.ReadOptions(column_names=list(names), use_threads=False, block_size=len(data) + 1)
    parse = pa_csv.ParseOptions(
        delimiter=dialect.delimiter or "\x1f",
        quote_char='"' if dialect.quote else False,
        newlines_in_values=dialect.quote and b'"' in data,
        invalid_row_handler=rejects,
    )
    convert = pa_csv.ConvertOptions(
        check_utf8=False,  # proved when the block was decoded
        column_types={name: pa.string() for name in names},
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )
    try:
        return pa_csv.read_csv(pa.BufferReader(data), read, parse, convert)
    except pa.ArrowInvalid:
        return None


def _with_lines(table: pa.Table, lines: np.ndarray) -> pa.Table:
    # From the buffer: `pa.array` would first import pandas where that is installed, which takes two seconds.
    numbers = pa.py_buffer(np.ascontiguousarray(lines, np.int64))
    return table.append_column("_line", pa.Array.from_buffers(pa.int64(), len(lines), [None, numbers]))


def _blank_lines(data: bytes) -> np.ndarray:
    """0-based numbers of the empty lines of a block."""
    array = np.frombuffer(data, dtype=np.uint8)
    feeds = array == LF
    returns = np.flatnonzero(array == CR)
    lone = returns[~np.append(feeds, False)[returns + 1]]
    ends = np.sort(np.concatenate([np.flatnonzero(feeds), lone]))
    starts = np.concatenate([[0], ends[:-1] + 1])
    after_return = feeds[ends] & (array[np.maximum(ends - 1, 0)] == CR) & (ends > 0)
    return np.flatnonzero(ends - after_return <= starts)


def _with_rejects(
    table: pa.Table,
    rejects: list[tuple[int, str]],
    blanks: np.ndarray,
    block: Block,
    dialect: Dialect,
    names: tuple[str, ...],
) -> Parsed | None:
    """Lines when every row is one line: what is left after blank and rejected lines are taken out."""
    filled_lines = np.delete(np.arange(block.first_line, block.first_line + block.lines), blanks)
    numbers = np.array([number - 1 for number, _ in rejects], np.int64)
    if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(filled_lines)):
        return None
    good = _with_lines(table, np.delete(filled_lines, numbers))
    texts = [(int(filled_lines[at]), text) for at, (_, text) in zip(numbers, rejects, strict=True)]
    healed = parse_single(texts, dialect, names)
    if healed.table is not None:
        good = pa.concat_tables([good, healed.table])
        good = good.take(pc.sort_indices(good["_line"])).combine_chunks()
    return Parsed(good, healed.broken, healed.padded, len(blanks))


def _with_heights(table: pa.Table, block: Block) -> Parsed | None:
    """Lines when cells hold line ends: each row is as high as the line ends in its cells say, or it is not proved."""
    heights = np.ones(table.num_rows, np.int64)
    for name in table.column_names:
        column = table[name]
        if not _has_line_end(column):
            continue
        for mark, weight in (("\n", 1), ("\r", 1), ("\r\n", -1)):
            counted = pc.fill_null(pc.count_substring(column, mark), 0)
            heights += weight * counted.to_numpy().astype(np.int64)
    if int(heights.sum()) != block.lines:
        return None
    lines = block.first_line + np.concatenate([[0], np.cumsum(heights)[:-1]])
    return Parsed(_with_lines(table, lines), [], [], 0)


def _has_line_end(column: pa.ChunkedArray) -> bool:
    """Looks at the bytes of all cells at once, which is much quicker than cell by cell."""
    for chunk in column.chunks:
        data = np.frombuffer(chunk.buffers()[2] or b"", dtype=np.uint8)
        if bool(((data == LF) | (data == CR)).any()):
            return True
    return False
