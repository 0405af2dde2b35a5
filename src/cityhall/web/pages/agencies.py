"""Agencies: the list with what each publishes, and each one's page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Function, System, functions, systems
from cityhall.cleaning.queries import AgencyQuality, agency_quality
from cityhall.identity.queries import AgencyInfo, agencies, agency
from cityhall.kernel.text import Text
from cityhall.opening.queries import Part, Search, search, statistics
from cityhall.web.pages.facets import FacetShown
from cityhall.web.pages.lines import FoundLine, found_lines
from cityhall.web.pages.shares import LISTED, divided
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency with its figures; None before it publishes."""

    id: str
    name: Text
    level: str
    part: Part | None


@dataclass(frozen=True, slots=True)
class AgenciesPage:
    """All agencies; `largest` is the most datasets that one has."""

    rows: tuple[AgencyRow, ...]
    publishing: int
    largest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPage:
    """One agency: its figures, how it looks after its data, its datasets, and its responsibilities as pairs of a
    function and the systems that serve it (the last pair may have none: systems without a function)."""

    agency: AgencyInfo
    part: Part | None
    quality: AgencyQuality
    lines: tuple[FoundLine, ...]
    total: int
    around: tuple[FacetShown, ...]
    duties: tuple[tuple[Function | None, tuple[System, ...]], ...]


@require_safe
def agencies_page(request: HttpRequest) -> HttpResponse:
    """Every agency, those with the most datasets first."""
    known = {part.code: part for part in statistics().by["agency"]}
    rows = [AgencyRow(one.id, one.name, one.level, known.get(one.id)) for one in agencies()]
    rows.sort(key=lambda row: (-(row.part.datasets if row.part else 0), row.name.zh))
    largest = max((part.datasets for part in known.values()), default=0)
    return show(request, "pages/agencies.html", AgenciesPage(tuple(rows), len(known), largest))


@require_safe
def agency_page(request: HttpRequest, agency_id: str) -> HttpResponse:
    """One agency."""
    found = agency(agency_id)
    listed = search(actor_for(request), Search(chosen={"agency": found.id}, sort="newest"), limit=LISTED)
    page = AgencyPage(
        agency=found,
        part=next((part for part in statistics().by["agency"] if part.code == found.id), None),
        quality=agency_quality(found.id),
        lines=found_lines(listed.hits),
        total=listed.total,
        around=divided(listed, "agency", found.id, ("agency", "region")),
        duties=_duties(found.id),
    )
    return show(request, "pages/agency.html", page)


def _duties(agency_id: str) -> tuple[tuple[Function | None, tuple[System, ...]], ...]:
    own = systems(agency_id)
    duties: list[tuple[Function | None, tuple[System, ...]]] = [
        (duty, tuple(one for one in own if one.function_id == duty.id)) for duty in functions(agency_id)
    ]
    loose = tuple(one for one in own if not one.function_id)
    return (*duties, (None, loose)) if loose else tuple(duties)
