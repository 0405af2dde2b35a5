"""Following a case: by number and code without an account, or by number what anybody may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.cases.actions import act, attach
from cityhall.cases.queries import (
    ENOUGH,
    Act,
    CaseInfo,
    CaseType,
    ClockInfo,
    FileInfo,
    Moment,
    attachment,
    case_type,
    follow_pass,
    hand_over,
    public_cases,
    track,
)
from cityhall.identity.errors import PersonUnknown
from cityhall.identity.queries import person
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.cases.acts import ActForm, Refused, forms_of, refused, tried_again
from cityhall.web.cases.entry import known_code, remember_code, seen_case
from cityhall.web.cases.lines import CaseLine, reported_lines
from cityhall.web.cases.questions import Question, agency_title, answered, in_words, title_of
from cityhall.web.finished import on_the_plane
from cityhall.web.people.entry import done, field, titles_of
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, pick, say

# What a reporter is offered of the engine's own acts.
Fact = tuple[str, str, str]
REPORTERS = ("comment", "urge", "rate", "attach")
YOUR_WORDS = Text(en="Your words to those who handle it (not published)", zh="给办理人员的话（不公开）")


@dataclass(frozen=True, slots=True)
class TrackPage:
    """The form, what was wrong with it, and what was settled lately."""

    number: str
    problem: str
    latest: tuple[CaseLine, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def track_page(request: HttpRequest) -> HttpResponse:
    """Enter number and code."""
    number, problem, status = "", "", 200
    if request.method == "POST":
        number, code = field(request, "number").strip()[:40], field(request, "code").strip().lower()[:40]
        try:
            track(number, code)
            remember_code(request, number, code)
            return HttpResponseRedirect(reverse("tracked", args=[number]))
        except CityhallError as error:
            problem, status = error.say(language()), error.status
    page = TrackPage(number, problem, reported_lines(public_cases(limit=10)))
    return show(request, "cases/track.html", page, status=status)


@require_safe
def track_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """The way in that a mail to the reporter holds: this browser then knows the case as if by its code."""
    number, code = follow_pass(token)
    remember_code(request, number, code)
    return HttpResponseRedirect(reverse("tracked", args=[number]))


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the timeline in words: what happened, when, and what was said."""

    title: Text
    at: datetime
    actor: str
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next, by whom (None: nobody has it yet) and by when (None: no clock runs)."""

    agency: Text | None
    clock: ClockInfo | None


def next_step(found: CaseInfo) -> NextStep:
    """What a reporter waits for."""
    running = (one for one in found.clocks if one.status == "running" and one.due is not None)
    first = min(running, key=lambda one: (one.due != found.due, one.due), default=None)
    return NextStep(agency_title(found.agency), first)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedPage:
    """A case as its reporter or anybody sees it."""

    case: CaseInfo
    title: Text
    next: NextStep
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    own: bool
    forms: tuple[ActForm, ...]
    problem: str


@require_safe
def tracked_page(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, what happens next and by when, and what I can do."""
    return show(request, "cases/tracked.html", _page(seen_case(request, number)[1]))


def _page(found: CaseInfo, no: Refused | None = None) -> TrackedPage:
    made = case_type(found.type, found.version)
    own = is_own(found)
    forms = _reporters(forms_of(made, found)) if own else ()
    return TrackedPage(
        case=found,
        title=case_type(found.type).reported_as,  # as it is called today
        next=next_step(found),
        facts=facts_of(made, found) if found.inside else told_outside(made, found),
        steps=steps_of(made, found),
        own=own,
        forms=tried_again(forms, no) if no else forms,
        problem=no.why if no else "",
    )


def is_own(found: CaseInfo) -> bool:
    """Whether its reporter looks at a case."""
    return found.reporter is not None and not found.inside


def _reporters(forms: tuple[ActForm, ...]) -> tuple[ActForm, ...]:
    """What a reporter is offered, in words for them."""
    return tuple(
        replace(one, questions=tuple(_asked_of_reporter(one.act, asked) for asked in one.questions))
        for one in forms
        if not one.act.built_in or one.act.id in REPORTERS
    )


def _asked_of_reporter(act: Act, one: Question) -> Question:
    words = one.id == "public_note"
    return replace(one, title=YOUR_WORDS, required=act.id == "comment") if words else one


