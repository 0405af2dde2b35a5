"""Shares of the catalogue: all fields, all regions, and the page of one field or region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import fields
from cityhall.identity.queries import agency_names
from cityhall.opening.queries import Axis, Facet, Found, Part, Search, search, statistics
from cityhall.places.queries import division_titles
from cityhall.web.errors import AddressUnknown
from cityhall.web.formatting import number
from cityhall.web.pages.area_maps import AreaPicture, picture_of
from cityhall.web.pages.facets import FacetShown, facets_of, names_of
from cityhall.web.pages.lines import FoundLine, found_lines
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick, say

LISTED = 10
AROUND: tuple[Facet, ...] = ("field", "agency", "region", "opening", "quality")


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One field or region with its name, its address, and its figures; without datasets the figures are None."""

    code: str
    name: str
    address: str
    part: Part | None


@dataclass(frozen=True, slots=True)
class SharesPage:
    """All fields, or all regions; regions with outlines as a map too."""

    axis: Axis
    rows: tuple[ShareRow, ...]
    largest: int
    map: AreaPicture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePage:
    """One field or region: its figures, its newest datasets, what they are divided into, and the whole list."""

    axis: Axis
    code: str
    name: str
    part: Part | None
    lines: tuple[FoundLine, ...]
    total: int
    around: tuple[FacetShown, ...]
    all: str


@require_safe
def fields_page(request: HttpRequest) -> HttpResponse:
    """Every field of data."""
    return _all(request, "field", {one.code: pick(one.title) for one in fields()})


@require_safe
def regions_page(request: HttpRequest) -> HttpResponse:
    """Every region that data is about."""
    codes = [part.code for part in statistics().by["region"]]
    known = names_on("region", codes)
    return _all(request, "region", {code: known.get(code, code) for code in sorted(codes)})


@require_safe
def field_page(request: HttpRequest, code: str) -> HttpResponse:
    """One field of data. Errors: `AddressUnknown`."""
    title = next((pick(one.title) for one in fields() if one.code == code), "")
    return _one(request, "field", code, title)


@require_safe
def region_page(request: HttpRequest, code: str) -> HttpResponse:
    """One region. Errors: `AddressUnknown`."""
    return _one(request, "region", code, names_on("region", [code]).get(code, ""))


def names_on(axis: Axis, codes: list[str]) -> Mapping[str, str]:
    """What fields, regions or agencies are called in the language of the page, by code."""
    if axis == "field":
        return {one.code: pick(one.title) for one in fields()}
    if axis == "region":
        return {code: pick(title) for code, title in division_titles(codes).items()}
    return {key: pick(name) for key, name in agency_names().items()}


def divided(found: Found, facet: Facet, value: str, leave: tuple[Facet, ...]) -> tuple[FacetShown, ...]:
    """The facets of what one value holds, their choices as links into the whole list; `leave` those left out."""
    asked: dict[str, str] = {facet: value}
    whole = reverse("datasets")
    return tuple(
        one.within(whole)
        for one in facets_of(found, names_of(found.facets), asked)
        if one.name in AROUND and one.name not in leave
    )


def _all(request: HttpRequest, axis: Axis, names: Mapping[str, str]) -> HttpResponse:
    known = {part.code: part for part in statistics().by[axis]}
    rows = [ShareRow(code, name, reverse(axis, args=[code]), known.get(code)) for code, name in names.items()]
    largest = max((part.datasets for part in known.values()), default=0)
    drawn = region_map(tuple(known.values())) if axis == "region" else None
    return show(request, "pages/shares.html", SharesPage(axis, tuple(rows), largest, drawn))


def region_map(parts: Sequence[Part]) -> AreaPicture | None:
    """The datasets of each region on a map; None while regions have no outlines."""
    return picture_of(
        {part.code: part.datasets for part in parts if part.datasets},
        number,
        lambda many: f"{number(many)} {say('figure.datasets', n=int(many))}",
        lambda code: reverse("region", args=[code]),
    )


def _one(request: HttpRequest, axis: Axis, code: str, name: str) -> HttpResponse:
    facet: Facet = "field" if axis == "field" else "region"
    part = next((one for one in statistics().by[axis] if one.code == code), None)
    if not name and part is None:
        raise AddressUnknown()
    found = search(actor_for(request), Search(chosen={facet: code}, sort="newest"), limit=LISTED)
    page = SharePage(
        axis=axis,
        code=code,
        name=name or code,
        part=part,
        lines=found_lines(found.hits),
        total=found.total,
        around=divided(found, facet, code, (facet,)),
        all=f"{reverse('datasets')}?{urlencode([(facet, code)])}",
    )
    return show(request, "pages/share.html", page)
