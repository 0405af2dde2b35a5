"""Verbs of the ledger. `@action` makes a function one transaction with exactly one entry; `record` writes that entry."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

import rfc8785
from django.db import transaction

from cityhall.kernel import clock, jobs
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.models import Entry
from cityhall.ledger.sequencing import sequence

__all__ = ["action", "actions", "bookkeeping", "record", "sequence", "sequence_waiting"]

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class _Act:
    verb: str
    actor: Actor
    entries: list[str] = field(default_factory=list)


_current: ContextVar[_Act | None] = ContextVar("cityhall_current_action", default=None)
_verbs: dict[str, str] = {}


def action(
    verb: str,
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Declare a function whose first argument is the actor as the action `room.verb`.

    The call is one transaction (joining an outer one), and must `record` exactly one entry, or it fails as a whole.
    """

    def declare(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        _verbs[verb] = f"{function.__module__}.{function.__qualname__}"

        @functools.wraps(function)
        def act(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with transaction.atomic(), _one_entry(verb, actor):
                return function(actor, *args, **kwargs)

        act.verb = verb  # type: ignore[attr-defined]
        return act

    return declare


def bookkeeping(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a verb that keeps the platform's own books (a heartbeat, a notice marked as read) and decides nothing.

    It changes rows without a ledger entry; everything else in an `actions` module is an `@action`.
    """
    return function


@jobs.job("ledger.sequence")
def sequence_waiting() -> None:
    """The sequencer as a job of the scheduler."""
    sequence()


def actions() -> dict[str, str]:
    """All declared actions: verb -> dotted name of the function."""
    return dict(_verbs)


def record(subject: str, **facts: Any) -> str:
    """Append the entry of the current action; answers its id.

    `subject` is what was acted on (`dataset:abc`); `facts` are JSON values without personal data in clear.
    The entry gets its position in the tree later, from the sequencer, so that writers never queue for a number.
    """
    current = _current.get()
    if current is None:
        raise RuntimeError("record() was called outside an action")
    entry_id = new_id("ent")
    moment = clock.now()
    body: dict[str, Any] = {
        "id": entry_id,
        "verb": current.verb,
        "actor": current.actor.id,
        "subject": subject,
        "at": moment.isoformat(),
        "facts": facts,
    }
    Entry.objects.create(
        id=entry_id,
        verb=current.verb,
        actor=current.actor.id,
        subject=subject,
        at=moment,
        body=rfc8785.dumps(body).decode("utf-8"),
    )
    current.entries.append(entry_id)
    return entry_id


@contextmanager
def _one_entry(verb: str, actor: Actor) -> Iterator[None]:
    current = _Act(verb, actor)
    token = _current.set(current)
    try:
        yield
    finally:
        _current.reset(token)
    if len(current.entries) != 1:
        raise RuntimeError(f"{verb} recorded {len(current.entries)} ledger entries instead of one")
