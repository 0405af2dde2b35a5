"""What the city's grid tells of a report's place: the cell, responsibility grid and district that its point lies in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.cases.declaring.shapes import FOLLOWS, CaseType
from cityhall.cases.errors import PositionOutside
from cityhall.cases.folding.values import fits
from cityhall.places.queries import locate


def placed(made: CaseType, data: Mapping[str, Any]) -> dict[str, Any]:
    """The values with those that follow from the points among them; what is typed stands only where the grid knows nothing
    better. Raises PositionOutside."""
    found = dict(data)
    for field in made.following(data):
        point = data[field.source]
        if point is None or not fits(made, field.source, point, ""):
            continue  # refused by name, with everything else that does not fit
        place = locate(float(point[0]), float(point[1]))
        if not place.inside:
            raise PositionOutside(position=f"{point[0]:.5f}, {point[1]:.5f}")
        code: str = getattr(place, FOLLOWS[field.type])
        if code:
            found[field.id] = code
    return found
