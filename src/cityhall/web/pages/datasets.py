"""The catalogue: one search box, facets with counts, and what was found with why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.identity.queries import scopes
from cityhall.kernel.actor import Actor
from cityhall.opening.queries import FACETS, Facet, Found, Search, Sort, Suggestion, search, suggestions
from cityhall.web.pages.facets import Chip, FacetShown, chips_of, facets_of, names_of
from cityhall.web.pages.lines import FoundLine, Paging, found_lines
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say

LONGEST_SEARCH = 200
PAGE = 20
SORTS: tuple[Sort, ...] = ("best", "newest", "used", "quality")
Parameters = dict[str, str]
Link = tuple[str, str, bool]
"""Words, address, and whether it is where we are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """What was asked, what was found, and every way on from here as a plain link. `hidden` are the parameters that the
    search form keeps."""

    words: str
    hidden: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    facets: tuple[FacetShown, ...]
    states: tuple[Link, ...]
    sorts: tuple[Link, ...]
    total: int
    exact: int
    lines: tuple[FoundLine, ...]
    paging: Paging
    suggestions: tuple[tuple[Suggestion, str], ...]


@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """What matches: the best first, or without words the newest."""
    actor, asked = actor_for(request), parameters_of(request.GET)
    wanted, number = search_of(asked), page_number(request.GET.get("page", ""))
    found = search(actor, wanted, (number - 1) * PAGE, PAGE)
    names = names_of(found.facets)
    page = ListPage(
        words=wanted.text,
        hidden=tuple((name, value) for name, value in asked.items() if name != "q"),
        chips=chips_of(wanted.chosen, found, names, asked),
        facets=facets_of(found, names, asked),
        states=_states(asked, actor),
        sorts=_sorts(asked, wanted),
        total=found.total,
        exact=found.exact,
        lines=found_lines(found.hits),
        paging=_paging(asked, number, found),
        suggestions=_suggested(actor, wanted, found, asked),
    )
    return show(request, "pages/datasets.html", page)


def parameters_of(given: Mapping[str, str]) -> Parameters:
    """The parameters of an address that make the search; the others, and empty ones, are left out."""
    names = ("q", *FACETS, "state", "sort")
    cleaned = ((name, given.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]) for name in names)
    return {name: value for name, value in cleaned if value}


def search_of(asked: Parameters) -> Search:
    """The search that parameters stand for; an order that does not exist is the best match."""
    sort = next((one for one in SORTS if one == asked.get("sort")), SORTS[0])
    chosen: dict[Facet, str] = {facet: asked[facet] for facet in FACETS if facet in asked}
    return Search(text=asked.get("q", ""), chosen=chosen, state=asked.get("state", ""), sort=sort)


def address_with(asked: Parameters, **changes: str) -> str:
    """The address of the same list with some parameters changed; an empty value takes one away."""
    return "?" + urlencode({name: value for name, value in {**asked, **changes}.items() if value})


def page_number(text: str) -> int:
    """The number of a page, counted from 1; what is none is the first."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _states(asked: Parameters, actor: Actor) -> tuple[Link, ...]:
    """The other states of entries; only for those who prepare them, for visitors find what is published."""
    if not scopes(actor, "opening.see_drafts"):
        return ()
    chosen = asked.get("state", "published")
    states = ("published", "draft", "withdrawn")
    return tuple((say(f"state.{one}"), address_with(asked, state=one), one == chosen) for one in states)


def _sorts(asked: Parameters, wanted: Search) -> tuple[Link, ...]:
    offered = SORTS if wanted.text else SORTS[1:]
    chosen = wanted.sort if wanted.sort in offered else "newest"
    return tuple(
        (say(f"finding.sort_{one}"), address_with(asked, sort=one), one == chosen) for one in offered
    )


def _paging(asked: Parameters, number: int, found: Found) -> Paging:
    last = max(1, -(-found.total // PAGE))
    return Paging(
        previous=address_with(asked, page=str(number - 1) if number > 2 else "") if number > 1 else "",
        next=address_with(asked, page=str(number + 1)) if found.after is not None else "",
        words=say("finding.page", n=number, of=f"{last:,}") if last > 1 else "",
    )


def _suggested(
    actor: Actor, wanted: Search, found: Found, asked: Parameters
) -> tuple[tuple[Suggestion, str], ...]:
    if found.exact or not wanted.text or any(found.without.values()):
        return ()
    kept = {name: value for name, value in asked.items() if name == "state"}
    return tuple((one, address_with(kept, q=one.text)) for one in suggestions(actor, wanted))
