"""The map on which whoever reports says where it is: what it begins with, what is known of a place. Forms work without it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.cases.errors import PositionOutside
from cityhall.identity.queries import agencies
from cityhall.kernel.text import Text
from cityhall.places.queries import (
    Place,
    ShapeInfo,
    division_titles,
    divisions_at,
    grid_areas,
    grid_info,
    grid_version,
    locate,
    shapes,
    shapes_version,
)
from cityhall.web.errors import RequestUnusable
from cityhall.web.words import language, pick, say

Box = tuple[float, float, float, float]
Rings = list[list[list[float]]]
AROUND: Final = 0.0025  # degrees around a place for which cells are drawn: some 250 m
CELLS: Final = 100
_NAMED: Final = 300  # streets whose names stand on the map
_COUNTY: Final = "county"
_TOWN: Final = "town"


def can_map() -> bool:
    """Whether there is anything to draw: outlines of divisions, or a grid."""
    return bool(shapes_version() or grid_version())


@require_safe
def placing_map(_request: HttpRequest) -> JsonResponse:
    """What the map begins with: `box` (west, south, east, north; null where nothing is known), the addresses of the outlines of
    districts and streets in it, and the names of streets by code."""
    box = _city_box()
    streets = shapes(level=_TOWN, box=box) if box else ()
    told: dict[str, Any] = {
        "box": box,
        "districts": _outlines(_COUNTY, box),
        "streets": _outlines(_TOWN, box) if streets else "",
        "names": {one.code: pick(one.title) for one in streets[:_NAMED]},
    }
    return JsonResponse(told)


@require_safe
def placing_place(request: HttpRequest) -> JsonResponse:
    """What is known of `at=longitude,latitude`: `inside` the city or not, what to tell of it, and the `cells` around it with
    their outer rings. Errors: `RequestUnusable`."""
    lon, lat = position(request.GET.get("at", ""))
    place = locate(lon, lat)
    told = _told(place, divisions_at(lon, lat)) if place.inside else _refused(lon, lat)
    around = (lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND)
    return JsonResponse({"inside": place.inside, "told": told, "here": place.cell, "cells": cells_in(around)})


def position(text: str) -> tuple[float, float]:
    """`longitude, latitude` in degrees. Raises RequestUnusable."""
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise RequestUnusable(problem=f"spot={text[:40]}") from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise RequestUnusable(problem=f"spot={text[:40]}")
    return lon, lat


def cells_in(box: Box, limit: int = CELLS) -> list[tuple[str, Rings]]:
    """The unit cells that touch a box, with their outer rings."""
    return [(one.code, _rings(one.geometry)) for one in grid_areas("cell", box=box, limit=limit)]


def _rings(geometry: dict[str, Any]) -> Rings:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [part[0] for part in parts]


def _told(place: Place, around: tuple[ShapeInfo, ...]) -> str:
    """The district and street, by outlines; by the grid where there are none."""
    titles = [one.title for one in around if one.level in (_COUNTY, _TOWN)]
    if not titles and place.district:
        known = division_titles([place.district]).get(place.district)
        titles = [known] if known else []
    return say("placing.at", place=_in_order(titles)) if titles else ""


def _in_order(titles: list[Text]) -> str:
    """As an address has it: the large first in Chinese, the small first in English."""
    return (
        ", ".join(one.en for one in reversed(titles))
        if language() == "en"
        else "".join(one.zh for one in titles)
    )


def _refused(lon: float, lat: float) -> str:
    return PositionOutside(position=f"{lon:.5f}, {lat:.5f}").say(language())


def _city_box() -> Box | None:
    """Where reports come from: the box of the grid, else of the city's outlines."""
    known = grid_info().box if grid_version() else None
    if known:
        return known
    cities = {f"{one.division[:4]}00" for one in agencies() if one.division}
    found = (shapes(codes=sorted(cities)) if cities else ()) or shapes(level=_COUNTY)
    if not found:
        return None
    west, south, east, north = zip(*(one.box for one in found), strict=True)
    return min(west), min(south), max(east), max(north)


def _outlines(level: str, box: Box | None) -> str:
    """The address of the outlines of a level within the box and some room around it."""
    if box is None:
        return ""
    west, south, east, north = box
    room = max(east - west, north - south, 0.1)
    sides = (max(west - room, -180), max(south - room, -90), min(east + room, 180), min(north + room, 90))
    within = ",".join(f"{side:.2f}" for side in sides)
    return f"{reverse('api:all_shapes')}?level={level}&limit=1000&box={within}"
