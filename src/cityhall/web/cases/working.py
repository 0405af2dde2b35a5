"""The worker's pages: the inbox, one case with its clocks and the acts that are open now, the same act on many."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cityhall.cases.actions import act, attach
from cityhall.cases.errors import CaseUnknown
from cityhall.cases.queries import (
    ENOUGH,
    Act,
    Candidate,
    CaseInfo,
    CaseType,
    Wanted,
    case,
    case_type,
    inbox,
    near,
    types,
)
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.web.cases.acts import ActForm, acts_on_many, forms_of
from cityhall.web.cases.lines import CaseLine, lines_of
from cityhall.web.cases.questions import agency_title, answered
from cityhall.web.cases.tracking import Fact, Step, facts_of, steps_of
from cityhall.web.people.entry import done, field
from cityhall.web.rendering import WORK, show
from cityhall.web.visitor import who_may
from cityhall.web.words import say

PAGE = 50
Option = tuple[str, Text, bool]


def worker(request: HttpRequest) -> Actor:
    """Somebody who works on cases. Errors: `PageForbidden`, which leads others to the sign-in."""
    return who_may(request, WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The list and its filters; `batch` are acts for many cases at once, of the type and state chosen."""

    lines: tuple[CaseLine, ...]
    kinds: tuple[Option, ...]
    states: tuple[Option, ...]
    wanted: Wanted
    batch: tuple[Act, ...]
    more: str
    here: str


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, the soonest due first."""
    actor = worker(request)
    wanted = _wanted(request)
    found = inbox(actor, wanted, after=request.GET.get("after", "")[:80], limit=PAGE)
    made = next((one for one in types() if one.name == wanted.type), None)
    asked = {name: value for name, value in request.GET.items() if name != "after"}
    page = InboxPage(
        lines=lines_of(found.lines),
        kinds=tuple((one.name, one.title, one.name == wanted.type) for one in types()),
        states=tuple((one.id, one.title, one.id == wanted.state) for one in made.states if not one.end)
        if made
        else (),
        wanted=wanted,
        batch=acts_on_many(made, wanted.state) if made else (),
        more=f"?{urlencode({**asked, 'after': found.after})}" if found.after else "",
        here=f"{request.path}?{urlencode(asked)}",
    )
    return show(request, "cases/inbox.html", page)


def _wanted(request: HttpRequest) -> Wanted:
    def asked(name: str) -> str:
        return request.GET.get(name, "").replace("\0", "")[:80]

    def on(name: str) -> bool:
        return request.GET.get(name) == "1"

    return Wanted(
        type=asked("type"),
        state=asked("state"),
        agency=asked("agency"),
        area=asked("area"),
        kind=asked("kind"),
        text=asked("text"),
        mine=on("mine"),
        late=on("late"),
        supervised=on("supervised"),
        open=not on("ended"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """A case as those who work on it see it."""

    case: CaseInfo
    agency: Text | None
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    forms: tuple[ActForm, ...]
    may_amend: bool
    tasks: tuple[tuple[str, Text, Text | None], ...]
    alike: tuple[Candidate, ...]


@require_safe
def work_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case: facts on the left, clocks and acts on the right, the timeline below."""
    actor = worker(request)
    found = inside(actor, number)
    made = case_type(found.type, found.version)
    page = WorkPage(
        case=found,
        agency=agency_title(found.agency),
        facts=facts_of(made, found),
        steps=steps_of(made, found),
        forms=forms_of(made, found),
        may_amend="amend" in {one.id for one in found.extras},
        tasks=_tasks(made, found),
        alike=() if found.ended else near(made.name, found.fields, but=number),
    )
    return show(request, "cases/work.html", page)


def inside(actor: Actor, number: str) -> CaseInfo:
    """The case as an official sees it. Errors: `CaseUnknown`."""
    found = case(actor, number)
    if not found.inside:
        raise CaseUnknown(case=number)
    return found


def _tasks(made: CaseType, found: CaseInfo) -> tuple[tuple[str, Text, Text | None], ...]:
    """The open tasks as (id, title, whose); only those that are open to somebody stand in the case."""
    titles = {task.id: task.title for state in made.states for task in state.tasks}
    return tuple(
        (name, titles.get(name, Text(name, name)), agency_title(whose)) for name, whose in found.tasks
    )


@require_POST
def work_act(request: HttpRequest, number: str, act_name: str) -> HttpResponse:
    """Do an act; `next` leads on to the next case of the inbox."""
    actor = worker(request)
    found = inside(actor, number)
    if act_name == "attach":
        for sent in request.FILES.getlist("file"):
            attach(actor, number, sent.name or "", sent.read(ENOUGH), public="public" in request.POST)
        return done(request, say("case.done"), "case", number)
    made = case_type(found.type, found.version)
    declared = made.act(act_name)
    names = (*(declared.needs if declared else ()), *(declared.takes if declared else ()))
    data = answered(made, (*names, "note", "public_note", "task"), request)
    act(actor, number, act_name, data, seen=seen_of(request))
    if "next" in request.POST:
        return next_case(request)
    return done(request, say("case.done"), "case", number)


def seen_of(request: HttpRequest) -> int | None:
    """What the page showed when the act was chosen: an act from a stale page is refused."""
    text = field(request, "seen")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def next_case(request: HttpRequest) -> HttpResponse:
    """On to the case that is due soonest; the list, when nothing waits."""
    found = inbox(worker(request), Wanted(), limit=2).lines
    here = request.path.strip("/").split("/")
    line = next((one for one in found if one.number not in here), None)
    return HttpResponseRedirect(reverse("case", args=[line.number]) if line else reverse("cases"))
