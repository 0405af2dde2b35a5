"""Open cases on the map: the same filters as the list, and a table beside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from cityhall.cases.queries import Wanted, points, types
from cityhall.kernel.text import Text
from cityhall.web.cases.working import Option, worker
from cityhall.web.rendering import show
from cityhall.web.words import pick, say

LISTED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesMap:
    """The map's page: how many, how many late, per state, and the first places as a list."""

    kinds: tuple[Option, ...]
    type: str
    late_only: bool
    total: int
    late: int
    states: tuple[tuple[str, int], ...]
    listed: tuple[tuple[str, str, str, float, float], ...]
    data: str


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """Where the open cases are."""
    wanted = _wanted(request)
    found = points(worker(request), wanted)
    titles = _titles()
    counted = Counter(pick(titles.get((one[3], one[4]), Text(one[4], one[4]))) for one in found)
    page = CasesMap(
        kinds=tuple((one.name, one.title, one.name == wanted.type) for one in types()),
        type=wanted.type,
        late_only=wanted.late,
        total=len(found),
        late=sum(one[5] for one in found),
        states=tuple(counted.most_common()),
        listed=tuple(
            (
                one[0],
                pick(titles.get((one[3], one[4]), Text(one[4], one[4]))),
                _lateness(one[5]),
                one[1],
                one[2],
            )
            for one in found[:LISTED]
        ),
        data=request.GET.urlencode(),
    )
    return show(request, "cases/map.html", page)


@require_safe
@gzip_page
def map_places(request: HttpRequest) -> HttpResponse:
    """The places as compact JSON, in the form of a dataset's map: [longitude, latitude, number, state, lateness]."""
    titles = _titles()
    found = points(worker(request), _wanted(request))
    body = {
        "version": 0,
        "labels": [say("case.number"), say("case.state"), say("case.lateness")],
        "points": [
            (
                one[1],
                one[2],
                one[0],
                pick(titles.get((one[3], one[4]), Text(one[4], one[4]))),
                _lateness(one[5]),
            )
            for one in found
        ],
        "shapes": [],
        "total": len(found),
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json")


def _wanted(request: HttpRequest) -> Wanted:
    return Wanted(type=request.GET.get("type", "")[:40], late=request.GET.get("late") == "1")


def _titles() -> dict[tuple[str, str], Text]:
    return {(made.name, state.id): state.title for made in types() for state in made.states}


def _lateness(late: bool) -> str:
    return say("case.late") if late else say("case.in_time")
