"""The job behind a run, for workers."""

from __future__ import annotations

from cityhall.collection.committing import LOADER
from cityhall.collection.controlling import queue_run
from cityhall.collection.errors import RunInProgress, SettingWrong
from cityhall.collection.models import Run
from cityhall.collection.road import walk
from cityhall.collection.runs import JOB, get_run
from cityhall.collection.sources.folder import waiting_files
from cityhall.collection.sources.kinds import spec_of
from cityhall.kernel.actor import Actor
from cityhall.kernel.jobs import job
from cityhall.ledger.actions import action, record


@job(JOB)
def perform_run(run_id: str) -> None:
    """Work off a queued run; a drop folder with more files waiting gets its next run at once."""
    walk(run_id)
    run = get_run(run_id)
    if run.stage in ("done", "failed") and _more_waiting(run):
        try:
            continue_folder(LOADER, run_id)
        except RunInProgress:
            return


@action("collection.continue_folder")
def continue_folder(actor: Actor, run_id: str) -> str:
    """Queue the run of a drop folder's next file; answers its id."""
    run = get_run(run_id)
    if run.source is None:
        raise TypeError("a folder's run has a source")
    following = queue_run(actor, run.source, {})
    record(f"source:{run.source.id}", run=following.id, after=run_id)
    return following.id


def _more_waiting(run: Run) -> bool:
    """Whether another file lies in the folder. The same file still lying there is not another."""
    if run.source is None or run.source.kind != "folder" or not run.source.enabled or not run.landed_sha256:
        return False
    try:
        return any(path.name != run.file_name for path in waiting_files(spec_of(run.source)))
    except SettingWrong:
        return False
