"""Chooses the reading of an item from its type and element."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cityhall.cleaning import duck, mending
from cityhall.cleaning.elements.catalogue import Element, elements
from cityhall.cleaning.readings import numbers, texts, times, words
from cityhall.cleaning.readings.form import Reading
from cityhall.cleaning.tables import ItemSpec


def reading_of(item: ItemSpec, cell: str) -> Reading:
    """The reading of `item` over the SQL of its source cell."""
    element = elements().get(item.element or "")
    params = {**element.params, **item.params} if element else item.params
    as_it_stands = _reading(item, element, params, cell)
    if not params.get("empty"):
        return as_it_stands
    is_nothing = stands_for_nothing(params["empty"], cell)
    filled = f"CASE WHEN NOT {is_nothing} THEN {cell} END"
    return replace(
        _reading(item, element, params, filled),
        quick=as_it_stands.ask.suspect,
        plain_value=f"CASE WHEN NOT {is_nothing} THEN {as_it_stands.plain_value} END",
        shared=as_it_stands.shared,
    )


def _reading(item: ItemSpec, element: Element | None, params: Mapping[str, Any], cell: str) -> Reading:
    match item.type:
        case "integer" | "decimal":
            return numbers.reading(item.type, params, cell)
        case "date" | "datetime" | "time":
            return times.reading(item.type, params, cell)
        case "boolean":
            return words.reading(params, cell)
        case _:
            return texts.reading(element, cell)


def stands_for_nothing(words: Iterable[str], cell: str) -> str:
    """SQL: whether a cell holds but one of the words that stand for nothing, and blanks."""
    blanks = f"[{mending.BLANKS}]*"
    pattern = f"{blanks}(?:{'|'.join(re.escape(word) for word in words)}){blanks}"
    return f"regexp_full_match({cell}, {duck.text(pattern)})"
