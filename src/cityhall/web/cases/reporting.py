"""Reporting: choose what it is about, answer the questions, get a number and a code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cityhall.cases.actions import Opened, Who, attach, open_case
from cityhall.cases.errors import AddressWrong, CaseUnknown, PositionOutside, TypeUnknown
from cityhall.cases.queries import (
    ENOUGH,
    Act,
    Candidate,
    CaseInfo,
    CaseType,
    blank,
    case_type,
    my_reports,
    near,
    track,
    types,
)
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.cases.entry import origin_of, remember_code
from cityhall.web.cases.lines import CaseLine, reported_lines
from cityhall.web.cases.placing import can_map
from cityhall.web.cases.questions import BLANK, Question, answered, asked_to_open, refusal_in_words
from cityhall.web.cases.tracking import NextStep, next_step
from cityhall.web.errors import PlaceMissing
from cityhall.web.people.entry import field
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, say

_RECEIPT = "case_receipt"
HERE = "geolocation=(self), camera=(), microphone=()"
NO_WORDS = Text(en="", zh="")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of case, and what it is for."""

    name: str
    title: Text
    abstract: Text


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What can be reported, and what one has reported."""

    kinds: tuple[Kind, ...]
    mine: tuple[CaseLine, ...]


@require_safe
def report_page(request: HttpRequest) -> HttpResponse:
    """What would you like to report?"""
    actor = actor_for(request)
    offered = sorted((one for one in types() if opening_for_anybody(one)), key=lambda one: one.reported_at)
    kinds = tuple(Kind(one.name, one.reported_as, abstract_of(one)) for one in offered)
    return show(request, "cases/report.html", ReportPage(kinds, reported_lines(my_reports(actor))))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """The questions of a type; after a first try also what was wrong, and open cases that look the same."""

    made: CaseType
    abstract: Text
    questions: tuple[Question, ...]
    signed_in: bool
    sent: dict[str, str]
    problem: str = ""
    wrong_email: bool = False
    alike: tuple[Candidate, ...] = ()
    map: bool = False

    @property
    def asks_place(self) -> bool:
        """Whether a question is answered with a place."""
        return any(one.shape == "point" for one in self.questions)


@require_http_methods(["GET", "HEAD", "POST"])
def report_form(request: HttpRequest, type_name: str) -> HttpResponse:
    """The form of one type; a sent form opens a case, unless it looks like one that is already there."""
    actor = actor_for(request)
    made = case_type(type_name)
    opening = opening_for_anybody(made)
    if opening is None:
        raise TypeUnknown(type=type_name)
    if request.method != "POST":
        return _shown(request, _form(request, made, opening, actor))
    data = answered(made, (*opening.needs, *opening.takes), request)
    try:
        _demand_place(made, opening, data)
        alike = () if "different" in request.POST else near(made.name, data)
        if alike:
            return _shown(request, _form(request, made, opening, actor, alike=alike))
        opened = _open(request, actor, made, opening, data)
    except CityhallError as error:
        page = _form(request, made, opening, actor, error=error)
        return _shown(request, page, error.status)
    remember_code(request, opened.number, opened.code)
    problems = _attach(request, actor, made, opened)
    request.session[_RECEIPT] = {"number": opened.number, "code": opened.code, "problems": problems}
    return HttpResponseRedirect(reverse("report-receipt"))


def _shown(request: HttpRequest, page: ReportForm, status: int = 200) -> HttpResponse:
    """The form, which may ask the browser where it is."""
    answer = show(request, "cases/report_form.html", page, status=status)
    answer.headers["Permissions-Policy"] = HERE
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The number and the code of what was just reported, what happens next, where its outcome is written to (empty: nowhere), and
    files that could not be taken."""

    number: str
    code: str
    title: Text
    case: CaseInfo
    next: NextStep
    email: str
    problems: tuple[str, ...]


@require_safe
def report_receipt(request: HttpRequest) -> HttpResponse:
    """The receipt: shown as long as this browser's session remembers it."""
    kept = request.session.get(_RECEIPT)
    if not kept:
        return HttpResponseRedirect(reverse("track"))
    try:
        found = track(kept["number"], kept["code"])
    except CaseUnknown:
        return HttpResponseRedirect(reverse("track"))
    made = case_type(found.type, found.version)
    email = found.reporter.email if found.reporter and tells_reporter(made) else ""
    page = Receipt(
        number=found.number,
        code=kept["code"],
        title=made.reported_as,
        case=found,
        next=next_step(found),
        email=email,
        problems=tuple(kept["problems"]),
    )
    return show(request, "cases/receipt.html", page)


