"""Jobs: named work done later by a worker, enqueued in the same transaction as the rows it is about.

The queue is django-tasks with its database backend; this is the only module that knows. Heartbeat, progress and
cancelling belong to the thing worked on (a run, an export), which has its own row and page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django_tasks import task
from django_tasks_db.models import DBTaskResult

JobFunction = Callable[..., None]
_registry: dict[str, JobFunction] = {}
_again: set[str] = set()
# After this time a job that is said to run has lost its worker; after so many tries it is left for people to look at.
LOST = timedelta(minutes=10)
TRIES = 5
# What was done stays this long to be looked at: its arguments may name people.
DONE_KEPT = timedelta(days=7)


def job(name: str, *, again: bool = False) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the job `name` (`room.verb`); its arguments must be JSON values. With `again`, one whose worker
    died, or that failed, is done again (see `revive`): done twice it must be as if done once, or nearly so."""

    def register(function: JobFunction) -> JobFunction:
        if name in _registry and _registry[name] is not function:
            raise RuntimeError(f"job {name} is registered twice")
        _registry[name] = function
        if again:
            _again.add(name)
        return function

    return register


def registered() -> dict[str, JobFunction]:
    """All jobs by name."""
    return dict(_registry)


def enqueue(name: str, **arguments: Any) -> str:
    """Put a job on the queue (visible to workers when the transaction commits); answers the queue's id."""
    if name not in _registry:
        raise KeyError(f"no job is called {name}")
    return str(perform.enqueue(name, arguments).id)


def revive(before: datetime) -> int:
    """Put jobs back on the queue whose worker is gone, or that failed, since `before`; answers how many. Only those declared with
    `again`."""
    gone = Q(status="RUNNING", started_at__lt=before) | Q(status="FAILED", finished_at__lt=before)
    revived = 0
    for row in DBTaskResult.objects.filter(gone).order_by("enqueued_at"):
        if row.args_kwargs["args"][0] in _again and len(row.worker_ids) < TRIES:
            # the state is asked for once more: somebody else may have seen to it
            same = DBTaskResult.objects.filter(id=row.id, status=row.status, started_at=row.started_at)
            revived += same.update(status="READY", started_at=None, finished_at=None)
    return revived


def forget_done(before: datetime) -> int:
    """Forget the jobs that were done before a moment; answers how many. Those that failed stay for people to look at."""
    return int(DBTaskResult.objects.filter(status="SUCCESSFUL", finished_at__lt=before).delete()[0])


@task()
def perform(name: str, arguments: dict[str, Any]) -> None:
    """Run one job in a worker. The queue stores only the name and the arguments."""
    _registry[name](**arguments)
