"""Runs: asking for one, working it off, ending it, taking it up again after a crash, and the beat."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from cityhall.catalog.queries import dataset
from cityhall.collection.errors import BadSchedule
from cityhall.collection.events import VersionLoaded
from cityhall.collection.queries import next_due
from cityhall.federation.entering import publish_collected
from cityhall.federation.errors import (
    HarvestCancelled,
    HarvestInProgress,
    HarvestInterrupted,
    HarvestLimitReached,
    HarvestNotActive,
    HarvestRunUnknown,
    HarvestUnknown,
    TooManyGone,
)
from cityhall.federation.harvesting import Passage, logged
from cityhall.federation.models import Harvest, HarvestRun, Origin
from cityhall.identity.queries import require
from cityhall.kernel import clock, jobs
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, bookkeeping, record

JOB: Final = "federation.harvest"
HARVESTER: Final = system_actor("harvester")
STALE: Final = timedelta(seconds=180)
MOST_ATTEMPTS: Final = 3
_BEGUN: Final = Text(en="Reading the catalogue", zh="开始读取目录")
_DONE: Final = Text(en="Read to its end", zh="已读完")


@action("federation.start_run")
def start_run(actor: Actor, harvest_id: str) -> str:
    """Queue a run; answers its id. Raises HarvestUnknown, HarvestInProgress, RightMissing."""
    require(actor, "federation.run")
    harvest = Harvest.objects.select_for_update().filter(pk=harvest_id).first()
    if harvest is None:
        raise HarvestUnknown(harvest=harvest_id)
    try:
        with transaction.atomic():
            run = HarvestRun.objects.create(harvest=harvest, created=clock.now())
    except IntegrityError as error:
        raise HarvestInProgress(name=harvest.name) from error
    Harvest.objects.filter(pk=harvest_id).update(next_due=_due(harvest))
    jobs.enqueue(JOB, run_id=run.id)
    record(f"harvest:{harvest_id}", run=run.id)
    return run.id


def _due(harvest: Harvest) -> object:
    try:
        return next_due(harvest.schedule, clock.now())
    except BadSchedule:
        return None


@action("federation.cancel")
def cancel(actor: Actor, run_id: str) -> None:
    """Ask a run to stop: at once when it is queued, else at its next page. Raises HarvestNotActive."""
    require(actor, "federation.run")
    run = HarvestRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise HarvestRunUnknown()
    if not run.active:
        raise HarvestNotActive(stage=run.stage)
    if run.stage == "queued":
        HarvestRun.objects.filter(pk=run_id).update(stage="cancelled", active=False, finished=clock.now())
    else:
        HarvestRun.objects.filter(pk=run_id).update(cancel_requested=True)
    record(f"harvest:{run.harvest_id}", run=run_id)


@jobs.job(JOB)
def perform_harvest(run_id: str) -> None:
    """Work off a queued run. Every entry is a transaction of its own, so what was taken before a crash stays."""
    now = clock.now()
    waiting = HarvestRun.objects.filter(pk=run_id, stage="queued", active=True)
    if not waiting.update(stage="reading", started=now, heartbeat=now):
        return
    run = HarvestRun.objects.select_related("harvest").get(pk=run_id)
    logged(run, _BEGUN)
    passage = Passage(run, run.harvest, HARVESTER)
    try:
        passage.walk()
    except HarvestLimitReached as error:
        passage.tell()
        end_run(HARVESTER, run_id, "done", whole=False, problem=error)
    except TooManyGone as error:
        passage.tell()
        end_run(HARVESTER, run_id, "done", whole=True, problem=error)
    except CityhallError as error:
        passage.tell()
        end_run(
            HARVESTER, run_id, "cancelled" if isinstance(error, HarvestCancelled) else "failed", problem=error
        )
    else:
        logged(run, _DONE)
        end_run(HARVESTER, run_id, "done", whole=True)


@action("federation.end_run")
def end_run(
    _actor: Actor, run_id: str, stage: str, *, whole: bool | None = None, problem: CityhallError | None = None
) -> None:
    """Note how a run ended, with its figures."""
    run = HarvestRun.objects.select_for_update().get(pk=run_id)
    told = problem.as_dict() if problem else None
    HarvestRun.objects.filter(pk=run_id).update(
        stage=stage, active=False, whole=whole, error=told, finished=clock.now()
    )
    facts = {name: count for name, count in run.counts.items() if count}
    record(
        f"harvest:{run.harvest_id}", run=run_id, stage=stage, problem=problem.code if problem else "", **facts
    )


@bookkeeping
def tick(actor: Actor) -> int:
    """One beat: queue every harvest that is due, take up the runs whose worker died; answers how many of both."""
    due = Harvest.objects.filter(enabled=True, next_due__lte=clock.now()).exclude(schedule="")
    return sum(_started(actor, harvest.id) for harvest in due) + recover(actor)


def _started(actor: Actor, harvest_id: str) -> int:
    try:
        start_run(actor, harvest_id)
    except HarvestInProgress:
        return 0
    return 1


def waiting() -> int:
    """How many harvests are due."""
    return Harvest.objects.filter(enabled=True, next_due__lte=clock.now()).exclude(schedule="").count()


@bookkeeping
def recover(actor: Actor) -> int:
    """Queue again every run that shows no sign of life, at most three times; answers how many went on."""
    silent = Q(heartbeat__lt=clock.now() - STALE) | Q(heartbeat=None)
    stale = HarvestRun.objects.filter(silent, active=True, stage="reading")
    return sum(_taken_up(actor, run) for run in stale)


def _taken_up(actor: Actor, run: HarvestRun) -> int:
    if run.attempt >= MOST_ATTEMPTS:
        end_run(actor, run.id, "failed", problem=HarvestInterrupted())
        return 0
    resume(actor, run.id)
    return 1


@action("federation.resume")
def resume(actor: Actor, run_id: str) -> None:
    """Queue an abandoned run again; what it took already is found unchanged."""
    run = HarvestRun.objects.select_for_update().get(pk=run_id)
    HarvestRun.objects.filter(pk=run_id).update(stage="queued", attempt=run.attempt + 1)
    jobs.enqueue(JOB, run_id=run_id)
    record(f"harvest:{run.harvest_id}", run=run_id, attempt=run.attempt + 1, actor=actor.id)


@bookkeeping
def look_after_collected(event: VersionLoaded) -> None:
    """Publish a harvested entry once its data has come for the first time."""
    harvested = Origin.objects.filter(dataset_id=event.dataset_id, present=True).exists()
    if harvested and dataset(event.dataset_id).state == "draft":
        publish_collected(HARVESTER, event.dataset_id)
