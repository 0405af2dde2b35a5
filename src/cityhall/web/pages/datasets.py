"""The catalogue: the list with its filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Filter, fields
from cityhall.identity.queries import agencies, scopes
from cityhall.opening.queries import visible_datasets
from cityhall.web.pages.lines import Line, Paging, keyset_paging, lines_of
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick, say

LONGEST_SEARCH = 200
Option = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list: what was asked (`words`), the choices as (name, label, options), what was found."""

    words: str
    choices: tuple[tuple[str, str, tuple[Option, ...]], ...]
    narrowed: bool
    total: int
    entries: tuple[Line, ...]
    paging: Paging


@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """The datasets that match, in the order of their codes."""
    actor = actor_for(request)
    wanted = filter_of(request)
    found = visible_datasets(actor, wanted, request.GET.get("after", ""))
    page = ListPage(
        words=wanted.text,
        choices=_choices(wanted, with_drafts=bool(scopes(actor, "opening.see_drafts"))),
        narrowed=wanted != Filter(),
        total=found.total,
        entries=lines_of(found.entries),
        paging=keyset_paging(request, found.next),
    )
    return show(request, "pages/datasets.html", page)


def filter_of(request: HttpRequest) -> Filter:
    """The filter of the address; what is not understood limits nothing."""
    level = request.GET.get("level", "")
    return Filter(
        text=request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        agency_id=request.GET.get("agency", "").replace("\0", "")[:40],
        field_code=request.GET.get("field", "").replace("\0", "")[:40],
        opening_class=request.GET.get("opening", "").replace("\0", "")[:20],
        level=int(level) if level in ("1", "2", "3", "4") else 0,
        state=request.GET.get("state", "").replace("\0", "")[:20],
    )


def _choices(wanted: Filter, *, with_drafts: bool) -> tuple[tuple[str, str, tuple[Option, ...]], ...]:
    states = ("published", "withdrawn", *(("draft",) if with_drafts else ()))
    classes = ("unconditional", "restricted", "forbidden")
    return (
        _choice("field", wanted.field_code, ((one.code, pick(one.title)) for one in fields())),
        _choice("agency", wanted.agency_id, ((one.id, pick(one.name)) for one in agencies())),
        _choice("opening", wanted.opening_class, ((one, say(f"opening.{one}")) for one in classes)),
        _choice("level", str(wanted.level), ((str(one), f"L{one}") for one in (1, 2, 3, 4))),
        _choice("state", wanted.state, ((one, say(f"state.{one}")) for one in states)),
    )


def _choice(
    name: str, chosen: str, options: Iterable[tuple[str, str]]
) -> tuple[str, str, tuple[Option, ...]]:
    every: Option = ("", say("datasets.any"), False)
    return name, say(f"datasets.{name}"), (every, *((code, words, code == chosen) for code, words in options))