@require_POST
def tracked_act(request: HttpRequest, number: str, act_name: str) -> HttpResponse:
    """An act of the reporter: a rating, words, a reminder, reopening. What is refused comes back with all that was written."""
    found = seen_case(request, number)[1]
    made = case_type(found.type, found.version)
    try:
        _act(request, made, number, act_name)
    except CityhallError as error:
        if not is_own(found):
            raise
        page = _page(seen_case(request, number)[1], refused(made, act_name, request.POST, error))
        return show(request, "cases/tracked.html", page, status=error.status)
    return done(request, say("track.done"), "tracked", number)


def _act(request: HttpRequest, made: CaseType, number: str, act_name: str) -> None:
    actor, code = actor_for(request), known_code(request, number)
    if act_name == "attach":
        for sent in request.FILES.getlist("file"):
            attach(actor, number, sent.name or "", sent.read(ENOUGH), code=code)
        return
    declared = made.act(act_name)
    names = (
        *(declared.needs if declared else ()),
        *(declared.takes if declared else ()),
        "public_note",
        "rating",
    )
    act(actor, number, act_name, answered(made, names, request), code=code)


@require_safe
def case_file(request: HttpRequest, number: str, attachment_id: str) -> HttpResponse:
    """A file of a case, for whom it is meant."""
    found = attachment(actor_for(request), number, attachment_id, known_code(request, number))
    return as_download(request, *found)


def as_download(request: HttpRequest, info: FileInfo, path: Path) -> HttpResponse:
    """A file of a case, always as a download, never as a page of ours: from the data plane, or without one whole, so that no
    thread of the pages waits for as long as somebody takes to read.
    """
    if elsewhere := on_the_plane(request, hand_over(info.id)):
        return elsewhere
    named = content_disposition_header(as_attachment=True, filename=info.name)
    return HttpResponse(
        path.read_bytes(), content_type=info.kind, headers={"Content-Disposition": named or "attachment"}
    )


def facts_of(made: CaseType, found: CaseInfo) -> tuple[Fact, ...]:
    """The answers of the form as (question, answer, where it leads), in the form's order."""
    day = found.opened.astimezone(clock.CITY_ZONE).date().isoformat()
    titles = titles_of({str(found.fields[name]) for name in _datasets(made) if name in found.fields})
    return tuple(
        (pick(field.title), *_told(made, name, found.fields[name], day, titles))
        for name, field in made.fields.items()
        if found.fields.get(name) not in (None, "", [])
    )


def told_outside(made: CaseType, found: CaseInfo) -> tuple[Fact, ...]:
    """The answers as those who reported would give them: without codes of the grid, and without what nobody was asked."""
    own = {
        name: value
        for name, value in found.fields.items()
        if made.fields[name].type not in ("cell", "grid") and not made.fields[name].defaults
    }
    return facts_of(made, replace(found, fields=own))


def _datasets(made: CaseType) -> tuple[str, ...]:
    return tuple(name for name, field in made.fields.items() if field.type == "dataset")


def _told(made: CaseType, name: str, value: object, day: str, titles: Mapping[str, Text]) -> tuple[str, str]:
    if made.fields[name].type == "dataset" and str(value) in titles:
        return pick(titles[str(value)]), reverse("dataset", args=[str(value)])
    return _words(in_words(made, name, value, day)), ""


def steps_of(made: CaseType, found: CaseInfo) -> tuple[Step, ...]:
    """The timeline, newest first."""
    return tuple(_step(made, one) for one in reversed(found.timeline))


def _step(made: CaseType, one: Moment) -> Step:
    day = one.at.astimezone(clock.CITY_ZONE).date().isoformat()
    opening = one.seq == 1  # its answers stand with the facts
    told = (
        ()
        if opening
        else tuple(
            (pick(title_of(made, name)), _words(in_words(made, name, value, day)))
            for name, value in one.data.items()
            if name not in ("file", "clock") and value not in (None, "", [])
        )
    )
    return Step(one.title, one.at, _who(one.actor), told)


def _who(actor_id: str) -> str:
    """The name of who did it, for those who may know; the platform's own acts say so."""
    if actor_id == ANONYMOUS.id:
        return ""
    if not actor_id or actor_id.startswith("system"):
        return say("case.system") if actor_id else ""
    try:
        return person(actor_id).username
    except PersonUnknown:
        return actor_id


def _words(value: str | Text) -> str:
    return value if isinstance(value, str) else pick(value)
