"""The hashes of RFC 6962: leaves, nodes, and a growing tree held as the peaks of its perfect subtrees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962, 2.1: SHA-256 of 0x00 and the data; 32 bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: SHA-256 of 0x01 and both children."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root of a tree from the roots of its perfect subtrees, left to right; of no subtrees, the hash of nothing."""
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes, all at hand; the same as of a `Frontier` that they were added to."""
    peaks, start = [], 0
    for height in peak_heights(len(hashes)):
        peaks.append(perfect_root(hashes[start : start + (1 << height)]))
        start += 1 << height
    return fold(peaks)


def peak_heights(size: int) -> list[int]:
    """The heights of the perfect subtrees of a tree of `size` leaves, left to right: the bits of `size`."""
    return [height for height in range(size.bit_length() - 1, -1, -1) if size >> height & 1]


@dataclass(slots=True)
class Frontier:
    """A tree that only grows: (height, hash) of each perfect subtree, left to right. It needs O(log n) memory."""

    size: int = 0
    peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash, joining equal subtrees as in binary counting."""
        height = 0
        while self.peaks and self.peaks[-1][0] == height:
            leaf = node_hash(self.peaks.pop()[1], leaf)
            height += 1
        self.peaks.append((height, leaf))
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append many."""
        for leaf in leaves:
            self.add(leaf)

    def root(self) -> bytes:
        """The root over everything added so far."""
        return fold([digest for _, digest in self.peaks])

    def copy(self) -> Frontier:
        """The same tree, growing apart from here on."""
        return Frontier(self.size, list(self.peaks))
