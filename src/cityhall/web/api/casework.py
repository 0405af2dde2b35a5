"""Cases over REST: types, opening, following, the inbox, acts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Header, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from cityhall.cases import actions as cases
from cityhall.cases import queries
from cityhall.cases.errors import CaseUnknown
from cityhall.cases.queries import CaseInfo, CaseType, Line, Wanted
from cityhall.kernel.actor import Actor
from cityhall.web.api import answers
from cityhall.web.api.casework_shapes import (
    ActDone,
    ActsDone,
    CaseAnswer,
    CasesAnswer,
    CaseTypeAnswer,
    CaseTypesAnswer,
    FileKept,
    OpenedAnswer,
)
from cityhall.web.api.documenting import READ
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.shapes import ErrorAnswer
from cityhall.web.cases.entry import origin_of
from cityhall.web.cases.tracking import as_download
from cityhall.web.visitor import actor_for_program

router = Router(tags=["cases"])
Short = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
Longer = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Seen = Annotated[int, Field(ge=0, le=1_000_000)]
Code = Annotated[str, Header(alias="X-Case-Code", max_length=40)]


class NewCase(Schema):
    """A case to open: values of the type's form by field, and how to reach the reporter (optional)."""

    type: Short
    data: dict[Short, Any] = {}
    name: Longer = ""
    phone: Short = ""
    email: Longer = ""
    secret: bool = False
    language: Literal["zh-hans", "en"] = "zh-hans"
    parent: Short = ""


class NewAct(Schema):
    """What an act brings; `seen` is the case's number of events that the actor looked at."""

    data: dict[Short, Any] = {}
    seen: Seen | None = None


class ManyActs(Schema):
    """The same act on these cases."""

    numbers: Annotated[list[Short], Field(max_length=200)]
    act: Short
    data: dict[Short, Any] = {}


def _bytes(media_type: str) -> dict[str, Any]:
    """A file as the successful answer, in the description."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": "The file", "content": content}}}


@router.get(
    "/case-types",
    response=documented(CaseTypesAnswer),
    summary="Types of cases",
    operation_id="case_types",
    by_alias=True,
)
def case_types(request: HttpRequest) -> HttpResponse:
    """Every type of case this city has: its form, states, acts."""
    actor_for_program(request)
    return answers.answer({"types": [_type(one) for one in queries.types()]})


@router.get(
    "/case-types/{name}",
    response=documented(CaseTypeAnswer),
    summary="One type",
    operation_id="case_type",
    by_alias=True,
)
def case_type(request: HttpRequest, name: Short) -> HttpResponse:
    """One type of case, its newest version."""
    actor_for_program(request)
    return answers.answer(_type(queries.case_type(name)))


@router.get("/cases", response=documented(CasesAnswer), summary="Inbox", operation_id="cases")
def inbox(
    request: HttpRequest,
    type: Short = "",
    state: Short = "",
    agency: Short = "",
    area: Short = "",
    mine: bool = False,
    late: bool = False,
    ended: bool = False,
    after: Short = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> HttpResponse:
    """The cases that are your business, the soonest due first; everybody else finds an empty list."""
    actor = actor_for_program(request)
    wanted = Wanted(type=type, state=state, agency=agency, area=area, mine=mine, late=late, open=not ended)
    found = queries.inbox(actor, wanted, after=after, limit=limit)
    return answers.answer({"cases": [_line(one) for one in found.lines], "next": found.after})


@router.post(
    "/cases", response=documented(OpenedAnswer, 201), summary="Open a case", operation_id="open_case"
)
def open_case(request: HttpRequest, body: NewCase) -> HttpResponse:
    """Open a case. The code that follows it without an account is answered this once."""
    who = cases.Who(
        name=body.name,
        phone=body.phone,
        email=body.email,
        secret=body.secret,
        language=body.language,
        origin=origin_of(request),
    )
    made = cases.open_case(actor_for_program(request), body.type, body.data, who=who, parent=body.parent)
    answered = {"number": made.number, "code": made.code, "state": made.state, "seen": made.seen}
    return answers.answer(answered, 201)


@router.post(
    "/cases/acts", response=documented(ActsDone), summary="The same act on many", operation_id="act_on_cases"
)
def act_on_many(request: HttpRequest, body: ManyActs) -> HttpResponse:
    """The same act on many cases, each an act of its own: what is refused for one does not stop the others."""
    found = cases.act_on_many(actor_for_program(request), body.numbers, body.act, body.data)
    return answers.answer({"outcomes": [_outcome(one) for one in found]})


@router.get("/cases/{number}", response=documented(CaseAnswer), summary="One case", operation_id="case")
def one_case(request: HttpRequest, number: Short, code: Code = "") -> HttpResponse:
    """A case as you may see it: as an official, as its reporter (header X-Case-Code), else what is public."""
    return answers.answer(_case(_seen(actor_for_program(request), number, code)))


@router.post(
    "/cases/{number}/acts/{act}",
    response=documented(ActDone),
    summary="Do an act",
    operation_id="act_on_case",
)
def do_act(request: HttpRequest, number: Short, act: Short, body: NewAct, code: Code = "") -> HttpResponse:
    """Do an act, declared by the type or the engine's own (claim, assign, comment, urge, rate…)."""
    seen = cases.act(actor_for_program(request), number, act, body.data, seen=body.seen, code=code)
    return answers.answer({"number": number, "seen": seen})


