"""Events: what has happened, told after commit. Which handlers listen is one table in `app`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

log = logging.getLogger("cityhall.events")


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; rooms subclass it as frozen dataclasses of ids and plain values."""


Handler = Callable[[Any], None]
_handlers: dict[type[Event], tuple[Handler, ...]] = {}


def wire(table: Mapping[type[Event], Sequence[Handler]]) -> None:
    """Install the composition root's table (event class -> handlers), replacing the former one."""
    _handlers.clear()
    _handlers.update({event: tuple(handlers) for event, handlers in table.items()})


def wired() -> Mapping[type[Event], tuple[Handler, ...]]:
    """The table in force: the map of all consequences."""
    return dict(_handlers)


def emit(event: Event) -> None:
    """Tell the handlers once the surrounding transaction has committed; never if it rolls back.

    A handler that fails is logged and does not undo what happened; lasting work belongs in a job that the action itself
    enqueues in its transaction.
    """
    transaction.on_commit(lambda: _deliver(event), robust=True)


def _deliver(event: Event) -> None:
    for handler in _handlers.get(type(event), ()):
        try:
            handler(event)
        except Exception:
            log.exception("handler %s failed on %s", handler.__qualname__, event)
