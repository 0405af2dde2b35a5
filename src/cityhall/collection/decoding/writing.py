"""Writing staged text to Parquet, with all that is learnt on the way: blank rows, repeated headers,
columns without values."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cityhall.collection.decoding.outcome import BrokenRow, Parsed
from cityhall.collection.decoding.suspicions import headers_below, last_cells
from cityhall.collection.decoding.tables import LINE

GROUP = 25_000
"""Rows in one row group: a table of some length has enough of them for all readers to end together."""
GROUP_BYTES = 64 * 1024**2
"""Rows with long texts are written sooner."""
KEPT_LINES = 20  # how many line numbers a note carries
BROKEN_SCHEMA = pa.schema(
    [(LINE, pa.int64()), ("_text", pa.string()), ("_code", pa.string()), ("_detail", pa.string())]
)


@dataclass(slots=True)
class Tally:
    """Lines counted under one heading, of which the first few are remembered."""

    count: int = 0
    lines: list[int] = field(default_factory=list)

    def add(self, lines: list[int], count: int | None = None) -> None:
        """Counts `lines` (or `count` of them)."""
        self.count += len(lines) if count is None else count
        self.lines.extend(lines[: KEPT_LINES - len(self.lines)])


class StageWriter:
    """Collects parsed rows of one table into one Parquet file and its broken rows into another."""

    def __init__(
        self,
        into: Path,
        stem: str,
        names: tuple[str, ...],
        header: tuple[str, ...],
        twins: tuple[tuple[str, str], ...],
    ):
        self.path = into / f"{stem}.parquet"
        self.broken_path = into / f"{stem}.broken.parquet"
        self.names = names
        self.header = header  # raw texts of the header row, to recognise it when it comes again
        self.twins = twins  # columns of the same name
        self.different: set[str] = set()  # names whose twins differ
        self.rows = 0
        self.broken_rows = 0
        self.blank = Tally()
        self.repeated = Tally()
        self.padded = Tally()
        self.headings = Tally()  # rows below blank ones that look like the header of another table
        self.last: list[str | None] = []  # the cells of the last row
        self.filled = dict.fromkeys(names, 0)
        self._schema = pa.schema([*((name, pa.string()) for name in names), (LINE, pa.int64())])
        self._waiting: list[pa.Table] = []
        self._writer: pq.ParquetWriter | None = None
        self._broken: pq.ParquetWriter | None = None

    def add(self, parsed: Parsed) -> None:
        """Takes the rows of one block."""
        self.blank.count += parsed.blank
        self.padded.add(parsed.padded)
        if parsed.broken:
            self._add_broken(parsed.broken)
        if parsed.table is not None and parsed.table.num_rows:
            self._add_table(self._without_noise(parsed.table))

    def close(self) -> None:
        """Finishes both files; a table without rows is an empty file with the columns."""
        self._flush()
        if self._writer is None:
            self._open(self._schema.empty_table())
        for writer in (self._writer, self._broken):
            if writer is not None:
                writer.close()

    def abort(self) -> None:
        """Closes without finishing; the caller removes the files."""
        for writer in (self._writer, self._broken):
            if writer is not None:
                writer.close()

    def _add_table(self, table: pa.Table) -> None:
        for name in self.filled:
            self.filled[name] += table.num_rows - table[name].null_count
        for first, second in self.twins:
            if second not in self.different and not table[first].equals(table[second]):
                self.different.add(second)
        self.rows += table.num_rows
        self.last = last_cells(table, self.names) if table.num_rows else self.last
        self._waiting.append(table)
        rows, size = (
            sum(part.num_rows for part in self._waiting),
            sum(part.nbytes for part in self._waiting),
        )
        if rows >= GROUP or size >= GROUP_BYTES:
            self._flush()

    def _without_noise(self, table: pa.Table) -> pa.Table:
        """Drops rows without any value and rows that repeat the header."""
        if all(table[name].null_count for name in self.names):
            nothing = _all([pc.is_null(table[name]) for name in self.names])
            lines = table[LINE]
            self.headings.add([lines[at].as_py() for at in headers_below(table, self.names, nothing)])
            table = self._drop(table, nothing, self.blank)
        wanted = [(name, text) for name, text in zip(self.names, self.header, strict=False) if text]
        if len(wanted) > 1 and pc.any(pc.equal(table[wanted[0][0]], _scalar(wanted[0][1]))).as_py():
            same = [pc.fill_null(pc.equal(table[name], _scalar(text)), False) for name, text in wanted]
            table = self._drop(table, _all(same), self.repeated)
        return table

    def _drop(self, table: pa.Table, mask: pa.ChunkedArray, tally: Tally) -> pa.Table:
        if not pc.any(mask).as_py():
            return table
        tally.add(table.filter(mask)[LINE].to_pylist())
        return table.filter(pc.invert(mask))

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting).cast(self._schema)
        self._waiting = []
        if self._writer is None:
            self._open(table)
        if self._writer is not None:
            self._writer.write_table(table, row_group_size=max(GROUP, table.num_rows))

    def _open(self, first: pa.Table) -> None:
        """Columns with few different values are written with a dictionary, which later scans use."""
        sample = first.slice(0, 10_000)
        few = [
            name
            for name in self.names
            if sample.num_rows and len(pc.unique(sample[name])) < sample.num_rows / 10
        ]
        self._writer = pq.ParquetWriter(
            self.path,
            self._schema,
            compression="none",  # read several times within a minute, then removed
            use_dictionary=few or False,
            column_encoding={LINE: "DELTA_BINARY_PACKED"},
            write_statistics=[LINE],
        )

    def _add_broken(self, broken: list[BrokenRow]) -> None:
        self.broken_rows += len(broken)
        if self._broken is None:
            self._broken = pq.ParquetWriter(self.broken_path, BROKEN_SCHEMA, compression="zstd")
        columns = zip(*((row.line, row.text, row.code, row.detail) for row in broken), strict=True)
        arrays = [
            pa.array(list(column), kind.type) for column, kind in zip(columns, BROKEN_SCHEMA, strict=True)
        ]
        self._broken.write_table(pa.Table.from_arrays(arrays, schema=BROKEN_SCHEMA))


def _all(masks: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    mask = masks[0]
    for other in masks[1:]:
        mask = pc.and_(mask, other)
    return mask


def _scalar(text: str) -> pa.Scalar:
    """A text from its buffers: `pa.scalar` would first import pandas where that is installed (2 s)."""
    data = text.encode()
    offsets = struct.pack("<ii", 0, len(data))
    return pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)])[0]
