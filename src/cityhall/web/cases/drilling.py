"""The cases behind a figure, for those who work on them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.cases.queries import CaseType, Measure, Share, case_type, cases_behind
from cityhall.web.cases.asked import Asked, asked_of
from cityhall.web.cases.lines import CaseLine, lines_of
from cityhall.web.cases.working import worker
from cityhall.web.errors import AddressUnknown
from cityhall.web.rendering import show

LISTED = 200
SHARES: tuple[Share, ...] = ("missed", "counted", "of")


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesBehind:
    """The cases: `total` behind the figure (up to a thousand), `lines` the first of those that are the reader's business;
    `parts` are the other ways to look, as (name, address, chosen)."""

    made: CaseType
    measure: Measure
    asked: Asked
    part: str
    parts: tuple[tuple[str, str, bool], ...]
    lines: tuple[CaseLine, ...]
    seen: int
    total: int
    back: str


@require_safe
def figures_cases(request: HttpRequest, type_name: str) -> HttpResponse:
    """The cases that a measure missed, counted, or is a share of. Raises MeasureUnknown."""
    actor = worker(request)
    made = case_type(type_name)
    asked = asked_of(request, made)
    where = dict(asked.where) | ({"opener": request.GET["opener"][:80]} if "opener" in request.GET else {})
    measure = asked.measure
    if measure is None:
        raise AddressUnknown()
    part = _part(request, measure)
    found, total = cases_behind(actor, made.name, measure.id, part, asked.first, asked.last, where=where)
    page = CasesBehind(
        made=made,
        measure=measure,
        asked=asked,
        part=part,
        parts=tuple((name, asked.address(by=None, part=name), name == part) for name in _parts(measure)),
        lines=lines_of(found[:LISTED]),
        seen=len(found),
        total=total,
        back=asked.address(by=None),
    )
    return show(request, "cases/figures_cases.html", page)


def _parts(measure: Measure) -> tuple[Share, ...]:
    """A share has those it missed and the whole it is taken of; a count or a mean only what it counted."""
    return SHARES if measure.shown == "percent" else ("counted",)


def _part(request: HttpRequest, measure: Measure) -> Share:
    asked = request.GET.get("part", "")
    known = _parts(measure)
    return next((one for one in known if one == asked), known[0])
