"""Reading: catalogue, rows, versions, quality, files."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query as Parameter
from ninja import Router
from pydantic import Field

from cityhall.catalog.queries import Dataset
from cityhall.kernel.actor import Actor
from cityhall.opening import queries as opening
from cityhall.opening.actions import request_export
from cityhall.opening.errors import DatasetHidden, NoPlace, NoVersionYet
from cityhall.web.api import answers
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.keeping import PAGES, name_of
from cityhall.web.api.one_dataset import document
from cityhall.web.api.shapes import (
    DatasetAnswer,
    DiffAnswer,
    ExportAnswer,
    ExportRequest,
    QualityAnswer,
    RowsAnswer,
    VersionsAnswer,
)
from cityhall.web.api.tables import form_of, page_of, sent
from cityhall.web.errors import RequestUnusable
from cityhall.web.metering import used
from cityhall.web.pages.files import download_address
from cityhall.web.visitor import actor_for_program

router = Router(tags=["data"])
Short = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=1, le=2_000_000_000)]
OPENING: Any = Parameter("", alias="opening")  # type: ignore[type-arg]
Passed = Annotated[int, Field(ge=0, le=2_000_000_000)]
FILTERS: dict[str, Any] = {
    "parameters": [
        {
            "name": "filter",
            "in": "query",
            "description": "Any `item=value` or `item__op=value` with eq, ne, lt, le, gt, ge, in, between, "
            "contains, starts, isnull, notnull.",
            "required": False,
            "style": "form",
            "explode": True,
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        *(
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text in (
                ("select", "Items to show, separated by commas; empty: all that may be seen."),
                ("sort", "Items to sort by, a minus before one for descending."),
                ("limit", "Rows a page, 1 to 1000 (100)."),
                ("after", "The mark `next` of the page before."),
                ("group_by", "Items to group by."),
                ("agg", "An aggregate `fn:item` (count, sum, avg, min, max, distinct); may be repeated."),
                ("bbox", "west,south,east,north in degrees, with the items named by `lon` and `lat`."),
                ("lon", "The item that holds the longitude."),
                ("lat", "The item that holds the latitude."),
                ("version", "The number of a version; the latest when absent."),
                ("f", "json, csv or arrow; without it, by what the request accepts."),
            )
        ),
    ]
}


@router.get(
    "/datasets/{dataset_id}",
    response=documented(DatasetAnswer),
    summary="One dataset",
    operation_id="dataset",
)
def one_dataset(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """A dataset by id or code, its items with what you may see of them, and the version being served."""
    actor = actor_for_program(request)
    found, decision = opening.dataset_for(actor, plain_id(dataset_id), "api")
    return answers.answer(answers.dataset(found, decision, opening.latest(actor, found.id)))


@router.get(
    "/datasets/{dataset_id}/rows",
    response=documented(RowsAnswer),
    summary="Rows",
    operation_id="rows",
    openapi_extra=FILTERS,
)
def rows(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """One page of rows, or of groups. Hidden items cannot be shown, filtered, sorted or counted by."""
    form, view = form_of(request), _view(request, dataset_id, request.GET.get("after"))
    key = name_of(form, request.META["QUERY_STRING"], view.fingerprint())
    page = PAGES.get(key, lambda: page_of(form, view.rows(_query_of(request))))
    return sent(page, _following(request, page.next_cursor))


def _query_of(request: HttpRequest) -> opening.Query:
    own = ("version", "f")
    return opening.query_from_params(
        [(name, value) for name, values in request.GET.lists() for value in values if name not in own]
    )


def _view(request: HttpRequest, dataset_id: str, after: str | None) -> opening.View:
    """What whoever asks may see of the dataset now: decided for every request."""
    version = request.GET.get("version", "")
    number = _number(version) if version else None
    view = opening.view(actor_for_program(request), plain_id(dataset_id), after=after, version=number)
    used(request, view.dataset.id, "call")
    return view


@router.post(
    "/datasets/{dataset_id}/query",
    response=documented(RowsAnswer),
    summary="Rows by a query in JSON",
    operation_id="query",
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    },
)
def query(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The same as `rows`, for queries too long or too nested for an address. It changes nothing."""
    opening.dataset_for(
        actor_for_program(request), plain_id(dataset_id), "api"
    )  # who may not know of it hears that first
    form, asked = form_of(request), opening.query_from_json(_json(request))
    page = page_of(form, _view(request, dataset_id, asked.after).rows(asked))
    return sent(page, "")


