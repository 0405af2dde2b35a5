"""The shapes of the answers about the grid and the rounds, as the OpenAPI description shows them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema


class AreaProperties(Schema):
    """What is known of an area: square metres, and the days it is valid (the last one not included)."""

    kind: str
    code: str
    name: str
    size: float
    valid_from: date | None
    valid_to: date | None


class AreaFeature(Schema):
    """An area as GeoJSON."""

    type: Literal["Feature"]
    id: str
    properties: AreaProperties
    geometry: dict[str, Any]


class AreasAnswer(Schema):
    """Areas as GeoJSON (RFC 7946); `next` is the code after which the rest comes, empty at the end."""

    type: Literal["FeatureCollection"]
    features: list[AreaFeature]
    next: str


class PlaceAnswer(Schema):
    """Where a point lies; `inside` is false where a grid is known and the point is in no part of it."""

    cell: str
    responsibility: str
    district: str
    inside: bool


class CellVisits(Schema):
    """A cell, its visits by day, and the last day with one (null: never)."""

    cell: str
    days: dict[str, int]
    visits: int
    last: date | None


class CoverageAnswer(Schema):
    """How well cells were visited in a period."""

    first: date
    last: date
    visited: int
    daily: dict[str, int]
    cells: list[CellVisits]


class StopAnswer(Schema):
    """One check-in."""

    at: datetime
    lon: float
    lat: float
    cell: str


class StopsAnswer(Schema):
    """The check-ins of a day."""

    check_ins: list[StopAnswer]


class CheckedInAnswer(Schema):
    """What became of the check-ins that were sent."""

    batch: str
    taken: int
    known: int
    outside: int
    untimely: int
