"""What the search filters, orders and counts by: the index's rows as columns in memory, one copy in each process.

A row of the database is at the place of its id. The columns are as new as the last committed change: each search
asks for the number of changes (one small query) and reads the rows that changed since. Inside a transaction nothing
is kept, for what is not committed may never have been.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection

from cityhall.opening import models

Numbers = npt.NDArray[Any]
STATES: Final = ("", "published", "withdrawn", "draft")
CLASSES: Final = ("unconditional", "restricted", "forbidden")
WORDS: Final = ("state", "agency_id", "field_code", "region", "opening_class")
_TYPES: Final = {
    "dataset_id": np.object_, "state": np.int8, "agency_id": np.int32, "field_code": np.int32, "region": np.int32,
    "opening_class": np.int8, "level": np.int8, "items": np.int32, "files": np.bool_, "places": np.bool_,
    "rows": np.int64, "updated": np.int64, "published": np.int64, "score": np.float32, "uses": np.int64,
    "change": np.int64, "length": np.int32,
}  # fmt: skip
_TIMES: Final = ("updated", "published")
_MAYBE: Final = (*_TIMES, "rows", "score")
_SECONDS: Final = {
    "sqlite": "CAST(ROUND((julianday({}) - 2440587.5) * 86400) AS integer)",
    "postgresql": "EXTRACT(EPOCH FROM {})::bigint",
}
"""Whole seconds since 1970: to make moments of a hundred thousand rows would take as long as all the rest."""
NOTHING: Final = -1
"""In `rows`: no version yet; in `score`: no report yet. In times 0 says never."""


@dataclass(frozen=True, eq=False)
class Columns:
    """`columns[name][id]`; `words[name]` are the values that a column of words counts by; `posted` is the change as of
    which the postings were made."""

    era: str
    change: int
    posted: int | None
    columns: dict[str, Numbers]
    words: dict[str, list[str]]

    def __getitem__(self, name: str) -> Numbers:
        return self.columns[name]

    @property
    def mark(self) -> tuple[str, int]:
        """What they are as of."""
        return self.era, self.change

    @property
    def size(self) -> int:
        """One more than the largest id."""
        return len(self.columns["state"])

    @cached_property
    def fresh(self) -> Numbers:
        """The ids of the rows that changed since the postings were made."""
        return np.flatnonzero(self["change"] > (self.posted or 0))

    @cached_property
    def newest(self) -> Numbers:
        """For each id its place when the newest data comes first."""
        return _place(self["updated"], self["published"])

    @cached_property
    def most_used(self) -> Numbers:
        """For each id its place when the most used comes first."""
        return _place(self["uses"], self["updated"])

    @cached_property
    def best(self) -> Numbers:
        """For each id its place when the best quality comes first."""
        return _place(self["score"], self["updated"])

    def number_of(self, name: str, word: str) -> int:
        """The number by which a column of words says this word; -1 when none does."""
        try:
            return self.words[name].index(word)
        except ValueError:
            return -1


def _place(first: Numbers, second: Numbers) -> Numbers:
    order = np.lexsort((-second, -first))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


_lock = Lock()
_kept: Columns | None = None


def columns_now() -> Columns:
    """The columns as of the last committed change."""
    global _kept
    told = models.SearchState.objects.values_list("era", "change", "posted").first()
    era, change, posted = told or ("", 0, None)
    if connection.in_atomic_block:
        return _read(_empty(era, posted), change)
    with _lock:
        known = _kept
        if known is None or known.era != era:
            known = _read(_empty(era, posted), change)
        elif known.change != change:
            known = _read(known, change)
        if known.posted != posted:
            known = replace(known, posted=posted)
        _kept = known
    return known


def read_ahead() -> None:
    """Read the columns and their usual order before the first visitor asks: a new process takes its time for that."""
    _ = columns_now().newest


def _empty(era: str, posted: int | None) -> Columns:
    columns: dict[str, Numbers] = {name: np.zeros(1, dtype=kind) for name, kind in _TYPES.items()}
    words: dict[str, list[str]] = {name: [""] for name in WORDS}
    return Columns(era, 0, posted, columns, words | {"state": list(STATES), "opening_class": list(CLASSES)})


def _read(before: Columns, change: int) -> Columns:
    """The columns with all rows that changed after `before`."""
    found = list(zip(*_rows(before.change), strict=True))
    if not found:
        return replace(before, change=change)
    ids = np.array(found[0], dtype=np.int64)
    size = max(before.size, int(ids.max()) + 1)
    words = {name: list(known) for name, known in before.words.items()}
    columns = {}
    for name, values in zip(_TYPES, found[1:], strict=True):
        column: Numbers = np.zeros(size, dtype=_TYPES[name])
        column[: before.size] = before[name]
        column[ids] = _numbers(name, values, words)
        columns[name] = column
    return Columns(before.era, change, before.posted, columns, words)


def _rows(since: int) -> list[tuple[Any, ...]]:
    """The id and the columns of the rows that changed after a change, of all rows after none."""
    seconds = _SECONDS[connection.vendor]
    named = {name: f'"{name}"' for name in _TYPES}
    told = named | {name: seconds.format(named[name]) for name in _TIMES} | {"length": "length(title)"}
    sql = f"SELECT id, {', '.join(told.values())} FROM opening_searchentry"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE change > %s" if since else sql, [since] if since else [])
        return list(cursor.fetchall())


def _numbers(name: str, values: Sequence[Any], words: dict[str, list[str]]) -> Sequence[Any]:
    if name in words:
        places = {word: place for place, word in enumerate(words[name])}
        numbers = [places.setdefault(value, len(places)) for value in values]
        words[name] = list(places)
        return numbers
    if name not in _MAYBE:
        return values
    nothing = 0 if name in _TIMES else NOTHING
    return [nothing if value is None else value for value in values]
