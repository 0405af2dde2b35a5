"""Rows by place and number, for interfaces that page by counting. Inside, pages still follow marks.

The mark where a slice ended is remembered (per process), so that whoever reads on slice by slice pays for each once.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from cityhall.catalog.queries import Dataset
from cityhall.kernel.actor import Actor
from cityhall.opening.deciding import dataset_for, demand
from cityhall.opening.errors import PlaceTooDeep
from cityhall.opening.reading import restrict
from cityhall.opening.rules import Decision
from cityhall.opening.versions import version_or_nothing
from cityhall.warehouse.errors import QueryTooLong
from cityhall.warehouse.queries import (
    Aggregate,
    Limits,
    Query,
    Rows,
    Version,
    mark_after,
    numbers_of,
    run,
    turn,
)

PAGE: Final = 1000
MOST_WALKED: Final = 200
"""Pages that are read only to be skipped, before a slice is refused."""
MOST_MARKS: Final = 2000
SECONDS: Final = 10.0
"""For all the pages of one slice together: what is asked in one call costs no more than one query may."""
_Key = tuple[str, int, str, int]
_marks: OrderedDict[_Key, str] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows `start` to `start + len(rows)` of the answer to a query, with the number of each in its version (from 1;
    none for groups); `total` counts all of the answer, None when it was not asked for or cannot be counted (groups).
    """

    dataset: Dataset
    decision: Decision
    version: int
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    numbers: tuple[int, ...]
    total: int | None


def rows_at(
    actor: Actor,
    dataset_id: str,
    query: Query,
    *,
    start: int = 0,
    limit: int = 100,
    version: int | None = None,
    counted: bool = True,
) -> Slice:
    """`limit` rows of the answer to `query` from place `start` (0 is the first), of one version.

    Errors: as `opening.queries.rows`; `PlaceTooDeep` when a filtered or sorted answer would have to be read too far.
    """
    found, decision = dataset_for(actor, dataset_id, "api")
    demand(decision)
    stored = version_or_nothing(found.id, version)
    asked = restrict(query, decision, stored)
    walk = _Walk(stored, asked, decision, time.monotonic() + SECONDS)
    with turn():
        total = walk.count() if counted and not asked.grouped else None
        beyond = total is not None and start >= total
        pages = () if beyond or not limit else tuple(walk.pages(start, limit))
    rows = tuple(row for page in pages for row in page.rows)
    numbers = numbers_of(stored, (place for page in pages for place in page.places))
    return Slice(found, decision, stored.number, walk.columns(), rows, numbers, total)


@dataclass(frozen=True, slots=True)
class _Walk:
    """The way through one answer, page by page, until a moment of the monotonic clock."""

    version: Version
    query: Query
    decision: Decision
    until: float

    def columns(self) -> tuple[str, ...]:
        if not self.query.grouped:
            return self.query.select
        return (*self.query.group_by, *(one.alias for one in self.query.aggregates))

    def count(self) -> int:
        if not self.query.where and self.query.bbox is None:
            return self.version.rows
        counting = replace(self.query, select=(), order=(), aggregates=(Aggregate("count", "*", "rows"),))
        return int(run(self.version, counting, limits=self._left()).rows[0][0])

    def pages(self, start: int, limit: int) -> Iterator[Rows]:
        mark = self._mark_at(start)
        if start and mark is None:
            return
        while limit > 0:
            page = self._page(self.query, mark, min(limit, PAGE))
            yield page
            start, limit, mark = start + len(page.rows), limit - len(page.rows), page.next_cursor
            if mark is None:
                return
            self._remember(start, mark)

    def _mark_at(self, start: int) -> str | None:
        """The mark after the first `start` rows; None at the beginning, and beyond the end."""
        if not start:
            return None
        if mark := mark_after(self.version, self.query, start) or self._remembered(start):
            return mark
        place, mark = self._nearest(start)
        if (start - place) > MOST_WALKED * PAGE:
            raise PlaceTooDeep(place=start, most=MOST_WALKED * PAGE)
        narrow = self.query if self.query.grouped else replace(self.query, select=self.query.select[:1])
        while place < start:
            page = self._page(narrow, mark, min(start - place, PAGE))
            place, mark = place + len(page.rows), page.next_cursor
            if mark is None:
                return None
            self._remember(place, mark)
        return mark

    def _page(self, query: Query, mark: str | None, limit: int) -> Rows:
        asked = replace(query, after=mark, limit=limit)
        return run(self.version, asked, masks=self.decision.masks, limits=self._left())

    def _left(self) -> Limits:
        """What is left of the time. Errors: `QueryTooLong`."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise QueryTooLong(seconds=SECONDS)
        return Limits(seconds=max(round(left, 1), 0.1))

    def _key(self, place: int) -> _Key:
        """Of the question only a digest: whoever asks chooses how long it is."""
        asked = repr((self.query.where, self.query.order, self.query.group_by, self.query.bbox))
        print_ = sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
        return (self.version.dataset_id, self.version.number, self.decision.digest() + print_, place)

    def _remember(self, place: int, mark: str) -> None:
        with _lock:
            _marks[self._key(place)] = mark
            while len(_marks) > MOST_MARKS:
                _marks.popitem(last=False)

    def _remembered(self, place: int) -> str | None:
        with _lock:
            return _marks.get(self._key(place))

    def _nearest(self, start: int) -> tuple[int, str | None]:
        """The furthest remembered place before `start`, with its mark."""
        own = self._key(0)[:3]
        with _lock:
            known = [(key[3], mark) for key, mark in _marks.items() if key[:3] == own and key[3] < start]
        return max(known, key=lambda pair: pair[0], default=(0, None))
