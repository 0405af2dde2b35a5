"""Which areas a point lies in: one spatial index per kind and span of days, kept per process until the grid changes.

A point on the line between two areas belongs to the one with the smaller code, so that it is counted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from cityhall.places.grid.areas import KINDS
from cityhall.places.models import GridArea, GridBatch

Numbers = npt.NDArray[np.int64]
Degrees = npt.NDArray[np.float64]
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Index:
    """The areas of one kind: codes in order, and the tree over their shapes."""

    codes: tuple[str, ...]
    tree: Any

    def find(self, points: Any, many: int) -> Numbers:
        """For each of the points the number of its area in `codes`, NOWHERE where there is none."""
        found = np.full(many, NOWHERE, dtype=np.int64)
        if self.codes:
            which, area = self.tree.query(points, predicate="intersects")
            found[which] = area
            shared = np.flatnonzero(which[1:] == which[:-1])  # rare: on the line between areas
            for at in (shared, shared + 1):
                np.minimum.at(found, which[at], area[at])
        return found


@dataclass(frozen=True, slots=True)
class Located:
    """Where many points lie: per kind the codes there are, and for each point the number of its own (NOWHERE: none)."""

    codes: dict[str, tuple[str, ...]]
    numbers: dict[str, Numbers]

    @property
    def outside(self) -> npt.NDArray[np.bool_]:
        """Which points lie in nothing at all, though there is a grid; or in no boundary, though the district that their cell or
        responsibility grid belongs to has one, which may have holes."""
        some = [self.numbers[kind] for kind in KINDS if self.codes[kind]]
        if not some:
            return np.zeros(len(self.numbers[KINDS[0]]), dtype=np.bool_)
        nowhere: npt.NDArray[np.bool_] = np.logical_and.reduce([one == NOWHERE for one in some])
        return nowhere | self._beyond()

    def _beyond(self) -> npt.NDArray[np.bool_]:
        bounded = tuple({_district(code) for code in self.codes["boundary"]})
        beyond = np.zeros(len(self.numbers["boundary"]), dtype=np.bool_)
        for kind in ("cell", "responsibility") if bounded else ():
            within = np.array([*(code.startswith(bounded) for code in self.codes[kind]), False])
            beyond |= within[self.numbers[kind]]
        beyond &= self.numbers["boundary"] == NOWHERE
        return beyond


def _district(code: str) -> str:
    """The beginning that all codes within a district, city or province have."""
    district = code[:6]
    while district.endswith("00"):
        district = district[:-2]
    return district


def version() -> str:
    """The grid's version; empty while there is none."""
    return GridBatch.objects.order_by("-id").values_list("id", flat=True).first() or ""


def find(lon: Degrees, lat: Degrees, on: date, kinds: tuple[str, ...] = KINDS) -> Located:
    """Where points (WGS-84) lie on a day."""
    known = indexes(version(), on)
    points = shapely.points(lon, lat)
    none = np.full(len(lon), NOWHERE, dtype=np.int64)
    return Located(
        {kind: known[kind].codes for kind in KINDS},
        {kind: known[kind].find(points, len(lon)) if kind in kinds else none for kind in KINDS},
    )


def indexes(of: str, on: date) -> dict[str, Index]:
    """The indexes of a version for the span of days in which `on` lies."""
    days = changes(of)
    return _indexes(of, max((day for day in days if day <= on), default=date.min))


@lru_cache(maxsize=4)
def changes(of: str) -> tuple[date, ...]:  # noqa: ARG001  (the key of the cache)
    """The days on which something begins or ends."""
    spans = GridArea.objects.values_list("valid_from", "valid_to").distinct()
    return tuple(sorted({day for span in spans for day in span if day}))


@lru_cache(maxsize=8)
def _indexes(of: str, on: date) -> dict[str, Index]:  # noqa: ARG001  (the key of the cache)
    return {kind: _index(kind, on) for kind in KINDS}


def _index(kind: str, on: date) -> Index:
    rows = (
        GridArea.objects.filter(kind=kind)
        .order_by("code")
        .values_list("code", "shape", "valid_from", "valid_to")
    )
    valid = [
        (code, bytes(shape))
        for code, shape, first, last in rows
        if (first is None or first <= on) and (last is None or on < last)
    ]
    shapes = shapely.from_wkb(np.array([shape for _, shape in valid], dtype=object))
    return Index(tuple(code for code, _ in valid), shapely.STRtree(shapes))
