"""A table to be made: its items with how each is made and dirtied. Plain data, read from a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cityhall.packing.synthesis.dirt import CELL_DIRT, REPAIRED


@dataclass(frozen=True, slots=True)
class Item:
    """One column: header, maker, chance of each error (share of rows), share left empty, whether versions
    change it."""

    name: str
    make: Mapping[str, Any]
    dirt: Mapping[str, float] = field(default_factory=dict)
    empty: float = 0.0
    mutable: bool = False

    @property
    def hard(self) -> dict[str, float]:
        """Errors of which a row has at most one (everything that is not repaired in passing)."""
        return {name: rate for name, rate in self.dirt.items() if CELL_DIRT[name].effect != REPAIRED}

    @property
    def soft(self) -> dict[str, float]:
        """Odd ways of writing, drawn for each cell alone."""
        return {name: rate for name, rate in self.dirt.items() if CELL_DIRT[name].effect == REPAIRED}


@dataclass(frozen=True, slots=True)
class Table:
    """One dataset as a generator sees it.

    `links` name rows of other tables (link -> table). Version 0 has `rows` rows, each later one `growth`
    more, and `change` of the rows have their mutable items drawn anew; `mode` says what a later file
    holds: all rows (replace), the new ones (append) or the new and changed ones (upsert). Duplicates
    stand in the same `neighbourhood` of rows as their original.
    """

    code: str
    items: tuple[Item, ...]
    key: tuple[str, ...] = ()
    rows: int = 0
    row_dirt: Mapping[str, float] = field(default_factory=dict)
    coordinates: tuple[str, str] | None = None
    links: Mapping[str, Table] = field(default_factory=dict)
    mode: str = "replace"
    versions: int = 1
    growth: int = 0
    change: float = 0.0
    neighbourhood: int = 20

    def item(self, name: str) -> Item:
        """The item with this header."""
        return next(item for item in self.items if item.name == name)

    def rows_at(self, version: int) -> int:
        """Rows there have been up to this version, removed ones included (-1 = before the first)."""
        return self.rows + self.growth * version if version >= 0 else 0

    @property
    def hard_codes(self) -> dict[tuple[str, str], tuple[int, float]]:
        """(item or '', error) -> (number used in SQL, chance): the list from which a row draws at most one error."""
        pairs = [("", name, rate) for name, rate in self.row_dirt.items()]
        pairs += [(item.name, name, rate) for item in self.items for name, rate in item.hard.items()]
        return {(item, name): (number, rate) for number, (item, name, rate) in enumerate(pairs, start=1)}
