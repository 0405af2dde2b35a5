"""Open cases on the map, coloured by state and by how late they are: the same filters as the list, a drawing by the server for
browsers without WebGL, and a table below."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from cityhall.cases.queries import CaseType, Spots, Wanted, inbox, spots, types
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.web.cases.drawing import DrawnMap, drawn_map
from cityhall.web.cases.lines import CaseLine, lines_of
from cityhall.web.cases.working import Option, worker
from cityhall.web.rendering import show
from cityhall.web.words import pick

LISTED = 60
COLOURED = 5
LATE = 2
State = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StateLine:
    """A state on the map: what it is called, its colour (0 to 5; 5 is all others), how many cases, how many late, how many due
    within a day."""

    title: str
    colour: int
    many: int
    late: int
    soon: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesMap:
    """The map's page: the filters, the legend, the drawing, and the most pressing cases as a table."""

    kinds: tuple[Option, ...]
    states: tuple[Option, ...]
    wanted: Wanted
    total: int
    late: int
    soon: int
    at: datetime
    legend: tuple[StateLine, ...]
    drawn: DrawnMap | None
    box: str
    lines: tuple[CaseLine, ...]
    data: str


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """Where the open cases are."""
    actor, wanted = worker(request), wanted_of(request)
    found = spots(actor, wanted)
    known = types()
    drawn = drawn_map(found)
    page = CasesMap(
        kinds=tuple((one.name, one.title, one.name == wanted.type) for one in known),
        states=_states(known, wanted),
        wanted=wanted,
        total=len(found),
        late=found.lateness.count(LATE),
        soon=found.lateness.count(1),
        at=clock.now(),
        legend=legend(found, known),
        drawn=drawn,
        box=",".join(f"{one:.5f}" for one in drawn.box) if drawn else "",
        lines=lines_of(inbox(actor, wanted, limit=LISTED).lines),
        data=request.GET.urlencode(),
    )
    return show(request, "cases/map.html", page)


@require_safe
@gzip_page
def map_places(request: HttpRequest) -> HttpResponse:
    """The places as columns of JSON: degrees times 100,000, the colour and lateness of each, and the words of the
    states. The same places again are answered with 304."""
    found = spots(worker(request), wanted_of(request))
    known = types()
    titles, colours = _titles(known), _colours(found)
    used = list(dict.fromkeys(found.states))
    place = {state: number for number, state in enumerate(used)}
    body = orjson.dumps(
        {
            "states": [pick(titles.get(one)) or one[1] for one in used],
            "colours": [colours[one] for one in used],
            "lon": [round(one * 1e5) for one in found.lons],
            "lat": [round(one * 1e5) for one in found.lats],
            "state": [place[one] for one in found.states],
            "lateness": found.lateness,
            "due": found.dues,
            "number": found.numbers,
        }
    )
    mark = f'"{sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    return HttpResponse(
        body, content_type="application/json", headers={"ETag": mark, "Cache-Control": "private, no-cache"}
    )


def wanted_of(request: HttpRequest) -> Wanted:
    """The filters of an address."""

    def asked(name: str) -> str:
        return request.GET.get(name, "").replace("\0", "")[:80]

    return Wanted(type=asked("type"), state=asked("state"), late=request.GET.get("late") == "1")


def legend(found: Spots, known: tuple[CaseType, ...]) -> tuple[StateLine, ...]:
    """The states that there are, the most frequent first, those that share the last colour as they come."""
    titles, colours = _titles(known), _colours(found)
    many = Counter(found.states)
    late = Counter(state for state, level in zip(found.states, found.lateness, strict=True) if level == LATE)
    soon = Counter(state for state, level in zip(found.states, found.lateness, strict=True) if level == 1)
    return tuple(
        StateLine(pick(titles.get(state)) or state[1], colours[state], number, late[state], soon[state])
        for state, number in many.most_common()
    )


def _colours(found: Spots) -> dict[State, int]:
    """A colour for each of the most frequent states; one for all others."""
    return {
        state: min(number, COLOURED) for number, (state, _) in enumerate(Counter(found.states).most_common())
    }


def _titles(known: tuple[CaseType, ...]) -> dict[State, Text]:
    return {(made.name, state.id): state.title for made in known for state in made.states}


def _states(known: tuple[CaseType, ...], wanted: Wanted) -> tuple[Option, ...]:
    """The open states of the chosen type."""
    made = next((one for one in known if one.name == wanted.type), None)
    return (
        tuple((one.id, one.title, one.id == wanted.state) for one in made.states if not one.end)
        if made
        else ()
    )
