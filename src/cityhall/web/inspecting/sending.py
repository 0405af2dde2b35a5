"""What an inspector sends, from the form or from the phone's queue: a report, an act, check-ins. Each carries a key of its own,
so that it is done once however often it arrives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cityhall.cases.actions import Kept, Mark, act, add_file, check_in, keep_file, once, open_case
from cityhall.cases.errors import ActUnknown, TypeUnknown
from cityhall.cases.queries import ENOUGH, Act, CaseType, case, case_type, done_before
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.web.cases.placing import position
from cityhall.web.cases.questions import answered
from cityhall.web.error_pages import json_error
from cityhall.web.errors import OfAnotherAccount, RequestUnusable, SessionEnded
from cityhall.web.inspecting.duties import Duty, demand_inspector, duties
from cityhall.web.people.entry import field
from cityhall.web.visitor import actor_for

_KEY: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
_MARKS: Final = 500
Answer = dict[str, Any]
Work = Callable[[], Answer]


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """The queue's door: answers JSON, `{number, state}` or `{error}`. That the session has ended (401) or is another
    person's (409) says nothing about what was sent."""
    try:
        if actor_for(request).kind != "person":
            raise SessionEnded()
        done = perform(request)
    except CityhallError as error:
        return json_error(error)
    return HttpResponse(orjson.dumps(done), content_type="application/json")


def perform(request: HttpRequest) -> Answer:
    """Do what was sent, once, and in nobody else's name. Raises what the engine refuses, RightMissing, RequestUnusable,
    OfAnotherAccount."""
    actor = actor_for(request)
    if field(request, "person") not in ("", actor.id):
        raise OfAnotherAccount()
    demand_inspector(actor)
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        raise RequestUnusable(problem="key")
    works = {"report": _report, "act": _act, "check_in": _check_in}
    work = works.get(request.POST.get("do", ""))
    if work is None:
        raise RequestUnusable(problem="do")
    return done_before(actor, key) or once(actor, key, work(request, actor))


def _report(request: HttpRequest, actor: Actor) -> Work:
    duty = _duty(field(request, "type"))
    opening = duty.opening
    if opening is None:
        raise TypeUnknown(type=duty.made.name)
    names = [*opening.needs, *opening.takes]
    data = answered(duty.made, names, request)
    files = _kept(request, duty.made, opening)

    def report() -> Answer:
        opened = open_case(actor, duty.made.name, data, act_name=opening.id, door="inspecting")
        for file in files:
            add_file(actor, opened.number, file)
        return {"number": opened.number, "state": opened.state}

    return report


def _act(request: HttpRequest, actor: Actor) -> Work:
    """An act with its pictures; refused when somebody else acted since the inspector looked."""
    number, name = field(request, "number"), field(request, "act")
    found = case(actor, number)
    made = case_type(found.type, found.version)
    declared = made.act(name)
    if declared is None:
        raise ActUnknown(act=name)
    data = answered(made, [*declared.needs, *declared.takes, "note"], request)
    seen = field(request, "seen")
    files = _kept(request, made, declared)
    looked_at = int(seen) + len(files) if seen.isdecimal() and len(seen) < 10 else None

    def do() -> Answer:
        for file in files:
            add_file(actor, number, file)
        act(actor, number, name, data, seen=looked_at)
        return {"number": number, "state": case(actor, number).state}

    return do


def _check_in(request: HttpRequest, actor: Actor) -> Work:
    """One place from the form, or many with their moments from the queue."""
    points, moments = request.POST.getlist("spot"), request.POST.getlist("at")
    if not 0 < len(points) <= _MARKS:
        raise RequestUnusable(problem="spot")
    marks = [
        Mark(_moment(moments[at]) if at < len(moments) else clock.now(), *position(point))
        for at, point in enumerate(points)
    ]
    return lambda: asdict(check_in(actor, marks))


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RequestUnusable(problem=f"at={text[:40]}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _kept(request: HttpRequest, made: CaseType, by: Act) -> tuple[Kept, ...]:
    """The files that an act brings, judged and kept before anything is held. One that is refused refuses all of it."""
    names = [name for name in (*by.needs, *by.takes) if name in made.fields]
    sent = [file for name in names for file in request.FILES.getlist(name)]
    return tuple(keep_file(file.name or "", file.read(ENOUGH)) for file in sent)


def _duty(type_name: str) -> Duty:
    found = next((one for one in duties() if one.made.name == type_name), None)
    if found is None:
        raise TypeUnknown(type=type_name)
    return found
