"""A table to be made: its items with how each is made and dirtied. Plain data, read from a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cityhall.packing.synthesis.dirt import CELL_DIRT, QUARANTINED, REPAIRED


@dataclass(frozen=True, slots=True)
class Item:
    """One column: header, maker, chances of each error (share of rows), share left empty, whether it changes over versions."""

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
    """One dataset as a generator sees it. `links` name rows of other tables: link -> table."""

    code: str
    items: tuple[Item, ...]
    key: tuple[str, ...] = ()
    rows: int = 0
    row_dirt: Mapping[str, float] = field(default_factory=dict)
    coordinates: tuple[str, str] | None = None
    links: Mapping[str, Table] = field(default_factory=dict)
    versions: int = 1
    growth: float = 0.0
    change: float = 0.0

    def item(self, name: str) -> Item:
        """The item with this header."""
        return next(item for item in self.items if item.name == name)

    @property
    def hard_codes(self) -> dict[tuple[str, str], tuple[int, float]]:
        """(item or '', error) -> (number used in SQL, chance): the one list from which a row draws at most one error."""
        pairs = [("", name, rate) for name, rate in self.row_dirt.items()]
        pairs += [(item.name, name, rate) for item in self.items for name, rate in item.hard.items()]
        return {(item, name): (number, rate) for number, (item, name, rate) in enumerate(pairs, start=1)}


def effect_of(item: str, error: str) -> str:
    """What a cleaner should do with a row or cell with this error."""
    return CELL_DIRT[error].effect if item else ("duplicate" if error == "duplicate_row" else QUARANTINED)
