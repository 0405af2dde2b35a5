"""Requests: ask to open, report an error, apply for the use of restricted data; how all that is answered, and what was decided.
Each is a case: its page follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cityhall.cases.errors import CaseUnknown
from cityhall.cases.queries import public_case
from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import agency_names, scopes
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.opening.actions import Application, apply_for_data, file_correction, file_opening
from cityhall.opening.errors import EndPassed
from cityhall.opening.queries import Answering, answering, answering_by, dataset_for, on_request
from cityhall.web.errors import OldRequestUnknown
from cityhall.web.people.entry import done, field, signed_in
from cityhall.web.rendering import show
from cityhall.web.words import language, pick, say

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
        return done(request, say("ask.sent"), "tracked", key)
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
        return done(request, say("ask.sent"), "tracked", key)
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
class ApplyPage:
    """The form: items as (name, words, level, chosen), offices one may speak for, and what was wrong with a first try."""

    dataset: Dataset
    items: tuple[tuple[str, str, int, bool], ...]
    offices: tuple[Option, ...]
    sent: dict[str, str]
    problem: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def apply_for_use(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """I want to use this: which items and rows, for what, on which legal basis, how much, how long."""
    actor = signed_in(request)
    found, decision = dataset_for(actor, dataset_id, "page")
    chosen = request.POST.getlist("item") or request.GET.getlist("item")
    problem, status = "", 200
    if request.method == "POST":
        try:
            number = apply_for_data(actor, found.id, _application(request, chosen))
            return done(request, say("ask.sent"), "tracked", number)
        except CityhallError as error:
            problem, status = error.say(language()), error.status
    page = ApplyPage(
        found,
        tuple(
            (item.name, pick(item.title) or item.name, item.level, item.name in chosen)
            for item in on_request(found, decision)
        ),
        _offices(actor) if decision.viewpoint == "agency" else (),
        {name: field(request, name) for name in _ASKED},
        problem,
    )
    return show(request, "people/apply.html", page, status=status)


_ASKED = ("purpose", "until", "rows", "basis", "project", "quota", "agency")


def _application(request: HttpRequest, items: list[str]) -> Application:
    quota, until = field(request, "quota").strip(), field(request, "until").strip()
    try:
        last = date.fromisoformat(until)
    except ValueError:
        raise EndPassed() from None
    return Application(
        items=tuple(items),
        purpose=field(request, "purpose"),
        until=last,
        rows=field(request, "rows"),
        basis=field(request, "basis"),
        project=field(request, "project"),
        quota=int(quota) if quota.isdecimal() and len(quota) < 9 else 0,
        agency=field(request, "agency"),
    )


def _offices(actor: Actor) -> tuple[Option, ...]:
    names = agency_names()
    return tuple(
        (one, pick(names[one]), False) for one in sorted(scopes(actor, "opening.see_all")) if one in names
    )


@dataclass(frozen=True, slots=True)
class AnsweringPage:
    """The city's figures, each kind's, and each agency's, the slowest first."""

    city: Answering
    kinds: tuple[tuple[str, Answering], ...]
    agencies: tuple[tuple[str, Text, Answering], ...]


@require_safe
def answering_page(request: HttpRequest) -> HttpResponse:
    """How requests are answered: public, and about nobody."""
    names = agency_names()
    rows = [(key, names.get(key, Text(key, key)), told) for key, told in answering_by("agency_id").items()]
    rows.sort(key=lambda row: (-row[2].late, -(row[2].days or 0), row[1].zh))
    page = AnsweringPage(answering(), tuple(answering_by("kind").items()), tuple(rows))
    return show(request, "people/answering.html", page)


@require_safe
def request_before(_request: HttpRequest, number: str) -> HttpResponse:
    """The address of a request from before requests were cases: on to where the case is followed."""
    try:
        known = public_case(number[:40])
    except CaseUnknown:
        raise OldRequestUnknown() from None
    return HttpResponseRedirect(reverse("tracked", args=[known.number]))
