"""Runs: the list, one run's page, and the acts on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import Dataset, dataset
from cityhall.collection import actions as collection
from cityhall.collection.queries import LogLine, RunInfo, StageInfo, log, run, runs
from cityhall.identity.errors import RightMissing
from cityhall.identity.queries import require, scopes
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.web.pages.lines import Paging, keyset_paging
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say

STAGES = ("queued", "landing", "decoding", "staging", "recognising", "checking", "committing", "done")
RESTING = ("done", "failed", "cancelled", "decision_needed")
PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list."""

    id: str
    stage: str
    name: str
    read: int | None
    quarantined: int | None
    created: datetime


@dataclass(frozen=True, slots=True)
class RunsPage:
    """Runs, newest first; `chosen` is the stage filtered by."""

    runs: tuple[RunLine, ...]
    chosen: str
    paging: Paging


def stewards_agencies(actor: Actor) -> frozenset[str] | None:
    """The agencies whose collection the actor looks after; None means all. Errors: `RightMissing`."""
    own = scopes(actor, "collection.run")
    if not own:
        raise RightMissing(right="collection.run", agency="")
    return None if "" in own else own


@require_safe
def runs_page(request: HttpRequest) -> HttpResponse:
    """The runs of one's agencies."""
    agencies = stewards_agencies(actor_for(request))
    stage = request.GET.get("stage", "")
    chosen = stage if stage in (*STAGES, *RESTING) else ""
    found = runs(
        dataset_id=request.GET.get("dataset", "").replace("\0", "")[:40],
        source_id=request.GET.get("source", "").replace("\0", "")[:40],
        agency_ids=agencies,
        stage=chosen,
        before=request.GET.get("before", "").replace("\0", "")[:40],
        limit=PER_PAGE,
    )
    more = found[-1].id if len(found) == PER_PAGE else ""
    page = RunsPage(tuple(line_of(one) for one in found), chosen, keyset_paging(request, more, "before"))
    return show(request, "pages/runs.html", page)


def line_of(one: RunInfo) -> RunLine:
    """A run as a line."""
    receipt = one.receipt or {}
    return RunLine(
        one.id, one.stage, one.file_name, receipt.get("read"), receipt.get("quarantined"), one.created
    )


@dataclass(frozen=True, slots=True)
class StageSeen:
    """One stage: what it told of itself (None before it begins), and `state` done, now, bad or empty for what is
    to come.
    """

    name: str
    told: StageInfo | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """One run; `live` while it moves."""

    run: RunInfo
    dataset: Dataset | None
    stages: tuple[StageSeen, ...]
    log: tuple[LogLine, ...]
    error: tuple[str, Text, Text] | None
    live: bool

    @property
    def receipt(self) -> Mapping[str, Any]:
        """The receipt, empty before the end."""
        return self.run.receipt or {}


@require_safe
def run_page(request: HttpRequest, run_id: str) -> HttpResponse:
    """Where a run is, what it says, and how it ended."""
    found = visible_run(actor_for(request), run_id)
    error = found.error or {}
    page = RunPage(
        run=found,
        dataset=_dataset_of(found),
        stages=tuple(_stage(found, name) for name in STAGES),
        log=log(found.id),
        error=(error["code"], Text.from_dict(error["title"]), Text.from_dict(error["remedy"]))
        if error
        else None,
        live=found.active and found.stage not in RESTING,
    )
    return show(request, "pages/run.html", page)


def visible_run(actor: Actor, run_id: str) -> RunInfo:
    """The run, for those who look after its agency. Errors: `RightMissing` first, so that ids cannot be
    tried out; `RunUnknown`.
    """
    stewards_agencies(actor)
    found = run(run_id)
    require(actor, "collection.run", found.agency_id)
    return found


def _dataset_of(found: RunInfo) -> Dataset | None:
    try:
        return dataset(found.dataset_id) if found.dataset_id else None
    except DatasetUnknown:
        return None


def _stage(found: RunInfo, name: str) -> StageSeen:
    reached = found.stage if found.stage in STAGES else found.reached or "queued"
    place, present = STAGES.index(name), STAGES.index(reached) if reached in STAGES else 0
    if found.stage == "done" or place < present:
        state = "done"
    elif place == present:
        state = "bad" if found.stage in ("failed", "cancelled", "decision_needed") else "now"
    else:
        state = ""
    return StageSeen(name, next((one for one in found.stages if one.name == name), None), state)


@require_POST
def run_cancel(request: HttpRequest, run_id: str) -> HttpResponse:
    """Ask a run to stop."""
    visible_run(actor_for(request), run_id)
    collection.cancel(actor_for(request), run_id)
    messages.success(request, say("run.cancel_asked"))
    return HttpResponseRedirect(reverse("run", args=[run_id]))


@require_POST
def run_retry(request: HttpRequest, run_id: str) -> HttpResponse:
    """Queue a failed run again."""
    visible_run(actor_for(request), run_id)
    collection.retry(actor_for(request), run_id)
    messages.success(request, say("run.retried"))
    return HttpResponseRedirect(reverse("run", args=[run_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def decision_page(request: HttpRequest, run_id: str) -> HttpResponse:
    """Changed columns: what came, what the catalogue says; POST accepts or rejects."""
    actor = actor_for(request)
    found = visible_run(actor, run_id)
    if request.method == "POST":
        collection.decide_schema(actor, run_id, accept=request.POST.get("accept") == "yes")
        messages.success(request, say("decision.settled"))
        return HttpResponseRedirect(reverse("run", args=[run_id]))
    drift = found.decision or {}
    page = DecisionPage(
        run=found,
        dataset=_dataset_of(found),
        changes=tuple(
            (kind, name) for kind in ("added", "missing", "retyped") for name in drift.get(kind, ())
        ),
        open=found.stage == "decision_needed",
    )
    return show(request, "pages/decision.html", page)


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """How a delivery's columns differ from the catalogue, as (added, missing or retyped; item)."""

    run: RunInfo
    dataset: Dataset | None
    changes: tuple[tuple[str, str], ...]
    open: bool