def _following(request: HttpRequest, mark: str | None) -> str:
    """The address of the next page; empty at the end."""
    if mark is None:
        return ""
    query = request.GET.copy()
    query["after"] = mark
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"


@router.get(
    "/datasets/{dataset_id}/openapi.json",
    response=documented(dict),
    summary="The description of one dataset's rows",
    operation_id="dataset_openapi",
)
def dataset_openapi(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """OpenAPI 3.1 with the dataset's items as typed parameters, as you may use them."""
    actor = actor_for_program(request)
    found, decision = opening.dataset_for(actor, plain_id(dataset_id), "api")
    place, row = _place_and_row(actor, found, decision)
    address = request.build_absolute_uri(request.path).removesuffix("/openapi.json")
    return answers.answer(document(found, decision, address, place, row))


def _place_and_row(
    actor: Actor, found: Dataset, decision: opening.Decision
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The items of longitude and latitude, and a row to take examples from; nothing where there is nothing."""
    if not decision.allowed:
        return (), {}
    try:
        seen = opening.preview(actor, found.id, 1)
        place = opening.layer_of(actor, found.id).where
    except NoVersionYet:
        return (), {}
    except (NoPlace, DatasetHidden):
        return (), _first(seen)
    return (place.items if place.kind == "point" else ()), _first(seen)


def _first(seen: opening.Seen) -> dict[str, Any]:
    return dict(zip(seen.columns, seen.rows[0], strict=True)) if seen.rows else {}


@router.get(
    "/datasets/{dataset_id}/versions",
    response=documented(VersionsAnswer),
    summary="Versions",
    operation_id="versions",
)
def versions(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """All versions, newest first."""
    found = opening.versions(actor_for_program(request), plain_id(dataset_id))
    return answers.answer({"versions": [answers.version_line(one) for one in found]})


@router.get(
    "/datasets/{dataset_id}/diff",
    response=documented(DiffAnswer),
    summary="Two versions compared",
    operation_id="diff",
)
def diff(request: HttpRequest, dataset_id: str, a: Number, b: Number, after: Passed = 0) -> HttpResponse:
    """Rows added, removed and changed by key from version `a` to version `b`, over the items you may see; a hundred
    after the first `after`.
    """
    told = opening.diff(actor_for_program(request), plain_id(dataset_id), a, b, limit=100, after=after)
    return answers.answer(answers.diff(told))


@router.get(
    "/datasets/{dataset_id}/quality",
    response=documented(QualityAnswer),
    summary="Quality report",
    operation_id="quality",
)
def quality(request: HttpRequest, dataset_id: str, version: Number | None = None) -> HttpResponse:
    """The six dimensions, and per item what was found; examples for the owner only."""
    told = opening.quality(actor_for_program(request), plain_id(dataset_id), version)
    if told is None:
        raise NoVersionYet()
    return answers.answer(answers.quality(told))


@router.post(
    "/datasets/{dataset_id}/exports",
    response=documented(ExportAnswer, 202),
    summary="Ask for a file",
    operation_id="request_export",
)
def ask_export(request: HttpRequest, dataset_id: str, body: ExportRequest) -> HttpResponse:
    """A finished file of everything you may see; poll its address until `state` is `ready`."""
    actor = actor_for_program(request)
    asked = request_export(actor, plain_id(dataset_id), body.format, version=body.version)
    return _export(request, asked, 202)


@router.get(
    "/exports/{export_id}", response=documented(ExportAnswer), summary="A file", operation_id="export"
)
def export(request: HttpRequest, export_id: str) -> HttpResponse:
    """The state of a file, and its link once it is ready."""
    return _export(request, opening.export_info(actor_for_program(request), plain_id(export_id)), 200)


def _export(request: HttpRequest, asked: opening.Export, status: int) -> HttpResponse:
    link = None
    if asked.state == "ready":
        link = request.build_absolute_uri(download_address(actor_for_program(request), asked))
    return answers.answer(answers.export(asked, link), status)


def plain_id(text: str) -> str:
    """An id of an address; what no id can be is not asked of the database."""
    if "\0" in text or len(text) > 200:
        raise RequestUnusable(problem="id")
    return text


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise RequestUnusable(problem="version")
    return int(text)


def _json(request: HttpRequest) -> Any:
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        raise RequestUnusable(problem="body: JSON") from error
