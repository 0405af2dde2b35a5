"""Bookkeeping of runs: making one, claiming it for a worker, knowing whether its worker still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from cityhall.collection.errors import RunInProgress, RunUnknown
from cityhall.collection.models import Run, Source
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor

JOB = "collection.run"
STALE_SECONDS = 120
MOST_ATTEMPTS = 3


def create_run(actor: Actor, lane: str, name: str, **facts: Any) -> Run:
    """A queued run; raises RunInProgress when the lane has an active one (the database decides, not we)."""
    try:
        with transaction.atomic():
            return Run.objects.create(
                lane=lane, actor=actor_as_dict(actor), created=clock.now(), file_name=name[:300], **facts
            )
    except IntegrityError as error:
        raise RunInProgress(name=name) from error


def source_lane(source: Source) -> str:
    """What only one run of a source may hold."""
    return f"source:{source.id}"


def get_run(run_id: str) -> Run:
    """The run's row; raises RunUnknown."""
    run = Run.objects.select_related("source").filter(pk=run_id).first()
    if run is None:
        raise RunUnknown(run=run_id)
    return run


def claim(run_id: str) -> Run | None:
    """Take a queued run for this process; None when somebody else has it or it has ended."""
    now = clock.now()
    taken = Run.objects.filter(pk=run_id, stage="queued", active=True).update(
        stage="landing", reached="landing", worker=this_worker(), heartbeat=now, started=now
    )
    return get_run(run_id) if taken else None


def actor_as_dict(actor: Actor) -> dict[str, Any]:
    """The actor as JSON, to act in the same name later."""
    told = {"id": actor.id, "name": actor.name, "kind": actor.kind, "roles": sorted(map(list, actor.roles))}
    told |= {"owner": actor.owner} if actor.owner else {}
    return told if actor.rights is None else told | {"rights": sorted(actor.rights)}


def actor_of(run: Run) -> Actor:
    """Who asked for the run."""
    data = run.actor
    roles = frozenset((role, agency) for role, agency in data.get("roles", ()))
    rights = None if data.get("rights") is None else frozenset(data["rights"])
    owner = data.get("owner", "")
    return Actor(id=data["id"], name=data["name"], kind=data["kind"], roles=roles, rights=rights, owner=owner)


def this_worker() -> str:
    """Host, process and the moment the process started (so that a reused number is not mistaken for it)."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def worker_lives(worker: str) -> bool | None:
    """Whether the process still runs; None when it is on another host and only its heartbeat can tell."""
    host, _, rest = worker.partition(":")
    number, _, started = rest.partition(":")
    if host != socket.gethostname() or not number.isdigit():
        return None if worker else False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return _started(int(number)) == started
    return _started(int(number)) == started and not _is_zombie(int(number))


def abandoned(run: Run) -> bool:
    """Whether nobody works on an active run any more. Also right when the clock was set back: a heartbeat far in
    the future is as suspicious as one far in the past, and a process of this host is asked directly."""
    if run.stage == "queued":
        return False
    lives = worker_lives(run.worker)
    if lives is not None:
        return not lives
    if run.heartbeat is None:
        return True
    return abs((clock.now() - run.heartbeat).total_seconds()) > STALE_SECONDS


def _stat(process: int) -> list[str]:
    try:
        return (
            Path(f"/proc/{process}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rpartition(") ")[2]
            .split()
        )
    except OSError:
        return []


def _started(process: int) -> str:
    fields = _stat(process)
    return fields[19] if len(fields) > 19 else ""


def _is_zombie(process: int) -> bool:
    return _stat(process)[:1] == ["Z"]
