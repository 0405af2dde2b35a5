"""After a crash: runs whose worker is gone start again from their landed bytes, or fail with a coded error."""

from __future__ import annotations

import shutil

from cityhall.collection.controlling import requeue
from cityhall.collection.ending import end_run
from cityhall.collection.errors import RunInterrupted
from cityhall.collection.models import Run
from cityhall.collection.road import work_folder
from cityhall.collection.runs import MOST_ATTEMPTS, abandoned
from cityhall.collection.sources.kinds import FETCHERS
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record


def recover(actor: Actor) -> tuple[str, ...]:
    """Take up every abandoned run and sweep the work folders nobody needs; answers the runs that go on.

    Called when a worker starts and now and then by the beat; doing it twice, or in two processes, is harmless.
    """
    going_on = []
    for run in Run.objects.filter(active=True).select_related("source").order_by("id"):
        if not abandoned(run):
            continue
        if _can_go_on(run):
            resume(actor, run.id)
            going_on.append(run.id)
        else:
            end_run(actor, run.id, RunInterrupted(stage=run.stage), {})
    _sweep()
    return tuple(going_on)


@action("collection.resume")
def resume(actor: Actor, run_id: str) -> None:
    """Queue an abandoned run again."""
    run = Run.objects.select_for_update(of=("self",)).select_related("source").get(pk=run_id)
    requeue(run)
    record(f"run:{run_id}", stage=run.stage, attempt=run.attempt + 1, actor=actor.id)


def _can_go_on(run: Run) -> bool:
    if run.attempt >= MOST_ATTEMPTS:
        return False
    fetchable = run.source is not None and run.source.kind in FETCHERS
    return bool(run.landed_sha256) or fetchable


def _sweep() -> None:
    folder = work_folder()
    if not folder.is_dir():
        return
    busy = set(Run.objects.filter(active=True).values_list("id", flat=True))
    for place in folder.iterdir():
        if place.name not in busy:
            shutil.rmtree(place, ignore_errors=True)
