"""The grid and the rounds over REST: areas as GeoJSON, where a point lies, coverage, check-ins."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from cityhall.cases.actions import Mark, check_in
from cityhall.cases.queries import coverage, trail
from cityhall.kernel import clock
from cityhall.places.queries import AreaInfo, Kind, grid_areas, locate
from cityhall.web.api import answers
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.places_shapes import (
    AreasAnswer,
    CheckedInAnswer,
    CoverageAnswer,
    PlaceAnswer,
    StopsAnswer,
)
from cityhall.web.visitor import actor_for_program

router = Router(tags=["places"])
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-85, le=85)]
Code = Annotated[str, Field(max_length=20, pattern=r"^[0-9A-Za-z_-]*$")]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
LONGEST = 92  # days of coverage at once


class NewMark(Schema):
    """Where you were and when (with a zone)."""

    at: Annotated[AwareDatetime, Field(description="ISO 8601 with a zone")]
    lon: Lon
    lat: Lat


class NewMarks(Schema):
    """Check-ins as a phone gathers them."""

    marks: Annotated[list[NewMark], Field(max_length=500)]


@router.get("/grid", response=documented(AreasAnswer), summary="Areas of the grid", operation_id="grid")
def grid(
    request: HttpRequest,
    kind: Kind = "cell",
    on: Day | None = None,
    prefix: Code = "",
    after: Code = "",
    limit: Annotated[int, Field(ge=1, le=5000)] = 1000,
) -> HttpResponse:
    """Unit cells, responsibility grids or boundaries as they are today or were on a day, by code."""
    actor_for_program(request)
    found = list(grid_areas(kind, on=on, prefix=prefix, after=after, limit=limit + 1))
    following = found[limit - 1].code if len(found) > limit else ""
    features = [_feature(one) for one in found[:limit]]
    return answers.answer({"type": "FeatureCollection", "features": features, "next": following})


@router.get(
    "/grid/at", response=documented(PlaceAnswer), summary="Where a point lies", operation_id="grid_at"
)
def grid_at(request: HttpRequest, lon: Lon, lat: Lat, on: Day | None = None) -> HttpResponse:
    """The unit cell, responsibility grid and district of a point (WGS-84)."""
    actor_for_program(request)
    return answers.answer(asdict(locate(lon, lat, on)))


@router.get(
    "/patrols/coverage",
    response=documented(CoverageAnswer),
    summary="Coverage of rounds",
    operation_id="coverage",
)
def patrol_coverage(
    request: HttpRequest,
    last: Day | None = None,
    days: Annotated[int, Field(ge=1, le=LONGEST)] = 7,
    prefix: Code = "",
) -> HttpResponse:
    """Which cells inspectors visited on the days up to `last` (today); for the centre."""
    until = last or clock.today()
    found = coverage(actor_for_program(request), until - timedelta(days=days - 1), until, prefix=prefix)
    cells = [
        {"cell": one.cell, "days": _by_day(one.days), "visits": one.visits, "last": one.last}
        for one in found.cells
    ]
    return answers.answer(
        {
            "first": found.first,
            "last": found.last,
            "visited": found.visited,
            "daily": _by_day(found.daily),
            "cells": cells,
        }
    )


@router.get(
    "/patrols/check-ins",
    response=documented(StopsAnswer),
    summary="Check-ins of a day",
    operation_id="check_ins",
)
def check_ins(
    request: HttpRequest,
    day: Day | None = None,
    person: Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")] = "",
) -> HttpResponse:
    """Your own check-ins of a day; those of another `person` for the centre."""
    found = trail(actor_for_program(request), day or clock.today(), person)
    return answers.answer({"check_ins": [asdict(one) for one in found]})


@router.post(
    "/patrols/check-ins",
    response=documented(CheckedInAnswer, 201),
    summary="Check in",
    operation_id="check_in",
)
def new_check_ins(request: HttpRequest, body: NewMarks) -> HttpResponse:
    """Keep where you were; the same mark counts once."""
    marks = [Mark(one.at, one.lon, one.lat) for one in body.marks]
    return answers.answer(asdict(check_in(actor_for_program(request), marks)), 201)


def _feature(one: AreaInfo) -> dict[str, Any]:
    properties = {
        "kind": one.kind,
        "code": one.code,
        "name": one.name,
        "size": round(one.size, 1),
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }
    return {"type": "Feature", "id": one.code, "properties": properties, "geometry": one.geometry}


def _by_day(counts: Any) -> dict[str, int]:
    return {day.isoformat(): many for day, many in sorted(counts.items())}
