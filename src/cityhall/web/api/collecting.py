"""Collecting: runs, and rows that departments push."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Header, Router
from pydantic import Field

from cityhall.collection import actions as collection
from cityhall.collection.queries import run as run_of
from cityhall.collection.queries import runs as runs_of
from cityhall.web.api import answers
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.shapes import RunAnswer, RunsAnswer
from cityhall.web.pages.runs import stewards_agencies, visible_run
from cityhall.web.visitor import actor_for_program

router = Router(tags=["collection"])
Short = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
RAW_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            name: {"schema": {"type": "string"}}
            for name in ("text/csv", "application/json", "application/x-ndjson")
        },
    }
}


@router.get("/runs", response=documented(RunsAnswer), summary="Runs", operation_id="runs")
def runs(
    request: HttpRequest,
    dataset: Short = "",
    source: Short = "",
    stage: Short = "",
    before: Short = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> HttpResponse:
    """The runs of your agencies, newest first."""
    agencies = stewards_agencies(actor_for_program(request))
    found = runs_of(
        dataset_id=dataset, source_id=source, agency_ids=agencies, stage=stage, before=before, limit=limit
    )
    following = found[-1].id if len(found) == limit else ""
    return answers.answer({"runs": [answers.run(one) for one in found], "next": following})


@router.get("/runs/{run_id}", response=documented(RunAnswer), summary="One run", operation_id="run")
def run(request: HttpRequest, run_id: Short) -> HttpResponse:
    """Where a run is, and its receipt at the end."""
    return answers.answer(answers.run(visible_run(actor_for_program(request), run_id)))


@router.post(
    "/runs/{run_id}/cancel", response=documented(RunAnswer), summary="Cancel a run", operation_id="cancel_run"
)
def cancel(request: HttpRequest, run_id: Short) -> HttpResponse:
    """Ask a run to stop: at once when it is queued, else at its next step."""
    actor = actor_for_program(request)
    visible_run(actor, run_id)
    collection.cancel(actor, run_id)
    return answers.answer(answers.run(run_of(run_id)))


@router.post(
    "/runs/{run_id}/retry", response=documented(RunAnswer), summary="Retry a run", operation_id="retry_run"
)
def retry(request: HttpRequest, run_id: Short) -> HttpResponse:
    """Queue a failed or cancelled run again."""
    actor = actor_for_program(request)
    visible_run(actor, run_id)
    return answers.answer(answers.run(run_of(collection.retry(actor, run_id))))


@router.post(
    "/sources/{source_id}/runs",
    response=documented(RunAnswer, 202),
    summary="Start a run",
    operation_id="start_run",
)
def start(request: HttpRequest, source_id: Short) -> HttpResponse:
    """Collect from a source now."""
    actor = actor_for_program(request)
    stewards_agencies(actor)
    return answers.answer(answers.run(run_of(collection.start_run(actor, source_id))), 202)


@router.post(
    "/sources/{source_id}/push",
    response=documented(RunAnswer, 202),
    summary="Push rows",
    operation_id="push",
    openapi_extra=RAW_BODY,
)
def push(
    request: HttpRequest,
    source_id: Short,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", max_length=120)] = "",
) -> HttpResponse:
    """A batch of rows for a push source. The same Idempotency-Key with the same body is processed once."""
    actor = actor_for_program(request)
    stewards_agencies(actor)
    made = collection.push(actor, source_id, request.body, request.content_type or "", idempotency_key)
    return answers.answer(answers.run(made), 202)
