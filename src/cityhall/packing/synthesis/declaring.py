"""Reads tables and words from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cityhall.kernel.declared import read_yaml
from cityhall.packing.synthesis.making import Words
from cityhall.packing.synthesis.table import Item, Table

HERE = Path(__file__).parent
STEP = 20  # rows come in whole neighbourhoods: a duplicate stands in the same file as its original


def built_in_words() -> dict[str, Any]:
    """The word lists that come with the engine."""
    words: dict[str, Any] = read_yaml(HERE / "words.yaml")
    return words


def words_with(folder: Path) -> Words:
    """The engine's word lists and, over them, those in the YAML files of a folder."""
    words = built_in_words()
    for path in sorted(folder.glob("*.yaml")):
        words.update(read_yaml(path))
    return words


def whole(rows: float) -> int:
    """A number of rows as whole neighbourhoods, at least one."""
    return max(STEP, round(rows / STEP) * STEP)


def item_from(declared: Mapping[str, Any], factor: float = 1.0) -> Item:
    """An item from its declaration; `factor` multiplies the chances of its errors."""
    return Item(
        name=declared["name"],
        make=declared["make"],
        dirt={name: rate * factor for name, rate in declared.get("dirt", {}).items()},
        empty=declared.get("empty", 0.0),
        mutable=declared.get("mutable", False),
    )


def table_from(declared: Mapping[str, Any], *, rows: int, links: Mapping[str, Table] | None = None) -> Table:
    """A table from its declaration; `rows` is how many version 0 has and `links` are the tables it points at."""
    versions = declared.get("versions", {})
    coordinates = declared.get("coordinates")
    growth = versions.get("growth", 0.0)
    return Table(
        code=declared["code"],
        items=tuple(item_from(item, declared.get("dirt_factor", 1.0)) for item in declared["items"]),
        key=tuple(declared.get("key", ())),
        rows=rows,
        row_dirt=declared.get("row_dirt", {}),
        coordinates=(coordinates[0], coordinates[1]) if coordinates else None,
        links=links or {},
        mode=declared.get("mode", "replace"),
        versions=versions.get("count", 1),
        growth=whole(rows * growth) if growth else 0,
        change=versions.get("change", 0.0),
        neighbourhood=declared.get("neighbourhood", STEP),
    )
