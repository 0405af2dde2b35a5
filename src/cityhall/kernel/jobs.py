"""Jobs: named work done later by a worker, enqueued in the same transaction as the rows it is about.

The queue is django-tasks with its database backend; this is the only module that knows. Heartbeat, progress and
cancelling belong to the thing worked on (a run, an export), which has its own row and page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_tasks import task

JobFunction = Callable[..., None]
_registry: dict[str, JobFunction] = {}


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the job `name` (`room.verb`); its arguments must be JSON values."""

    def register(function: JobFunction) -> JobFunction:
        if name in _registry and _registry[name] is not function:
            raise RuntimeError(f"job {name} is registered twice")
        _registry[name] = function
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


@task()
def perform(name: str, arguments: dict[str, Any]) -> None:
    """Run one job in a worker. The queue stores only the name and the arguments."""
    _registry[name](**arguments)
