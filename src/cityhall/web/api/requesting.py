"""Asking for data over REST: use what is restricted, open it, correct it. Each becomes a case, followed at `/cases/{number}`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from cityhall.kernel.actor import Actor
from cityhall.opening.actions import Application, apply_for_data, file_correction, file_opening
from cityhall.opening.errors import AccountNeeded
from cityhall.opening.queries import RequestSeen, dataset_for, requests_of
from cityhall.web.api import answers
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.shapes import RequestFiled, RequestsAnswer
from cityhall.web.visitor import actor_for_program

router = Router(tags=["requests"])
Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Words = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]


class NewApplication(Schema):
    """What you want to use, for what, until when. `rows` says which rows in words, `quota` how many calls a day (0: not said),
    `agency` the office you speak for, where you hold several."""

    items: Annotated[list[Short], Field(max_length=500)]
    purpose: Words
    until: date
    rows: Words = ""
    basis: Words = ""
    project: Words = ""
    quota: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    agency: Short = ""


class NewOpening(Schema):
    """The restricted item to open, or the whole dataset when `item` is empty."""

    item: Short = ""
    reason: Words
    purpose: Words


class NewCorrection(Schema):
    """The item that is wrong (empty: the row as a whole), the key of its row, what it should be, how you know."""

    item: Short = ""
    row: dict[Short, Words]
    right: Words = ""
    evidence: Words = ""


@router.post(
    "/datasets/{dataset_id}/applications",
    response=documented(RequestFiled, 201),
    summary="Apply for the use of restricted items",
    operation_id="apply_for_data",
)
def apply(request: HttpRequest, dataset_id: Short, body: NewApplication) -> HttpResponse:
    """Apply for items that are given on request: sharing when you act for another agency, else restricted opening. The owning
    agency decides within working days."""
    actor, found = _asker(request, dataset_id)
    wanted = Application(**{**body.dict(), "items": tuple(body.items)})
    return _filed(apply_for_data(actor, found, wanted))


@router.post(
    "/datasets/{dataset_id}/openings",
    response=documented(RequestFiled, 201),
    summary="Please open this",
    operation_id="ask_to_open",
)
def ask_to_open(request: HttpRequest, dataset_id: Short, body: NewOpening) -> HttpResponse:
    """Ask the owner to open a restricted item, or the dataset."""
    actor, found = _asker(request, dataset_id)
    return _filed(file_opening(actor, found, body.item, body.reason, body.purpose))


@router.post(
    "/datasets/{dataset_id}/corrections",
    response=documented(RequestFiled, 201),
    summary="This value is wrong",
    operation_id="correct_value",
)
def correct(request: HttpRequest, dataset_id: Short, body: NewCorrection) -> HttpResponse:
    """Say that a published value is wrong."""
    actor, found = _asker(request, dataset_id)
    return _filed(file_correction(actor, found, body.item, body.row, body.right, body.evidence))


@router.get(
    "/requests", response=documented(RequestsAnswer), summary="My requests", operation_id="my_requests"
)
def my_requests(request: HttpRequest, dataset: Short = "") -> HttpResponse:
    """What you asked for, the newest first, also on pages; the words and the answer are those of the case. Errors:
    `AccountNeeded`."""
    actor = _signed_in(request)
    about = dataset_for(actor, dataset, "api")[0].id if dataset else ""
    return answers.answer({"requests": [_line(one) for one in requests_of(actor, about)]})


def _asker(request: HttpRequest, dataset_id: str) -> tuple[Actor, str]:
    """Who asks, and the id of the dataset, which may be named by its code."""
    actor = _signed_in(request)
    return actor, dataset_for(actor, dataset_id, "page")[0].id


def _signed_in(request: HttpRequest) -> Actor:
    actor = actor_for_program(request)
    if actor.kind not in ("person", "key"):
        raise AccountNeeded()
    return actor


def _filed(number: str) -> HttpResponse:
    return answers.answer({"number": number}, 201)


def _line(one: RequestSeen) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        "dataset_id": one.dataset_id,
        "agency_id": one.agency_id,
        "item": one.item,
        "state": one.state,
        "created": one.created,
        "due": one.due,
        "answered": one.answered,
        "settled": one.settled,
        "late": one.late,
    }
