"""The one table of consequences (event -> handlers) and the list of modules that register jobs."""

from __future__ import annotations

from collections.abc import Sequence

from cityhall.kernel import events
from cityhall.kernel.events import Event, Handler

HANDLERS: dict[type[Event], Sequence[Handler]] = {}


def wire_all() -> None:
    """Install the table; called once at start."""
    events.wire(HANDLERS)
