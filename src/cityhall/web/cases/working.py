"""The worker's pages: the inbox, one case with its clocks and the acts that are open now, the same act on many."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
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
from cityhall.identity.queries import scopes
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.cases.acts import ActForm, Refused, acts_on_many, forms_of, refused, tried_again
from cityhall.web.cases.lines import CaseLine, lines_of
from cityhall.web.cases.questions import agency_title, answered, called, title_of
from cityhall.web.cases.tracking import Fact, Step, facts_of, steps_of
from cityhall.web.people.entry import done, field
from cityhall.web.rendering import WORK, show
from cityhall.web.visitor import who_may
from cityhall.web.words import pick, say

PAGE, MOST_PAGES = 50, 20
FILTERS = ("type", "state", "agency", "area", "kind", "text", "mine", "late", "supervised", "ended")
LIST = "cases-list"  # how the list was last narrowed: the next case is the next of that list
Option = tuple[str, Text, bool]


def worker(request: HttpRequest) -> Actor:
    """Somebody who works on cases. Errors: `PageForbidden`, which leads others to the sign-in."""
    return who_may(request, WORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The list and its filters; `batch` are acts for many cases at once, of the type and state chosen; `centre`: whether
    the reader sees where inspectors are."""

    lines: tuple[CaseLine, ...]
    kinds: tuple[Option, ...]
    states: tuple[Option, ...]
    wanted: Wanted
    batch: tuple[Act, ...]
    more: str
    here: str
    centre: bool


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, the soonest due first."""
    actor = worker(request)
    wanted = wanted_of(request.GET)
    found = inbox(actor, wanted, after=request.GET.get("after", "")[:80], limit=PAGE)
    made = next((one for one in types() if one.name == wanted.type), None)
    asked = {name: request.GET[name][:80] for name in FILTERS if request.GET.get(name)}
    if request.session.get(LIST, "") != urlencode(asked):
        request.session[LIST] = urlencode(asked)
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
        centre=bool(scopes(actor, "cases.see_patrols")),
    )
    return show(request, "cases/inbox.html", page)


def wanted_of(query: QueryDict) -> Wanted:
    """What an address of the list asks for."""

    def asked(name: str) -> str:
        return query.get(name, "").replace("\0", "")[:80]

    def on(name: str) -> bool:
        return query.get(name) == "1"

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
    """A case as those who work on it see it; after an act that was refused with the reason (`problem`), and with what was
    written for an act that is no longer open (`kept`)."""

    case: CaseInfo
    agency: Text | None
    holder: str
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    forms: tuple[ActForm, ...]
    may_amend: bool
    tasks: tuple[tuple[str, Text, Text | None], ...]
    alike: tuple[Candidate, ...]
    problem: str = ""
    kept: tuple[Fact, ...] = ()


@require_safe
def work_page(request: HttpRequest, number: str) -> HttpResponse:
    """One case: facts on the left, clocks and acts on the right, the timeline below."""
    found = inside(worker(request), number)
    return show(request, "cases/work.html", _page(case_type(found.type, found.version), found))


def _page(made: CaseType, found: CaseInfo, no: Refused | None = None) -> WorkPage:
    forms = forms_of(made, found)
    still = no is not None and no.act in {one.act.id for one in forms}
    return WorkPage(
        case=found,
        agency=agency_title(found.agency),
        holder=called(found.holder),
        facts=facts_of(made, found),
        steps=steps_of(made, found),
        forms=tried_again(forms, no) if no else forms,
        may_amend="amend" in {one.id for one in found.extras},
        tasks=_tasks(made, found),
        alike=() if found.ended else near(made.name, found.fields, but=found.number),
        problem=no.why if no else "",
        kept=_written(made, no) if no and not still else (),
    )


def _written(made: CaseType, no: Refused) -> tuple[Fact, ...]:
    """What was sent with an act that nobody can do any more, so that it can be used elsewhere."""
    names = (name for name in no.sent if name in made.fields or name in ("note", "public_note"))
    written = ((name, no.sent.get(name, "")[:2000]) for name in names)
    return tuple((pick(title_of(made, name)), text, "") for name, text in written if text)


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
    """Do an act; `next` leads on to the next case of the inbox. What is refused comes back with all that was written."""
    actor = worker(request)
    found = inside(actor, number)
    made = case_type(found.type, found.version)
    onward = _following(request, actor, number) if "next" in request.POST else ""
    try:
        _do(request, actor, made, number, act_name)
    except CityhallError as error:
        now = inside(actor, number)
        page = _page(made, now, refused(made, act_name, request.POST, error))
        return show(request, "cases/work.html", page, status=error.status)
    if "next" in request.POST:
        messages.success(request, say("case.done_of", number=number))
        return HttpResponseRedirect(onward)
    return done(request, say("case.done"), "case", number)


def _do(request: HttpRequest, actor: Actor, made: CaseType, number: str, act_name: str) -> None:
    if act_name == "attach":
        for sent in request.FILES.getlist("file"):
            attach(actor, number, sent.name or "", sent.read(ENOUGH), public="public" in request.POST)
        return
    declared = made.act(act_name)
    names = (*(declared.needs if declared else ()), *(declared.takes if declared else ()))
    data = answered(made, (*names, "note", "public_note", "task", "into"), request)
    act(actor, number, act_name, data, seen=seen_of(request))


def seen_of(request: HttpRequest) -> int | None:
    """What the page showed when the act was chosen: an act from a stale page is refused."""
    text = field(request, "seen")
    return int(text) if text.isdecimal() and len(text) < 10 else None


@require_safe
def next_case(request: HttpRequest) -> HttpResponse:
    """On to the case that comes after this one (`after`) in the list."""
    return HttpResponseRedirect(_following(request, worker(request), request.GET.get("after", "")[:40]))


def _following(request: HttpRequest, actor: Actor, here: str) -> str:
    """The address of the case after this one in the list as it was last narrowed; from the last, and from what is not among the
    first thousand, back to the first; the list itself, when no other waits."""
    wanted, first, before, mark = wanted_of(QueryDict(request.session.get(LIST, ""))), "", "", ""
    for _ in range(MOST_PAGES):
        found = inbox(actor, wanted, after=mark, limit=PAGE)
        for one in found.lines:
            if before == here != "":
                return reverse("case", args=[one.number])
            first = first or (one.number if one.number != here else "")
            before = one.number
        mark = found.after
        if not mark or not here:
            break
    return reverse("case", args=[first]) if first else reverse("cases")
