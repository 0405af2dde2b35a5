"""What the city's grid tells of a report's place: the cell, responsibility grid and district that its point lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cityhall.cases.declaring.shapes import FOLLOWS, CaseType
from cityhall.cases.errors import PositionOutside
from cityhall.cases.folding.values import fits
from cityhall.places.queries import Place, locate


def placed(made: CaseType, data: Mapping[str, Any]) -> dict[str, Any]:
    """The values with those that follow from the points among them; what is typed stands only where the grid knows nothing
    better. Raises PositionOutside, for any point."""
    found = dict(data)
    places = {
        name: _located(data[name])
        for name in made.points(data)
        # What is no point is refused by name, with everything else that does not fit.
        if data[name] is not None and fits(made, name, data[name], "")
    }
    for field in made.following(places):
        code: str = getattr(places[field.source], FOLLOWS[field.type])
        if code:
            found[field.id] = code
    return found


def _located(point: Sequence[float]) -> Place:
    place = locate(float(point[0]), float(point[1]))
    if not place.inside:
        raise PositionOutside(position=f"{point[0]:.5f}, {point[1]:.5f}")
    return place
