"""A block of text becomes a table of text cells, and every row knows its line.

The quick way parses the block with Arrow and proves afterwards that each row is accounted for (rows,
rejected rows and
blank lines add up to the physical lines). When the proof fails the same block goes the careful way, row by
row in Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from cityhall.collection.decoding.blocks import Block
from cityhall.collection.decoding.careful import parse_careful
from cityhall.collection.decoding.dialects import Dialect
from cityhall.collection.decoding.outcome import BrokenRow, Parsed, padded, to_table
from cityhall.collection.decoding.salvage import decode_block

BLANK = re.compile(rb"(?:(?<=[\r\n])|\A)(?:\r\n|\n|\r(?!\n))")
# Never occurs in text that passed the check for NUL, so it switches splitting off for one-column lists.
NO_DELIMITER = "\0"


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
    quick = None if decoded.broken else _quick(decoded.data, block, dialect, names)
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
    blanks = _blank_lines(data) if table.num_rows + len(rejects.rows) < block.lines else np.empty(0, np.int64)
    if table.num_rows + len(rejects.rows) + len(blanks) == block.lines:
        return _with_rejects(table, rejects.rows, blanks, block, dialect, names)
    if rejects.rows or len(blanks):
        return None
    return _with_heights(table, block)


def _arrow(data: bytes, dialect: Dialect, names: tuple[str, ...], rejects: _Rejects) -> pa.Table | None:
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
    return table.append_column("_line", pa.array(lines, pa.int64()))


def _blank_lines(data: bytes) -> np.ndarray:
    """0-based numbers of the empty lines of a block."""
    starts = [match.start() for match in BLANK.finditer(data)]
    if not starts:
        return np.empty(0, np.int64)
    array = np.frombuffer(data, dtype=np.uint8)
    returns = np.flatnonzero(array == 13)
    lone = returns[array[np.minimum(returns + 1, len(array) - 1)] != 10] if len(returns) else returns
    ends = np.sort(np.concatenate([np.flatnonzero(array == 10), lone]))
    return np.searchsorted(ends, np.array(starts, np.int64))


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
    broken: list[BrokenRow] = []
    short: list[int] = []
    rows: list[tuple[int, list[str]]] = []
    for (_, text), line in zip(rejects, filled_lines[numbers], strict=True):
        row = parse_careful(text, [int(line)], dialect, names)
        broken += row.broken
        short += row.padded
        if row.table is not None:
            rows += [
                (int(line), [cell or "" for cell in record[:-1]])
                for record in zip(*row.table.to_pydict().values(), strict=True)
            ]
    if rows:
        extra = to_table([padded(cells, len(names)) for _, cells in rows], [line for line, _ in rows], names)
        good = pa.concat_tables([good, extra])
        good = good.take(pc.sort_indices(good["_line"])).combine_chunks()
    return Parsed(good, broken, short, len(blanks))


def _with_heights(table: pa.Table, block: Block) -> Parsed | None:
    """Lines when cells hold line ends: each row is as high as the line ends in its cells say, or it is not
    proved."""
    heights = np.ones(table.num_rows, np.int64)
    for name in table.column_names:
        column = table[name]
        for mark, weight in (("\n", 1), ("\r", 1), ("\r\n", -1)):
            counted = pc.fill_null(pc.count_substring(column, mark), 0)
            heights += weight * counted.to_numpy().astype(np.int64)
    if int(heights.sum()) != block.lines:
        return None
    lines = block.first_line + np.concatenate([[0], np.cumsum(heights)[:-1]])
    return Parsed(_with_lines(table, lines), [], [], 0)
