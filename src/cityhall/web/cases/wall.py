"""The wall screen: five figures of today, the map, and in turn the longest late, the ranking, the newest; it needs no script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.cases.queries import (
    CaseType,
    Figure,
    Ranking,
    Wanted,
    backlog,
    evaluate,
    inbox,
    measure,
    schemes,
    spots,
    types,
    waiting,
)
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.web.cases.drawing import DrawnMap, drawn_map
from cityhall.web.cases.lines import CaseLine, lines_of
from cityhall.web.cases.working import worker
from cityhall.web.errors import AddressUnknown
from cityhall.web.rendering import show
from cityhall.web.words import say

LINES = 6
REFRESH = 60  # seconds; then the page is made anew
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LateLine:
    """A late case and for how long, in words."""

    line: CaseLine
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Everything on the screen."""

    made: CaseType
    at: datetime
    figures: tuple[tuple[str, float | None, str, str], ...]
    drawn: DrawnMap | None
    late: tuple[LateLine, ...]
    rankings: tuple[Ranking, ...]


@require_safe
def wall_page(request: HttpRequest) -> HttpResponse:
    """The screen of one type (`type=`; the one with the most open cases, unless said otherwise)."""
    actor = worker(request)
    made = _chosen(request.GET.get("type", ""))
    page = Wall(
        made=made,
        at=clock.now(),
        figures=_figures(actor, made),
        drawn=drawn_map(spots(actor, Wanted(type=made.name)), cells=48),
        late=_late(actor, made),
        rankings=_rankings(actor, made),
    )
    answer = show(request, "cases/wall.html", page)
    answer.headers["Refresh"] = str(REFRESH)
    return answer


def _chosen(name: str) -> CaseType:
    known = types()
    if not known:
        raise AddressUnknown()
    named = next((one for one in known if one.name == name), None)
    return named or max(known, key=_open)


def _open(made: CaseType) -> int:
    return sum(one.open for one in backlog(made.name))


def _figures(actor: Actor, made: CaseType) -> tuple[tuple[str, float | None, str, str], ...]:
    """(what, how much, how it is shown, tone)."""
    today = clock.today()
    now: Figure | None = next(iter(measure(made.name, today, today)), None)
    month: Figure | None = next(iter(measure(made.name, today.replace(day=1), today)), None)
    still, late = waiting(actor, Wanted(type=made.name))
    share = "on_time" if any(one.id == "on_time" for one in made.measures) else ""
    return (
        (say("wall.opened"), now.counts["opened"] if now else 0, "count", ""),
        (say("wall.closed"), now.counts["closed"] if now else 0, "count", ""),
        (say("wall.open"), still, "count", ""),
        (say("wall.late"), late, "count", "late" if late else ""),
        (say("wall.on_time"), month.measures.get(share) if month else None, "percent", ""),
    )


def _late(actor: Actor, made: CaseType) -> tuple[LateLine, ...]:
    """The longest late."""
    found = inbox(actor, Wanted(type=made.name, late=True), limit=LINES)
    return tuple(LateLine(one, _since(one.due)) for one in lines_of(found.lines))


def _since(due: datetime | None) -> str:
    if due is None:
        return ""
    passed = clock.now() - due
    if passed >= DAY:
        return say("wall.since", days=passed // DAY)
    return say("wall.hours", hours=max(passed // timedelta(hours=1), 1))


def _rankings(actor: Actor, made: CaseType) -> tuple[Ranking, ...]:
    """This month's, of districts and units; never of people."""
    today = clock.today()
    first = today.replace(day=1)
    shown = [one for one in schemes(actor, made.name, today) if one.open]
    return tuple(evaluate(actor, made.name, one.of, first, today) for one in shown)
