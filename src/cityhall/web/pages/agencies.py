"""Agencies: the list with what each publishes, and each one's page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Filter
from cityhall.cleaning.queries import agency_quality
from cityhall.identity.queries import AgencyInfo, agencies, agency
from cityhall.kernel.text import Text
from cityhall.opening.queries import figures, visible_datasets
from cityhall.web.pages.lines import Line, lines_of
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRow:
    """One agency with its figures; `score` a share of 1, `days_to_fix` the mean time from finding to
    correction.
    """

    id: str
    name: Text
    level: str
    datasets: int
    score: float | None = None
    open_findings: int = 0
    days_to_fix: float | None = None


@dataclass(frozen=True, slots=True)
class AgenciesPage:
    """All agencies."""

    rows: tuple[AgencyRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPage:
    """One agency and its datasets."""

    agency: AgencyInfo
    total: int
    entries: tuple[Line, ...]
    score: float | None
    open_findings: int
    days_to_fix: float | None


@require_safe
def agencies_page(request: HttpRequest) -> HttpResponse:
    """Every agency, those with the most datasets first."""
    counted = figures().per_agency
    rows = [_row(one, counted.get(one.id, 0)) for one in agencies()]
    rows.sort(key=lambda row: (-row.datasets, row.name.zh))
    return show(request, "pages/agencies.html", AgenciesPage(tuple(rows)))


def _row(one: AgencyInfo, datasets: int) -> AgencyRow:
    told = agency_quality(one.id)
    return AgencyRow(
        id=one.id,
        name=one.name,
        level=one.level,
        datasets=datasets,
        score=None if told.score is None else told.score / 100,
        open_findings=told.open_findings,
        days_to_fix=told.days_to_fix,
    )


@require_safe
def agency_page(request: HttpRequest, agency_id: str) -> HttpResponse:
    """One agency."""
    found = agency(agency_id)
    told = agency_quality(found.id)
    listed = visible_datasets(actor_for(request), Filter(agency_id=found.id), limit=20)
    page = AgencyPage(
        agency=found,
        total=listed.total,
        entries=lines_of(listed.entries),
        score=None if told.score is None else told.score / 100,
        open_findings=told.open_findings,
        days_to_fix=told.days_to_fix,
    )
    return show(request, "pages/agency.html", page)