@router.post(
    "/cases/{number}/files", response=documented(FileKept, 201), summary="Add a file", operation_id="add_file"
)
def add_file(
    request: HttpRequest, number: Short, file: File[UploadedFile], public: bool = False, code: Code = ""
) -> HttpResponse:
    """Add a file to a case. It must be what its name says; pictures lose the place where they were taken."""
    actor = actor_for_program(request)
    key = cases.attach(actor, number, file.name or "", file.read(queries.ENOUGH), code=code, public=public)
    return answers.answer({"id": key}, 201)


@router.get(
    "/cases/{number}/files/{file_id}",
    response={READ: ErrorAnswer},
    summary="A file",
    operation_id="case_file",
    openapi_extra=_bytes("application/octet-stream"),
)
def case_file(request: HttpRequest, number: Short, file_id: Short, code: Code = "") -> HttpResponse:
    """A file of a case, for whom it is meant; a redirect (302) to a link that is good for ten minutes, where finished files have
    a process of their own."""
    return as_download(request, *queries.attachment(actor_for_program(request), number, file_id, code))


@router.get(
    "/case-types/{name}/bpmn",
    response={READ: ErrorAnswer},
    summary="The type as BPMN 2.0",
    operation_id="case_bpmn",
    openapi_extra=_bytes("application/xml"),
)
def bpmn(request: HttpRequest, name: Short) -> HttpResponse:
    """The states and acts of a type as a BPMN 2.0 document, for reading in other tools."""
    actor_for_program(request)
    return HttpResponse(queries.bpmn(name), content_type="application/xml")


def _outcome(one: cases.Outcome) -> dict[str, Any]:
    told = one.error.as_dict() if one.error else None
    refused = {name: told[name] for name in ("code", "title", "remedy")} if told else None
    return {"number": one.number, "seen": one.seen, "error": refused}


def _seen(actor: Actor, number: str, code: str) -> CaseInfo:
    try:
        return queries.case(actor, number, code)
    except CaseUnknown:
        return queries.public_case(number)


def _type(made: CaseType) -> dict[str, Any]:
    return {
        "name": made.name,
        "version": made.version,
        "title": made.title.as_dict(),
        "fields": [
            {
                "id": one.id,
                "title": one.title.as_dict(),
                "type": one.type,
                "required": one.required,
                "by": one.by,
            }
            for one in made.fields.values()
        ],
        "states": [{"id": one.id, "title": one.title.as_dict(), "end": one.end} for one in made.states],
        "acts": [
            {
                "id": one.id,
                "title": one.title.as_dict(),
                "opens": one.opens,
                "from": [made.states[number].id for number in sorted(one.sources)],
                "to": made.states[one.target].id if one.target >= 0 else None,
                "needs": one.needs,
            }
            for one in made.acts
            if not one.built_in
        ],
    }


def _line(one: Line) -> dict[str, Any]:
    return {
        "number": one.number,
        "type": one.type,
        "state": one.state,
        "agency": one.agency,
        "area": one.area,
        "kind": one.kind,
        "lon": one.lon,
        "lat": one.lat,
        "opened": one.opened,
        "due": one.due,
        "ended": one.ended,
        "late": one.late,
        "seen": one.seen,
    }


def _case(found: CaseInfo) -> dict[str, Any]:
    return {
        "number": found.number,
        "type": found.type,
        "version": found.version,
        "state": found.state,
        "state_title": found.state_title.as_dict(),
        "outcome": found.outcome,
        "agency": found.agency,
        "area": found.area,
        "kind": found.kind,
        "lon": found.lon,
        "lat": found.lat,
        "opened": found.opened,
        "due": found.due,
        "ended": found.ended,
        "late": found.late,
        "provisional": found.provisional,
        "seen": found.seen,
        "fields": dict(found.fields),
        "clocks": [
            {"id": one.id, "status": one.status, "limit": one.limit, "due": one.due, "late": one.late}
            for one in found.clocks
        ],
        "timeline": [
            {"seq": one.seq, "act": one.act, "at": one.at, "data": dict(one.data)} for one in found.timeline
        ],
        "files": [
            {
                "id": one.id,
                "name": one.name,
                "kind": one.kind,
                "size": one.size,
                "at": one.at,
                "public": one.public,
            }
            for one in found.files
        ],
        "acts": [one.id for one in (*found.acts, *found.extras)],
    }
