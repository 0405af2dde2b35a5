"""The inspectors' page: report, check in, and what waits nearby. Without scripts it is a plain form; with them the phone keeps
what cannot be sent yet (`frontend/src/inspecting.js`)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe

from cityhall.cases.queries import Stop, blank, sees_patrols, trail
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.web.cases.placing import cells_in, position
from cityhall.web.cases.questions import BLANK, Question
from cityhall.web.cases.reporting import HERE
from cityhall.web.errors import AddressUnknown
from cityhall.web.inspecting.duties import asked, demand_inspector, duties
from cityhall.web.inspecting.sending import perform
from cityhall.web.inspecting.tasks import Point, Task, tasks_near
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, say

_WORKER: Final = Path(__file__).parents[1] / "static" / "built" / "inspecting-worker.js"
_AROUND: Final = 0.004  # degrees around a place for which cells are drawn: some 400 m
_CELLS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectingPage:
    """The forms (type, title, questions), the key of this page's report, what waits, own check-ins of today."""

    forms: tuple[tuple[str, str, tuple[Question, ...]], ...]
    key: str
    person: str
    seal: str
    here: str
    tasks: tuple[Task, ...]
    today: tuple[Stop, ...]
    centre: bool
    problem: str = ""


@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def inspecting_page(request: HttpRequest) -> HttpResponse:
    """Look, and do without scripts."""
    actor = actor_for(request)
    demand_inspector(actor)
    problem, status = "", 200
    if request.method == "POST":
        try:
            done = perform(request)
        except CityhallError as error:
            problem, status = error.say(language()), error.status
        else:
            messages.success(request, _told(done))
            return HttpResponseRedirect(reverse("inspecting"))
    answer = show(request, "inspecting/page.html", _page(request, problem), status=status)
    answer.headers["Permissions-Policy"] = HERE
    answer.headers["Cache-Control"] = "no-store"  # the phone keeps it by the service worker alone
    return answer


def _told(done: dict[str, object]) -> str:
    if "number" in done:
        return say("inspect.done", number=done["number"])
    return say("inspect.checked_in" if done["taken"] else "inspect.not_kept")


def _page(request: HttpRequest, problem: str) -> InspectingPage:
    actor = actor_for(request)
    known = duties()
    typed = request.POST if request.method == "POST" else BLANK
    here = _here(request)
    return InspectingPage(
        forms=tuple(
            (
                one.made.name,
                one.made.title.in_language(language()),
                asked(one, one.opening, blank(actor, one.made), typed),
            )
            for one in known
            if one.opening
        ),
        key=str(uuid4()),
        person=actor.id,
        seal=_seal_of(actor),
        here=f"{here[0]:.5f}, {here[1]:.5f}" if here else "",
        tasks=tasks_near(actor, known, here),
        today=trail(actor, clock.today()),
        centre=sees_patrols(actor),
        problem=problem,
    )


def _here(request: HttpRequest) -> Point | None:
    return position(request.GET["at"]) if request.GET.get("at") else None


@require_safe
def seal(request: HttpRequest) -> JsonResponse:
    """With what the phone seals what waits on it when its inspector signs out: `{person, key}`. Nobody else is given it."""
    actor = actor_for(request)
    demand_inspector(actor)
    return JsonResponse({"person": actor.id, "key": _seal_of(actor)}, headers={"Cache-Control": "no-store"})


def _seal_of(actor: Actor) -> str:
    """256 bits in base64, the same for a person at every time."""
    told = salted_hmac("cityhall.inspecting.seal", actor.id, algorithm="sha256").digest()
    return b64encode(told).decode()


@require_safe
def cells(request: HttpRequest) -> HttpResponse:
    """The unit cells around a place, for the map on which it is put right: `{cells: [[code, [[[lon, lat]…]…]]]}`."""
    demand_inspector(actor_for(request))
    lon, lat = position(request.GET.get("at", ""))
    box = (lon - _AROUND, lat - _AROUND, lon + _AROUND, lat + _AROUND)
    return HttpResponse(orjson.dumps({"cells": cells_in(box, _CELLS)}), content_type="application/json")


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, served from where its pages are: a worker only reaches what lies below its own address."""
    if not _WORKER.is_file():
        raise AddressUnknown()
    answer = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
