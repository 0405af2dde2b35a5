"""The rounds as the centre sees them: which cells were visited on which day, where the gaps are, who was out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.cases.queries import CellCover, Coverage, Round, Stop, coverage, rounds, trail
from cityhall.identity.errors import PersonUnknown
from cityhall.identity.queries import person
from cityhall.kernel import clock
from cityhall.places.queries import cell_codes, division_titles, grid_areas
from cityhall.web.errors import RequestUnusable
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick

LISTED: Final = 40
DRAWN: Final = 2_000
_WIDE: Final = 640.0  # of the drawing; its height follows


@dataclass(frozen=True, slots=True, kw_only=True)
class PatrolsPage:
    """A week (or the days asked for) of rounds in one district or in all."""

    found: Coverage
    days: tuple[date, ...]
    listed: tuple[CellCover, ...]
    districts: tuple[tuple[str, str, bool], ...]
    district: str
    rounds: tuple[tuple[str, Round], ...]
    whose: str
    steps: tuple[Stop, ...]
    shapes: tuple[tuple[str, str, int], ...]
    high: int
    earlier: str
    later: str


@require_safe
def patrols_page(request: HttpRequest) -> HttpResponse:
    """Coverage per cell and day, and the rounds of the last day."""
    actor = actor_for(request)
    last = _day(request)
    codes = sorted({code[:6] for code in cell_codes(last)})
    names = {code: pick(title) for code, title in division_titles(codes).items()}
    district = request.GET.get("district", codes[0] if codes else "")[
        :6
    ]  # one district is a picture, all are a list
    found = coverage(actor, last - timedelta(days=6), last, prefix=district)
    whose = request.GET.get("person", "")[:80]
    shapes, high = _drawing(found) if district and len(found.cells) <= DRAWN else ((), 0)
    page = PatrolsPage(
        found=found,
        days=tuple(sorted(found.daily)),
        listed=found.cells[:LISTED],
        districts=tuple((code, names.get(code, code), code == district) for code in codes),
        district=district,
        rounds=tuple((_name(one.person), one) for one in rounds(actor, last)),
        whose=_name(whose) if whose else "",
        steps=trail(actor, last, whose) if whose else (),
        shapes=shapes,
        high=high,
        earlier=_address(last - timedelta(days=7), district),
        later=_address(last + timedelta(days=7), district) if last < clock.today() else "",
    )
    return show(request, "inspecting/patrols.html", page)


def _day(request: HttpRequest) -> date:
    """The last day of the week: today unless said otherwise. Raises RequestUnusable."""
    text = request.GET.get("day", "")
    try:
        day = date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise RequestUnusable(problem=f"day={text[:20]}") from None
    if not 2000 <= day.year < 2100:
        raise RequestUnusable(problem=f"day={text[:20]}")
    return day


def _address(day: date, district: str) -> str:
    return f"{reverse('patrols')}?day={day.isoformat()}&district={district}"


def _name(person_id: str) -> str:
    try:
        return person(person_id).username
    except PersonUnknown:
        return person_id


def _drawing(found: Coverage) -> tuple[tuple[tuple[str, str, int], ...], int]:
    """The cells as SVG points in a box _WIDE wide, each with its days visited; and the height of the box."""
    days = {one.cell: len(one.days) for one in found.cells}
    areas = [one for one in grid_areas("cell", on=found.last) if one.code in days]
    outlines = [(one.code, _outline(one.geometry)) for one in areas]
    every = [point for _, outline in outlines for point in outline]
    if not every:
        return (), 0
    west, north = min(point[0] for point in every), max(point[1] for point in every)
    east, south = max(point[0] for point in every), min(point[1] for point in every)
    scale = _WIDE / max(east - west, (north - south) * 0.7, 1e-6)
    tall = scale * 1.13  # degrees of latitude are longer than those of longitude at 28° north

    def points(outline: Sequence[Sequence[float]]) -> str:
        return " ".join(f"{(x - west) * scale:.1f},{(north - y) * tall:.1f}" for x, y in outline)

    shapes = tuple((code, points(outline), days[code]) for code, outline in outlines)
    return shapes, round((north - south) * tall) + 1


def _outline(geometry: dict[str, object]) -> list[list[float]]:
    part = geometry["coordinates"][0]  # type: ignore[index]
    return part[0] if geometry["type"] == "MultiPolygon" else part  # type: ignore[no-any-return]
