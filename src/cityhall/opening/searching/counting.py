"""Narrowing by facets and counting them. Pure, over columns in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from cityhall.opening.searching.asking import BANDS, FACETS, LEVELS, PERIODS, TABLES, Facet
from cityhall.opening.searching.columns import Columns, Numbers

Mask = npt.NDArray[np.bool_]
_COLUMN: Final = {
    "field": "field_code",
    "agency": "agency_id",
    "region": "region",
    "opening": "opening_class",
}
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many datasets it would leave, and whether it is the one chosen."""

    value: str
    count: int
    chosen: bool


Options = tuple[Option, ...]


def narrowed(columns: Columns, ids: Numbers, chosen: Mapping[Facet, str], now: datetime) -> dict[Facet, Mask]:
    """For each facet in which a value is chosen, which of the rows have it."""
    return {facet: _holding(columns, ids, facet, value, now) for facet, value in chosen.items() if value}


def remaining(ids: Numbers, masks: Mapping[Facet, Mask], but: Facet | None = None) -> Numbers:
    """The rows that have every chosen value, or every one but a facet's own."""
    kept = np.ones(len(ids), dtype=np.bool_)
    for facet, mask in masks.items():
        if facet != but:
            kept &= mask
    return np.asarray(ids[kept])


def counted(
    columns: Columns, ids: Numbers, masks: Mapping[Facet, Mask], chosen: Mapping[Facet, str], now: datetime
) -> dict[Facet, Options]:
    """Each facet's values with what choosing them would leave: the other facets' choices hold, its own does not.
    Values that would leave nothing are left out, unless chosen."""
    whole = remaining(ids, masks)
    return {
        facet: _options(
            columns, remaining(ids, masks, facet) if facet in masks else whole, facet, chosen, now
        )
        for facet in FACETS
    }


def _options(
    columns: Columns, ids: Numbers, facet: Facet, chosen: Mapping[Facet, str], now: datetime
) -> Options:
    own = chosen.get(facet, "")
    counts = _COUNTERS.get(facet, _words)(columns, ids, facet, now)
    if own and own not in counts:
        counts[own] = 0
    return tuple(
        Option(value, count, value == own) for value, count in counts.items() if count or value == own
    )


def _words(columns: Columns, ids: Numbers, facet: Facet, _now: datetime) -> dict[str, int]:
    """Counts of a column of words, the most first, equal ones in the order of the words."""
    words = columns.words[_COLUMN[facet]]
    counts = np.bincount(columns[_COLUMN[facet]][ids], minlength=len(words))
    found = {words[place]: int(counts[place]) for place in np.flatnonzero(counts) if words[place]}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _levels(columns: Columns, ids: Numbers, _facet: Facet, _now: datetime) -> dict[str, int]:
    counts = np.bincount(columns["level"][ids], minlength=5)
    return {level: int(counts[int(level)]) for level in LEVELS}


def _formats(columns: Columns, ids: Numbers, _facet: Facet, _now: datetime) -> dict[str, int]:
    tables = int(np.count_nonzero(columns["files"][ids]))
    return dict.fromkeys(TABLES, tables) | {"geojson": int(np.count_nonzero(columns["places"][ids]))}


def _periods(columns: Columns, ids: Numbers, _facet: Facet, now: datetime) -> dict[str, int]:
    updated = columns["updated"][ids]
    return {days: int(np.count_nonzero(updated >= _since(days, now))) for days in PERIODS}


def _bands(columns: Columns, ids: Numbers, _facet: Facet, _now: datetime) -> dict[str, int]:
    score = columns["score"][ids]
    return {band: int(np.count_nonzero(_in_band(score, band))) for band in BANDS}


_COUNTERS: Final[dict[Facet, Callable[[Columns, Numbers, Facet, datetime], dict[str, int]]]] = {
    "level": _levels,
    "format": _formats,
    "updated": _periods,
    "quality": _bands,
}


def _holding(columns: Columns, ids: Numbers, facet: Facet, value: str, now: datetime) -> Mask:
    """Which of the rows have the value; none when there is no such value."""
    if facet in _COLUMN:
        return np.asarray(columns[_COLUMN[facet]][ids] == columns.number_of(_COLUMN[facet], value))
    if facet == "level" and value in LEVELS:
        return np.asarray(columns["level"][ids] == int(value))
    if facet == "format" and (value in TABLES or value == "geojson"):
        return np.asarray(columns["places" if value == "geojson" else "files"][ids])
    if facet == "updated" and value in PERIODS:
        return np.asarray(columns["updated"][ids] >= _since(value, now))
    if facet == "quality" and value in BANDS:
        return _in_band(columns["score"][ids], value)
    return np.zeros(len(ids), dtype=np.bool_)


def _since(days: str, now: datetime) -> int:
    return int(now.timestamp()) - int(days) * _DAY


def _in_band(score: Numbers, band: str) -> Mask:
    low, high = {"95": (95.0, 101.0), "80": (80.0, 95.0), "0": (0.0, 80.0), "none": (-2.0, 0.0)}[band]
    return np.asarray((score >= low) & (score < high))
