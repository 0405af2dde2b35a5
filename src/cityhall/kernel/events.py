"""Events: what has happened, told after commit. Which handlers listen is one table in `app`.

A second table holds the few handlers that must hold at the same moment (an index over rows of a lower room): they run
inside the transaction that emits, so that what they keep can neither lag nor be lost.
"""

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
Table = Mapping[type[Event], Sequence[Handler]]
_handlers: dict[type[Event], tuple[Handler, ...]] = {}
_within: dict[type[Event], tuple[Handler, ...]] = {}


def wire(table: Table, within: Table | None = None) -> None:
    """Install the composition root's tables (event class -> handlers), replacing the former ones.

    The handlers of `within` run inside the transaction that emits, and their failure undoes it.
    """
    for kept, given in ((_handlers, table), (_within, within or {})):
        kept.clear()
        kept.update({event: tuple(handlers) for event, handlers in given.items()})


def emit(event: Event) -> None:
    """Tell the handlers once the surrounding transaction has committed; never if it rolls back.

    A handler that fails is logged and does not undo what happened; lasting work belongs in a job that the action itself
    enqueues in its transaction.
    """
    for handler in _within.get(type(event), ()):
        handler(event)
    transaction.on_commit(lambda: _deliver(event), robust=True)


def _deliver(event: Event) -> None:
    for handler in _handlers.get(type(event), ()):
        try:
            handler(event)
        except Exception:
            log.exception("handler %s failed on %s", handler.__qualname__, event)
