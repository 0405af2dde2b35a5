"""The tree is that of RFC 6962, whatever way it grew."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from cityhall.ledger import tiles
from cityhall.ledger.merkle import EMPTY, Frontier, leaf_hash, node_hash, root_of
from cityhall.ledger.tiles import Place


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


# The vectors of the Certificate Transparency project (leaves and the roots of the first eight trees).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def frontier_root(leaves: list[bytes]) -> bytes:
    tree = Frontier()
    tree.extend(map(leaf_hash, leaves))
    return tree.root()


def test_published_vectors() -> None:
    for size, expected in enumerate(ROOTS, 1):
        assert frontier_root(LEAVES[:size]).hex() == expected
    assert frontier_root([]) == EMPTY


class Store(dict[Place, bytes]):
    """Tiles in memory."""

    def grow(self, size: int, leaves: list[bytes]) -> int:
        self.update(tiles.append(size, [leaf_hash(leaf) for leaf in leaves], self.__getitem__))
        return size + len(leaves)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_a_frontier_is_the_recursive_tree(leaves: list[bytes]) -> None:
    assert frontier_root(leaves) == naive_root(leaves)
    assert root_of([leaf_hash(leaf) for leaf in leaves]) == naive_root(leaves)


@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
def test_tiles_give_the_recursive_root_after_every_batch(batches: list[int]) -> None:
    store, size, leaves = Store(), 0, list[bytes]()
    for count in batches:
        fresh = [b"%d" % number for number in range(size, size + count)]
        leaves += fresh
        size = store.grow(size, fresh)
        assert tiles.root(size, store.__getitem__) == naive_root(leaves)


def test_tiles_across_three_levels() -> None:
    store, tree, size = Store(), Frontier(), 0
    for count in (65_535, 1, 255, 70_000):
        fresh = [b"%d" % number for number in range(size, size + count)]
        size = store.grow(size, fresh)
        tree.extend(map(leaf_hash, fresh))
        assert tiles.root(size, store.__getitem__) == tree.root()
    assert {level for level, _ in store} == {0, 1, 2}
    assert tiles.peaks(size, store.__getitem__) == tree.peaks


def test_appending_touches_the_right_edge_only() -> None:
    store = Store()
    size = store.grow(0, [b"x"] * 1000)
    changed = tiles.append(size, [leaf_hash(b"y")], store.__getitem__)
    assert set(changed) == {(0, 3)}


def test_leaves_and_nodes_cannot_be_confused() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
