"""Requests: ask to open, report an error, see the answer; the agency's answer; the public figures of answering."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import agency_names, can
from cityhall.kernel.text import Text
from cityhall.opening.actions import (
    accept_correction,
    answer,
    file_correction,
    file_opening,
    withdraw_request,
)
from cityhall.opening.queries import (
    Answering,
    RequestSeen,
    answering,
    answering_of_agencies,
    dataset_for,
)
from cityhall.opening.queries import request as find_request
from cityhall.web.people.entry import done, field, known_dataset, signed_in
from cityhall.web.rendering import show
from cityhall.web.words import pick, say

Option = tuple[str, str, bool]
ROW = "row:"


@dataclass(frozen=True, slots=True)
class AskPage:
    """The form: the items one may ask about as (name, words, chosen), the items of the key, what was filled in."""

    dataset: Dataset
    items: tuple[Option, ...]
    keys: tuple[tuple[str, str, str], ...]


@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_open(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Please open this: which item, why, for what."""
    actor = signed_in(request)
    found, decision = dataset_for(actor, dataset_id, "page")
    if request.method == "POST":
        key = file_opening(
            actor, found.id, field(request, "item"), field(request, "reason"), field(request, "purpose")
        )
        return done(request, say("ask.sent"), "request", key)
    wanted = request.GET.get("item", "")
    items = _items(found, frozenset(decision.reasons), wanted)
    return show(request, "people/open.html", AskPage(found, items, ()))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """This is wrong: which item, which row, what it should be, how one knows."""
    actor = signed_in(request)
    found, decision = dataset_for(actor, dataset_id, "page")
    clear = frozenset(decision.clear)
    keys = [item for item in found.items if item.name in found.key and item.name in clear]
    if request.method == "POST":
        row = {item.name: field(request, ROW + item.name) for item in keys}
        key = file_correction(
            actor,
            found.id,
            field(request, "item"),
            {name: value for name, value in row.items() if value.strip()},
            field(request, "right"),
            field(request, "evidence"),
        )
        return done(request, say("ask.sent"), "request", key)
    page = AskPage(
        found,
        _items(found, clear, request.GET.get("item", "")),
        tuple(
            (item.name, pick(item.title) or item.name, request.GET.get(item.name, "")[:200]) for item in keys
        ),
    )
    return show(request, "people/correct.html", page)


def _items(found: Dataset, names: frozenset[str], chosen: str) -> tuple[Option, ...]:
    return tuple(
        (item.name, pick(item.title) or item.name, item.name == chosen)
        for item in found.items
        if item.name in names
    )


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with its dataset; `may_answer` for the agency's steward while it is open."""

    request: RequestSeen
    title: Text
    agency: Text
    item: str
    may_answer: bool
    may_see_run: bool


@require_safe
def request_page(request: HttpRequest, request_id: str) -> HttpResponse:
    """Where my request stands; for the steward, the form to answer it."""
    actor = signed_in(request)
    seen = find_request(actor, request_id)
    found = known_dataset(actor, seen.dataset_id)
    item = next((one for one in found.items if one.name == seen.item), None)
    page = RequestPage(
        seen,
        found.title,
        agency_names().get(seen.agency_id, Text(en="", zh="")),
        (pick(item.title) or item.name) if item else seen.item,
        seen.state == "filed" and can(actor, "opening.moderate", seen.agency_id),
        can(actor, "collection.run", seen.agency_id),
    )
    return show(request, "people/request.html", page)


@require_POST
def request_answer(request: HttpRequest, request_id: str) -> HttpResponse:
    """The agency's answer."""
    actor = signed_in(request)
    seen = find_request(actor, request_id)
    granted, words = field(request, "decision") == "granted", field(request, "answer")
    if seen.kind == "correction" and granted:
        accept_correction(actor, seen.id, words)
    else:
        answer(actor, seen.id, granted, words, legal_basis=field(request, "legal_basis"))
    return done(request, say("ask.answered"), "request", seen.id)


@require_POST
def request_withdraw(request: HttpRequest, request_id: str) -> HttpResponse:
    """Take one's own request back."""
    withdraw_request(signed_in(request), request_id)
    return done(request, say("ask.withdrawn"), "request", request_id)


@dataclass(frozen=True, slots=True)
class AnsweringPage:
    """The city's figures and each agency's, the slowest first."""

    city: Answering
    agencies: tuple[tuple[str, Text, Answering], ...]


@require_safe
def answering_page(request: HttpRequest) -> HttpResponse:
    """How requests are answered: public, and about nobody."""
    names = agency_names()
    rows = [(key, names.get(key, Text(key, key)), told) for key, told in answering_of_agencies().items()]
    rows.sort(key=lambda row: (-row[2].late, -(row[2].days or 0), row[1].zh))
    return show(request, "people/answering.html", AnsweringPage(answering(), tuple(rows)))
