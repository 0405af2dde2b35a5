"""Labels of groups: written once beside a block of rows, for people who see the block. Every row gets the label of its
block, where the next column proves the blocks by going through the same values again and again.
"""

from __future__ import annotations

from collections.abc import Sequence

from cityhall.collection.decoding.cells import filled

FEWEST_BLOCKS = 3
_LONGEST_BLOCK = 50


def label_groups(rows: Sequence[list[str]]) -> int:
    """Fills the first column of `rows` in place; answers how many cells were filled, 0 when the evidence is not
    complete.

    Complete means: all rows fall into blocks of one length in which the second column has the same different values in
    the same order, and each block has one label, always in the same place, and another one than every other block.
    """
    body = [row for row in rows if filled(row)]
    size = _block_size(body)
    if not size or len(body) // size < FEWEST_BLOCKS:
        return 0
    blocks = [body[start : start + size] for start in range(0, len(body), size)]
    places = {tuple(at for at, row in enumerate(block) if row[0].strip()) for block in blocks}
    if len(places) != 1 or len(place := places.pop()) != 1:
        return 0
    labels = [block[place[0]][0] for block in blocks]
    if len({label.strip() for label in labels}) < len(labels):
        return 0
    for label, block in zip(labels, blocks, strict=True):
        for row in block:
            row[0] = label
    return len(body) - len(blocks)


def _block_size(body: Sequence[Sequence[str]]) -> int:
    """After how many rows the values of the second column begin again, exactly and to the end; 0 when they do not."""
    if not body or len(body[0]) < FEWEST_BLOCKS:
        return 0
    values = [row[1].strip() for row in body]
    size = next((at for at in range(1, len(values)) if values[at] == values[0]), 0)
    whole = 2 <= size <= _LONGEST_BLOCK and len(values) % size == 0
    cycle = values[:size]
    if not whole or not all(cycle) or len(set(cycle)) < size or cycle * (len(values) // size) != values:
        return 0
    return size
