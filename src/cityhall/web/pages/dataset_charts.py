"""Charts and the small map as the page draws them: shares and coordinates ready for SVG, and the same as data for the
script that redraws them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cityhall.opening.queries import AreaMap, AreaPoint, Chart, ProfileSeen, SmallMap, amount
from cityhall.places.queries import borders
from cityhall.web.formatting import number as formatted
from cityhall.web.pages.area_maps import Area, AreaPicture, area_picture
from cityhall.web.words import language, pick, say

_SIDE = 320  # units across the small map's longer side


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """A chart ready to draw. `rows`: label, value, share of the greatest (0 to 1); `line`: the points of a polyline in a
    box of 1000 by 100; `greatest`: the upper end of the axis; `data` is for the script. A map has `areas`, and beside the rows of
    each area its `amounts` where it shows these (called `measure`)."""

    kind: str
    number: int
    title: str
    sentence: str
    rows: tuple[tuple[str, int, float], ...]
    line: str
    greatest: int
    rest: int
    query: str
    data: dict[str, Any]
    areas: AreaPicture | None = None
    measure: str = ""
    amounts: tuple[str, ...] = ()

    @property
    def across(self) -> bool:
        """Whether its marks stand beside each other (time, ranges) rather than in lines of their own."""
        return self.kind in ("line", "histogram")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """The small map: `dots` as (x, y, radius, rows); lines of the graticule as (place, words); `borders` is the path of the
    districts' outlines; `shapes` is where the large map gets them."""

    width: float
    height: float
    dots: tuple[tuple[float, float, float, int], ...]
    meridians: tuple[tuple[float, str], ...]
    parallels: tuple[tuple[float, str], ...]
    total: int
    system: str
    borders: str
    shapes: str


def chart_views(seen: ProfileSeen) -> tuple[ChartView, ...]:
    """All charts of a profile, in the reader's language."""
    return tuple(chart_view(number, chart) for number, chart in enumerate(seen.charts, start=1))


def chart_view(number: int, chart: Chart) -> ChartView:
    """One chart in the reader's language."""
    labels = [pick(point.label) for point in chart.points]
    values = [point.rows for point in chart.points]
    greatest = round_up(max(values, default=1))
    picture = area_picture(_areas(chart.areas)) if chart.areas else None
    measured = chart.areas if chart.areas and chart.areas.worth != "rows" else None
    return ChartView(
        kind="division" if chart.kind == "map" and picture is None else chart.kind,
        number=number,
        title=pick(chart.title),
        sentence=pick(chart.sentence),
        rows=tuple((label, value, value / greatest) for label, value in zip(labels, values, strict=True)),
        line=_polyline(values, greatest),
        greatest=greatest,
        rest=chart.rest,
        query=chart.query,
        data={"kind": chart.kind, "labels": labels, "values": values, "sentence": pick(chart.sentence)},
        areas=picture,
        measure=say(f"areas.{measured.worth}", what=pick(measured.amount)) if measured else "",
        amounts=_amounts(measured) if measured else (),
    )


def _areas(told: AreaMap) -> tuple[Area, ...]:
    return tuple(_area(told, one) for one in told.points)


def _area(told: AreaMap, one: AreaPoint) -> Area:
    if one.value is None:
        return Area(one.code, pick(one.label), None, "", say("areas.no_data"))
    figure = formatted(one.value) if told.worth == "rows" else amount(one.value)
    words = say("unit.rows", n=figure) if told.worth == "rows" else figure
    return Area(one.code, pick(one.label), one.value, figure, words)


def _amounts(told: AreaMap) -> tuple[str, ...]:
    """The amounts of the areas in the order of the chart's points."""
    there = sorted((one for one in told.points if one.rows), key=lambda one: (-one.rows, one.code))
    return tuple("—" if one.value is None else amount(one.value) for one in there)


def _polyline(values: list[int], greatest: int) -> str:
    last = max(len(values) - 1, 1)
    return " ".join(
        f"{1000 * at / last:.1f},{100 - 100 * value / greatest:.1f}" for at, value in enumerate(values)
    )


def round_up(value: int) -> int:
    """The upper end of an axis: the next of 1, 2, 2.5, 4, 5, 8, 10 times a power of ten."""
    power = 10 ** max(len(str(value)) - 1, 0)
    steps = (1, 2, 2.5, 4, 5, 8, 10)
    return next(
        int(step * power) for step in steps if step * power >= value and step * power == int(step * power)
    )


def map_view(seen: SmallMap, outlines: str | None = None) -> MapView:
    """The marks in the units of a picture whose longer side is 320; north is up, degrees are as long as they are here.
    `outlines` is the newest import of shapes, where it is known."""
    west, south, east, north = _around(seen.box)
    narrow = math.cos(math.radians((south + north) / 2))
    unit = _SIDE / max((east - west) * narrow, north - south)
    biggest = max(mark.rows for mark in seen.marks)
    dots = tuple(
        (
            round((mark.lon - west) * narrow * unit, 1),
            round((north - mark.lat) * unit, 1),
            round(1.6 + 6 * math.sqrt(mark.rows / biggest) * (0 if biggest == 1 else 1), 1),
            mark.rows,
        )
        for mark in seen.marks
    )
    step = degree_step(max(east - west, north - south) / 4)
    width, height = round((east - west) * narrow * unit, 1), round((north - south) * unit, 1)
    return MapView(
        width=width,
        height=height,
        dots=dots,
        meridians=tuple(
            (round((at - west) * narrow * unit, 1), degrees(at, step, "EW"))
            for at in _lines(west, east, step)
        ),
        parallels=tuple(
            (round((north - at) * unit, 1), degrees(at, step, "NS")) for at in _lines(south, north, step)
        ),
        total=seen.total,
        system=seen.system,
        borders=borders((west, south, east, north), "county", width, height, outlines),
        shapes=shapes_around((west, south, east, north)),
    )


def shapes_around(box: tuple[float, float, float, float]) -> str:
    """The address of the districts' outlines within the box and half a degree around it."""
    west, south, east, north = box
    sides = (max(west - 0.5, -180), max(south - 0.5, -90), min(east + 0.5, 180), min(north + 0.5, 90))
    within = ",".join(f"{side:.1f}" for side in sides)
    return f"{reverse('api:all_shapes')}?level=county&limit=200&box={within}"


def _around(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The box with some room, never flat, and never much higher than wide."""
    west, south, east, north = box
    high, wide = max(north - south, 0.004), max(east - west, 0.004)
    wide = max(wide, high * 0.9)
    high = max(high, wide * 0.4)
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide * 0.56, y - high * 0.56, x + wide * 0.56, y + high * 0.56


def degree_step(wanted: float) -> float:
    """A round distance between lines of the graticule: 0.001, 0.002, 0.005, 0.01, … 10 degrees."""
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(round(power * step, 6) for step in (1, 2, 5, 10) if power * step >= wanted * 0.999)


def _lines(low: float, high: float, step: float) -> list[float]:
    first = math.ceil(low / step)
    return [round(at * step, 6) for at in range(first, math.floor(high / step) + 1)]


def degrees(value: float, step: float, sides: str) -> str:
    """120.5°E or 东经120.5°."""
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    side = sides[0] if value >= 0 else sides[1]
    if language() == "en":
        return f"{abs(value):.{digits}f}°{side}"
    return f"{ {'E': '东经', 'W': '西经', 'N': '北纬', 'S': '南纬'}[side] }{abs(value):.{digits}f}°".replace(
        " ", ""
    )
