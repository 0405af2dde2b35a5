"""Chooses the reading of an item from its type and element."""

from __future__ import annotations

from collections.abc import Iterable

from cityhall.cleaning import duck, mending
from cityhall.cleaning.elements.catalogue import elements
from cityhall.cleaning.readings import numbers, texts, times, words
from cityhall.cleaning.readings.form import Reading
from cityhall.cleaning.tables import ItemSpec


def reading_of(item: ItemSpec, cell: str) -> Reading:
    """The reading of `item` over the SQL of its source cell."""
    element = elements().get(item.element or "")
    params = {**element.params, **item.params} if element else item.params
    if params.get("empty"):
        cell = _without_empty(cell, params["empty"])
    match item.type:
        case "integer" | "decimal":
            return numbers.reading(item.type, params, cell)
        case "date" | "datetime" | "time":
            return times.reading(item.type, params, cell)
        case "boolean":
            return words.reading(params, cell)
        case _:
            return texts.reading(element, cell)


def _without_empty(cell: str, words: Iterable[str]) -> str:
    """The cell, null where it holds but a word that stands for nothing."""
    return f"CASE WHEN {mending.mended(cell, ('trim',))} NOT IN ({duck.texts(words)}) THEN {cell} END"
