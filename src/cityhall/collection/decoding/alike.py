"""A piece of a JSON document becomes columns at once where its records are alike; a piece that cannot be proved is read
record by record elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, KeysView, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cityhall.collection.decoding.flatten import Cells
from cityhall.collection.decoding.outcome import to_column
from cityhall.collection.decoding.shapes import Part, parsed, part_of
from cityhall.collection.decoding.slices import Unproved
from cityhall.collection.decoding.structure import Places, structure_of
from cityhall.collection.decoding.tables import LINE

_SHAPES = 12
"""So many shapes are looked for in one piece."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The records of a piece: `parts` are those of a shape, `others` those that are like no other (row and cells)."""

    parts: list[Part]
    others: list[tuple[int, Cells]]
    rows: int
    size: int
    """Bytes of the piece that they took."""
    closed: bool
    """Whether the list of records ends with them."""
    first: int = 1
    """The number of the first record in the source."""

    def columns(self) -> Iterator[KeysView[str]]:
        """The columns in the order in which they first occur."""
        found = [(int(part.rows[0]), part.cells.keys()) for part in self.parts]
        found += [(row, cells.keys()) for row, cells in self.others]
        yield from (keys for _, keys in sorted(found, key=lambda one: one[0]))

    def table(self, keys: Sequence[str], names: Sequence[str]) -> pa.Table:
        """The records in their order as text, by the names of their keys, and their numbers."""
        order = np.concatenate([*(part.rows for part in self.parts), [row for row, _ in self.others]]).astype(
            np.int64
        )
        columns = [self._column(key) for key in keys]
        table = pa.Table.from_arrays([*columns, _numbers(order + self.first)], names=[*names, LINE])
        if len(self.parts) == 1 and not self.others:
            return table
        return table.take(_numbers(np.argsort(order)))

    def _column(self, key: str) -> pa.ChunkedArray:
        chunks = [
            part.cells[key] if key in part.cells else pa.nulls(len(part.rows), pa.string())
            for part in self.parts
        ]
        if self.others:
            chunks.append(to_column([cells.get(key) for _, cells in self.others]))
        return pa.chunked_array(chunks, pa.string())


def alike(piece: bytes, separator: int, *, geojson: bool, depth: int) -> Alike | None:
    """The whole records at the beginning of `piece` (UTF-8), which begins with one. None where they are no JSON, or have
    hardly anything in common."""
    structure = structure_of(piece, separator)
    if structure is None:
        return None
    left, single, parts = np.arange(len(structure.ends)), [], list[Part]()
    try:
        for _ in range(_SHAPES):
            if not len(left):
                break
            part = part_of(structure, int(left[0]), left, geojson=geojson, depth=depth)
            if part is None:
                single.append(int(left[0]))
            else:
                parts.append(part)
            left = np.setdiff1d(left, [left[0]] if part is None else part.rows, assume_unique=True)
        single += left.tolist()
        if 2 * len(single) > len(structure.ends):
            return None
        others = [(row, parsed(structure, row, geojson=geojson, depth=depth)) for row in single]
    except Unproved:
        return None
    return Alike(parts, others, len(structure.ends), structure.size, structure.closed)


def _numbers(values: Places) -> pa.Array:
    # From the buffer: `pa.array` would first import pandas where that is installed, which takes two seconds.
    return pa.Array.from_buffers(
        pa.int64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values, np.int64))]
    )
