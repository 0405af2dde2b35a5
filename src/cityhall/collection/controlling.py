"""What people do to runs: start, cancel, retry, decide about changed columns."""

from __future__ import annotations

from typing import Any

from cityhall.collection.errors import (
    NoDecisionWaiting,
    RunInProgress,
    RunNotActive,
    RunNotRetriable,
    SourceUnknown,
)
from cityhall.collection.models import Run, Source
from cityhall.collection.rules import RETRIABLE
from cityhall.collection.runs import JOB, actor_as_dict, create_run, get_run, source_lane
from cityhall.identity.queries import require
from cityhall.kernel import clock, jobs
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record


@action("collection.start_run")
def start_run(actor: Actor, source_id: str, *, again: bool = False) -> str:
    """Queue a run of a source; answers its id. `again`: make a version even from identical bytes.

    Raises SourceUnknown, RunInProgress (the source has an active run), RightMissing.
    """
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise SourceUnknown(source=source_id)
    require(actor, "collection.run", source.agency_id)
    run = queue_run(actor, source, {"again": True} if again else {})
    record(f"source:{source.id}", run=run.id)
    return run.id


def queue_run(actor: Actor, source: Source, options: dict[str, Any], **facts: Any) -> Run:
    """A queued run of a source and its job, in the surrounding transaction."""
    run = create_run(
        actor,
        source_lane(source),
        facts.pop("name", source.name),
        source=source,
        dataset_id=source.dataset_id,
        agency_id=source.agency_id,
        options=options,
        **facts,
    )
    jobs.enqueue(JOB, run_id=run.id)
    return run


@action("collection.cancel")
def cancel(actor: Actor, run_id: str) -> None:
    """Ask a run to stop: at once when it is queued, else at its next step. Raises RunNotActive."""
    run = _locked(run_id)
    require(actor, "collection.run", run.agency_id)
    if not run.active:
        raise RunNotActive(stage=run.stage)
    if run.stage == "queued":
        Run.objects.filter(pk=run_id).update(stage="cancelled", active=False, finished=clock.now())
    else:
        Run.objects.filter(pk=run_id).update(cancel_requested=True)
    record(f"run:{run_id}", stage=run.stage)


@action("collection.retry")
def retry(actor: Actor, run_id: str) -> str:
    """Queue a failed or cancelled run again, from its landed bytes where it has them; answers its id.

    Raises RunNotRetriable, RunInProgress.
    """
    run = _locked(run_id)
    require(actor, "collection.run", run.agency_id)
    if run.stage not in RETRIABLE or (run.source is None and not run.landed_sha256):
        raise RunNotRetriable(stage=run.stage)
    requeue(run, actor=actor_as_dict(actor))
    record(f"run:{run_id}", attempt=run.attempt + 1)
    return run_id


@action("collection.decide_schema")
def decide_schema(actor: Actor, run_id: str, *, accept: bool) -> None:
    """Settle changed columns: accept (the catalogue's items follow, the run goes on) or reject (the run has failed).

    Raises NoDecisionWaiting, RunInProgress.
    """
    run = _locked(run_id)
    require(actor, "collection.run", run.agency_id)
    require(actor, "catalog.edit", run.agency_id)
    if run.stage != "decision_needed" or run.decision is None:
        raise NoDecisionWaiting()
    decision = {**run.decision, "state": "accepted" if accept else "rejected", "by": actor.id}
    Run.objects.filter(pk=run_id).update(decision=decision, stage=run.stage if accept else "failed")
    if accept:
        run.decision = decision
        requeue(run, actor=actor_as_dict(actor))
    record(f"run:{run_id}", accepted=accept)


def requeue(run: Run, **changes: Any) -> None:
    """Put a run on the queue again, unless its lane is taken."""
    if Run.objects.filter(lane=run.lane, active=True).exclude(pk=run.pk).exists():
        raise RunInProgress(name=run.file_name)
    Run.objects.filter(pk=run.pk).update(
        stage="queued",
        active=True,
        error=None,
        cancel_requested=False,
        progress=0,
        worker="",
        attempt=run.attempt + 1,
        finished=None,
        **changes,
    )
    jobs.enqueue(JOB, run_id=run.pk)


def _locked(run_id: str) -> Run:
    get_run(run_id)
    return Run.objects.select_for_update(of=("self",)).select_related("source").get(pk=run_id)
