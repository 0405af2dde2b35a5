"""How a run ends other than well: failed, cancelled, waiting for a decision; or well, with nothing new."""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping
from typing import Any

from cityhall.collection.committing import LOADER, remember
from cityhall.collection.contracts import Drift
from cityhall.collection.errors import DiskFull, RunBroke, RunCancelled, SchemaChanged
from cityhall.collection.events import DecisionNeeded, RunFailed
from cityhall.collection.models import Run
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.events import emit
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.messaging.actions import Kind, notify

log = logging.getLogger("cityhall.collection")
_MANY_RUNS = Text(en="{count} runs need a look", zh="{count} 个采集任务需要查看")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = ("No space left", "Disk quota exceeded", "File too large", "disk is full")


def as_coded(error: Exception, stage: str) -> CityhallError:
    """Every failure as one of ours: a full disk wherever it was met, anything unforeseen as `RunBroke` (and in the
    log)."""
    if _disk_is_full(error):
        return DiskFull()
    if isinstance(error, CityhallError):
        return error
    log.exception("a run broke in stage %s", stage, exc_info=error)
    return RunBroke(stage=stage, what=type(error).__name__)


def _disk_is_full(error: BaseException | None) -> bool:
    """Whether a full disk is at the bottom of it: a reader of archives takes it for a broken archive."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return True
        if not isinstance(error, CityhallError) and any(words in str(error) for words in _FULL_WORDS):
            return True
        error = error.__cause__
    return False


@action("collection.end_run")
def end_run(_actor: Actor, run_id: str, error: CityhallError, told: Mapping[str, Any]) -> None:
    """Note that a run failed or was cancelled, and what its stages `told`. The former version keeps serving; the
    landed bytes stay.
    """
    run = Run.objects.select_related("source").get(pk=run_id)
    stage = "cancelled" if isinstance(error, RunCancelled) else "failed"
    moment = clock.now()
    Run.objects.filter(pk=run_id).update(
        stage=stage,
        active=False,
        error=error.as_dict(),
        finished=moment,
        heartbeat=moment,
        **told,
    )
    if stage == "failed":
        _tell(run, Text.from_dict(error.as_dict()["title"]), Text.from_dict(error.as_dict()["remedy"]))
        emit(RunFailed(run_id, run.dataset_id, error.code))
    record(f"run:{run_id}", stage=stage, code=error.code, sha256=run.landed_sha256)


@action("collection.ask_decision")
def ask_decision(_actor: Actor, run_id: str, drift: Drift) -> None:
    """Stop a run whose columns have changed and ask the steward; the former version keeps serving."""
    run = Run.objects.select_related("source").get(pk=run_id)
    error = SchemaChanged(**{name: ", ".join(columns) or "—" for name, columns in drift.as_dict().items()})
    moment = clock.now()
    Run.objects.filter(pk=run_id).update(
        stage="decision_needed",
        active=False,
        error=error.as_dict(),
        decision=drift.as_dict() | {"state": "open"},
        finished=moment,
        heartbeat=moment,
    )
    _tell(run, Text.from_dict(error.as_dict()["title"]), Text.from_dict(error.as_dict()["remedy"]))
    emit(DecisionNeeded(run_id, run.dataset_id))
    record(f"run:{run_id}", **drift.as_dict())


@action("collection.find_unchanged")
def end_unchanged(_actor: Actor, run_id: str, before: Run, memory: Mapping[str, Any]) -> dict[str, Any]:
    """End a run well whose bytes are those of an earlier good run: no new version; answers the receipt."""
    run = Run.objects.select_related("source").get(pk=run_id)
    receipt = {**(before.receipt or {}), "unchanged": True}
    moment = clock.now()
    Run.objects.filter(pk=run_id).update(
        stage="done",
        active=False,
        progress=1,
        receipt=receipt,
        dataset_id=before.dataset_id,
        version=before.version,
        error=None,
        finished=moment,
        heartbeat=moment,
    )
    if run.source is not None:
        remember(run.source, before.dataset_id, {}, memory)
    record(f"dataset:{before.dataset_id}", run=run_id, unchanged=True, sha256=run.landed_sha256)
    return receipt


def _tell(run: Run, subject: Text, body: Text) -> None:
    notify(
        LOADER,
        role="steward",
        agency_id=run.agency_id,
        subject=Text(en=f"{run.file_name}: {subject.en}", zh=f"{run.file_name}：{subject.zh}"),
        body=body,
        link=f"/runs/{run.id}/",
        kind=Kind("collection.run", _MANY_RUNS, "/runs/"),
    )
