"""The areas that are stored, as they are on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import shapely
from django.db.models import Q, QuerySet

from cityhall.places.grid.areas import Drawn
from cityhall.places.models import GridArea


def rows_on(kind: str, on: date) -> QuerySet[GridArea]:
    """The rows of a kind that are valid on a day, by code."""
    begun = Q(valid_from=None) | Q(valid_from__lte=on)
    going = Q(valid_to=None) | Q(valid_to__gt=on)
    return GridArea.objects.filter(begun, going, kind=kind).order_by("code")


def shapes_on(kind: str, on: date) -> dict[str, Any]:
    """Code -> shape of a kind on a day."""
    return {
        code: shapely.from_wkb(bytes(shape)) for code, shape in rows_on(kind, on).values_list("code", "shape")
    }


def boundary_on(on: date) -> Any:
    """The city's boundary on a day: everything that boundaries cover; None while none is known."""
    shapes = list(shapes_on("boundary", on).values())
    return shapely.union_all(shapes) if shapes else None


def drawn_on(kind: str, on: date) -> list[Drawn]:
    """The areas of a kind on a day in the form in which they are checked."""
    return [
        Drawn(place, row.code, row.name, shapely.from_wkb(bytes(row.shape)))
        for place, row in enumerate(rows_on(kind, on), 1)
    ]
