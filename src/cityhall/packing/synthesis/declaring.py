"""Reads tables and words from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cityhall.packing.synthesis.making import Words
from cityhall.packing.synthesis.table import Item, Table

HERE = Path(__file__).parent


def read_yaml(path: Path) -> Any:
    """The content of a YAML file (UTF-8)."""
    return yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader, the fast one


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def built_in_words() -> Words:
    """The word lists that come with the engine."""
    words: Words = read_yaml(HERE / "words.yaml")
    return words


def item_from(declared: Mapping[str, Any]) -> Item:
    """An item from its declaration."""
    return Item(
        name=declared["name"],
        make=declared["make"],
        dirt=declared.get("dirt", {}),
        empty=declared.get("empty", 0.0),
        mutable=declared.get("mutable", False),
    )


def table_from(declared: Mapping[str, Any], *, rows: int, links: Mapping[str, Table] | None = None) -> Table:
    """A table from its declaration; `rows` is how many are made and `links` are the tables it points at."""
    versions = declared.get("versions", {})
    coordinates = declared.get("coordinates")
    return Table(
        code=declared["code"],
        items=tuple(item_from(item) for item in declared["items"]),
        key=tuple(declared.get("key", ())),
        rows=rows,
        row_dirt=declared.get("row_dirt", {}),
        coordinates=(coordinates[0], coordinates[1]) if coordinates else None,
        links=links or {},
        versions=versions.get("count", 1),
        growth=versions.get("growth", 0.0),
        change=versions.get("change", 0.0),
    )