def tells_reporter(made: CaseType) -> bool:
    """Whether some act of the type is told to whoever reported."""
    return any(
        made.roles[name].who == "reporter" for act in made.acts for name in act.tell if name in made.roles
    )


def opening_for_anybody(made: CaseType) -> Act | None:
    """The act by which anybody may open a case of the type; None where only officials do."""
    for act in made.acts:
        parts = [made.roles[name].who for name in act.by if name in made.roles]
        if act.opens and any(one in ("anyone", "reporter") for one in parts):
            return act
    return None


def _places(made: CaseType, opening: Act) -> tuple[str, ...]:
    """The fields one of which says where it is, as apps have to (`open311:` without `location: optional`); none elsewhere."""
    said = made.extras.get("open311")
    if said is None or said.get("location") == "optional":
        return ()
    brought = {*opening.needs, *opening.takes}
    return tuple(
        one.id for one in made.fields.values() if one.type in ("point", "address") and one.id in brought
    )


def _demand_place(made: CaseType, opening: Act, data: dict[str, Any]) -> None:
    """Raises PlaceMissing, unless something is missing that the engine asks for first."""
    needed = {*opening.needs, *(one.id for one in made.fields.values() if one.required)}
    places = _places(made, opening)
    if places and not data.keys() & set(places) and needed <= data.keys():
        raise PlaceMissing()


def _about(made: CaseType, places: tuple[str, ...], error: CityhallError) -> str:
    """The field that an error is about; empty where it is about the whole."""
    if isinstance(error, PlaceMissing):
        return places[0]
    return made.spot if isinstance(error, PositionOutside) else str(error.facts.get("field", ""))


def kind_of(made: CaseType) -> Kind:
    """A type with its title and its abstract."""
    return Kind(made.name, made.title, abstract_of(made))


def abstract_of(made: CaseType) -> Text:
    """The sentence that says what the type is for."""
    words = made.extras.get("abstract")
    return Text(en=words["en"], zh=words["zh"]) if words else NO_WORDS


def _form(
    request: HttpRequest,
    made: CaseType,
    opening: Act,
    actor: Actor,
    *,
    error: CityhallError | None = None,
    alike: tuple[Candidate, ...] = (),
) -> ReportForm:
    sent = request.POST if request.method == "POST" else BLANK
    asked = asked_to_open(made, opening, clock.today().isoformat(), blank(actor, made), sent)
    places, problem = _places(made, opening), refusal_in_words(made, error) if error else ""
    problems = {name: say("report.files_again") for name in request.FILES}  # no browser keeps them
    if error:
        problems[_about(made, places, error)] = problem
    return ReportForm(
        made=made,
        abstract=abstract_of(made),
        questions=tuple(
            replace(one, either=one.id in places, problem=problems.get(one.id, "")) for one in asked
        ),
        signed_in=actor.kind == "person",
        sent={name: sent.get(f"who-{name}", "")[:200] for name in ("name", "phone", "email", "secret")},
        problem=problem,
        wrong_email=isinstance(error, AddressWrong),
        alike=alike,
        map=bool(made.spot) and can_map(),
    )


def _open(request: HttpRequest, actor: Actor, made: CaseType, opening: Act, data: dict[str, Any]) -> Opened:
    who = Who(
        person=actor.id if actor.kind == "person" else "",
        name=field(request, "who-name")[:80],
        phone=field(request, "who-phone")[:40],
        email=field(request, "who-email")[:200],
        secret="who-secret" in request.POST,
        language=language(),
        origin=origin_of(request),
    )
    return open_case(actor, made.name, data, who=who, act_name=opening.id)


def _attach(request: HttpRequest, actor: Actor, made: CaseType, opened: Opened) -> tuple[str, ...]:
    """Add the files that came with the report; what is refused is told, and the report stands."""
    problems = []
    for name in made.fields:
        for sent in request.FILES.getlist(name):
            try:
                attach(actor, opened.number, sent.name or "", sent.read(ENOUGH), code=opened.code)
            except CityhallError as error:
                problems.append(error.say(language()))
    return tuple(problems)
