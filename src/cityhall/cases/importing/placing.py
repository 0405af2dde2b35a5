"""The places of a history: cells, grids and districts that follow from the points of its events, on the day of each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cityhall.cases.declaring.shapes import FOLLOWS, CaseType, Field
from cityhall.cases.folding.column_values import NONE, Histories, Values
from cityhall.cases.folding.values import which_fit
from cityhall.places.queries import Placed, grid_version, locate_dated

Mask = npt.NDArray[np.bool_]


def place_all(made: CaseType, past: Histories) -> Mask:
    """Fill in what follows from the points, as `working.placing` does for one; answers which events lie outside the city."""
    outside = np.zeros(len(past.act), dtype=np.bool_)
    names = made.points(past.values) if grid_version() else ()
    known = {name: _located(made, past, name) for name in names}
    for events, found in known.values():
        outside[events[found.outside]] = True
    for field in made.following(known):
        _fill(past, field, *known[field.source])
    return outside


def _located(made: CaseType, past: Histories, name: str) -> tuple[npt.NDArray[np.int64], Placed]:
    """The events that bring a point that can be one, and where these lie."""
    column = past.values[name]
    good = which_fit(made, name, column.values)
    events = np.flatnonzero(column.codes >= 0)
    events = events[good[column.codes[events]]]
    points = np.array(
        [point if fine else (0.0, 0.0) for point, fine in zip(column.values, good, strict=True)]
    )
    lon, lat = points.reshape(-1, 2)[column.codes[events]].T
    return events, locate_dated(lon, lat, past.at[events])


def _fill(past: Histories, field: Field, events: npt.NDArray[np.int64], found: Placed) -> None:
    """Write what was found over what the events bring themselves."""
    codes, numbers = found.of(FOLLOWS[field.type])
    there = numbers != NONE
    old = past.values.get(field.id, Values(np.full(len(past.act), NONE, dtype=np.int64), []))
    column = Values(old.codes.copy(), [*old.values, *codes])
    column.codes[events[there]] = numbers[there] + len(old.values)
    past.values[field.id] = column
