"""The stored levels of the tree: tiles of 256 hashes (C2SP tlog-tiles, height 8).

Level 0 holds leaf hashes; level n + 1 holds one hash per full tile of level n. Appending touches only the
tiles at the right edge, and the root is computed from them: O(log n) however long the log is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from cityhall.ledger.merkle import fold, peak_heights, perfect_root

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH = 32

Place = tuple[int, int]  # level, index
Read = Callable[[Place], bytes]  # the hashes of a tile, joined; raises KeyError when there is none


def append(size: int, leaves: Sequence[bytes], read: Read) -> dict[Place, bytes]:
    """The tiles that change when `leaves` (hashes) are appended to a tree of `size` leaves."""
    changed: dict[Place, bytes] = {}
    level, start, fresh = 0, size, list(leaves)
    while fresh:
        index, used = divmod(start, WIDTH)
        if used:
            fresh = split(read((level, index)))[:used] + fresh
        parents = []
        for offset in range(0, len(fresh), WIDTH):
            tile = fresh[offset : offset + WIDTH]
            changed[level, index + offset // WIDTH] = b"".join(tile)
            if len(tile) == WIDTH:
                parents.append(perfect_root(tile))
        level, start, fresh = level + 1, index, parents
    return changed


def peaks(size: int, read: Read) -> list[tuple[int, bytes]]:
    """Height and hash of each perfect subtree of the tree of `size` leaves, left to right."""
    found = []
    offset = 0
    read = cache(read)
    for height in peak_heights(size):
        level, inner = divmod(height, HEIGHT)
        index, position = divmod(offset >> (level * HEIGHT), WIDTH)
        hashes = split(read((level, index)))[position : position + (1 << inner)]
        found.append((height, perfect_root(hashes)))
        offset += 1 << height
    return found


def root(size: int, read: Read) -> bytes:
    """The root of the tree of `size` leaves."""
    return fold([digest for _, digest in peaks(size, read)])


def right_edge(size: int) -> list[Place]:
    """The tiles that appending to a tree of `size` leaves reads, and that hold its peaks; full ones may be absent."""
    places: list[Place] = []
    while size:
        places.append((len(places), size // WIDTH))
        size //= WIDTH
    return places


def split(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[offset : offset + HASH] for offset in range(0, len(tile), HASH)]
