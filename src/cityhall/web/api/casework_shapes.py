"""The shapes of the answers about cases, as the OpenAPI description shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from cityhall.web.api.shapes import Words


class FormField(Schema):
    """A question of a type's form; `by` are the roles that answer it, none where everybody does who may do the act."""

    id: str
    title: Words
    type: str
    required: bool
    by: list[str]


class CaseState(Schema):
    """Where a case can stand; `end` says how it ended there, empty while it is open."""

    id: str
    title: Words
    end: str


class CaseAct(Schema):
    """What can be done, from which states, to which (null: it stays)."""

    id: str
    title: Words
    opens: bool
    from_: list[str] = Field(alias="from")
    to: str | None
    needs: list[str]


class CaseTypeAnswer(Schema):
    """A declared type of case."""

    name: str
    version: int
    title: Words
    fields: list[FormField]
    states: list[CaseState]
    acts: list[CaseAct]


class CaseTypesAnswer(Schema):
    """All types of this city."""

    types: list[CaseTypeAnswer]


class CaseLineAnswer(Schema):
    """A case in a list."""

    number: str
    type: str
    state: str
    agency: str
    area: str
    kind: str
    lon: float | None
    lat: float | None
    opened: datetime
    due: datetime | None
    ended: datetime | None
    late: bool
    seen: int


class CasesAnswer(Schema):
    """A page of an inbox; `next` is the mark of the following page, empty on the last."""

    cases: list[CaseLineAnswer]
    next: str


class OpenedAnswer(Schema):
    """A new case and the code that follows it without an account."""

    number: str
    code: str
    state: str
    seen: int


class CaseClock(Schema):
    """A limit that runs, is paused, or has stopped."""

    id: str
    status: str
    limit: str
    due: datetime | None
    late: bool


class CaseMoment(Schema):
    """A line of the timeline, with what the reader may see of it."""

    seq: int
    act: str
    at: datetime
    data: dict[str, Any]


class CaseFile(Schema):
    """A file of a case; its bytes are at `/cases/{number}/files/{id}`."""

    id: str
    name: str
    kind: str
    size: int
    at: datetime
    public: bool


class CaseAnswer(Schema):
    """A case as its reader may see it."""

    number: str
    type: str
    version: int
    state: str
    state_title: Words
    outcome: str
    agency: str
    area: str
    kind: str
    lon: float | None
    lat: float | None
    opened: datetime
    due: datetime | None
    ended: datetime | None
    late: bool
    provisional: bool
    seen: int
    fields: dict[str, Any]
    clocks: list[CaseClock]
    timeline: list[CaseMoment]
    files: list[CaseFile]
    acts: list[str]


class ActDone(Schema):
    """The case's new number of events."""

    number: str
    seen: int


class ActRefusal(Schema):
    """Why an act was not done on one case."""

    code: str
    title: Words
    remedy: Words


class ActOutcome(Schema):
    """What became of one case of many: its new number of events, or why not."""

    number: str
    seen: int
    error: ActRefusal | None


class ActsDone(Schema):
    """What became of each case."""

    outcomes: list[ActOutcome]


class FileKept(Schema):
    """The id of a file that was added."""

    id: str
