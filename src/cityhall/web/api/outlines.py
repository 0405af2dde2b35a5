"""Shapes of divisions over REST, as GeoJSON: one, the parts of one, those that a map shows."""

from __future__ import annotations

import gzip
from collections.abc import Collection
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from ninja import Router, Schema
from pydantic import Field

from cityhall.kernel import clock
from cityhall.kernel.lately import Lately
from cityhall.places.errors import ShapeUnknown
from cityhall.places.queries import ShapeInfo, geometries, shape, shapes, shapes_version
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.places import Day
from cityhall.web.errors import RequestUnusable
from cityhall.web.visitor import actor_for_program

router = Router(tags=["places"])
Division = Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")]
Box = Annotated[str, Field(max_length=120, description="west,south,east,north in degrees (WGS-84)")]
Level = Literal["province", "city", "county", "town", "village"]
MOST: Final = 1_000
_PACKED: Final = Lately[bytes](8_000_000, len)


class ShapeProperties(Schema):
    """What is known of a division's shape: where its name stands, square metres, the days it is valid (the last one not
    included), the coordinate system that it was brought from, and its source."""

    code: str
    name: str
    level: str
    parent: str
    label: tuple[float, float]
    size: float
    valid_from: date | None
    valid_to: date | None
    system: str
    source: str


class ShapeFeature(Schema):
    """A division's shape as GeoJSON (RFC 7946, WGS-84), simplified for maps."""

    type: Literal["Feature"]
    id: str
    bbox: tuple[float, float, float, float]
    properties: ShapeProperties
    geometry: dict[str, Any]


class ShapesAnswer(Schema):
    """Shapes as GeoJSON; `next` is the code after which the rest comes, empty at the end."""

    type: Literal["FeatureCollection"]
    features: list[ShapeFeature]
    next: str


@router.get(
    "/places/shapes",
    response={**documented(ShapesAnswer), 304: None},
    summary="Shapes of divisions",
    operation_id="shapes",
)
def all_shapes(
    request: HttpRequest,
    level: Level | None = None,
    box: Box = "",
    on: Day | None = None,
    after: Annotated[str, Field(max_length=12, pattern=r"^[0-9]*$")] = "",
    limit: Annotated[int, Field(ge=1, le=MOST)] = 200,
) -> HttpResponse:
    """Shapes of a day (today), by code: those of a level, those that touch a box."""
    actor_for_program(request)
    within = _box(box)

    def found() -> dict[str, Any]:
        there = [one for one in shapes(level=level or "", box=within, on=on) if one.code > after]
        return _collection(there[:limit], there[limit - 1].code if len(there) > limit else "")

    return _answer(request, ("all", level, within, on, after, limit), found)


@router.get(
    "/places/{code}/shape",
    response={**documented(ShapeFeature), 304: None},
    summary="A division's shape",
    operation_id="shape",
)
def one_shape(request: HttpRequest, code: Division, on: Day | None = None) -> HttpResponse:
    """The shape of a division today (of one that is no more: its last), or on a day."""
    actor_for_program(request)

    def found() -> dict[str, Any]:
        known = shape(code, on)
        if known is None:
            raise ShapeUnknown(division=code)
        return _features([known])[0]

    return _answer(request, ("one", code, on), found)


@router.get(
    "/places/{code}/shapes",
    response={**documented(ShapesAnswer), 304: None},
    summary="Shapes of a division's parts",
    operation_id="part_shapes",
)
def part_shapes(request: HttpRequest, code: Division, on: Day | None = None) -> HttpResponse:
    """The shapes of the divisions directly under one, as they are today or were on a day."""
    actor_for_program(request)
    return _answer(request, ("parts", code, on), lambda: _collection(shapes(code, on=on), ""))


def _box(text: str) -> tuple[float, float, float, float] | None:
    """Raises RequestUnusable for what is not four degrees."""
    if not text:
        return None
    try:
        west, south, east, north = (float(one) for one in text.split(","))
    except ValueError as error:
        raise RequestUnusable(problem="box: west,south,east,north") from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise RequestUnusable(problem="box: west,south,east,north")
    return west, south, east, north


def _collection(found: Collection[ShapeInfo], following: str) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": _features(found), "next": following}


def _features(found: Collection[ShapeInfo]) -> list[dict[str, Any]]:
    drawn = geometries(found)
    return [
        {
            "type": "Feature",
            "id": one.code,
            "bbox": one.box,
            "properties": _properties(one),
            "geometry": drawn[one.code],
        }
        for one in found
    ]


def _properties(one: ShapeInfo) -> dict[str, Any]:
    names = ("code", "name", "level", "parent", "label", "valid_from", "valid_to", "system", "source")
    return {**{name: getattr(one, name) for name in names}, "size": round(one.size)}


def _answer(request: HttpRequest, asked: tuple[object, ...], found: Any) -> HttpResponse:
    """The answer, kept packed until shapes change or a day begins; 304 to who has it."""
    key = (shapes_version(), clock.today(), asked)
    mark = f'W/"{sha256(repr(key).encode()).hexdigest()[:32]}"'
    packed = _PACKED.get(key, lambda: gzip.compress(orjson.dumps(found()), 6))
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    body = packed if zipped else gzip.decompress(packed)
    answer = HttpResponse(body, content_type="application/json")
    answer["ETag"], answer["Cache-Control"] = mark, "public, max-age=300"
    if zipped:
        answer["Content-Encoding"] = "gzip"
    patch_vary_headers(answer, ["Accept-Encoding"])
    return get_conditional_response(request, etag=mark, response=answer) or answer
