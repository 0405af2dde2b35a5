"""The one table of consequences (event -> handlers) and the list of modules that register jobs."""

from __future__ import annotations

from collections.abc import Sequence

from cityhall.collection import actions as collection_jobs
from cityhall.kernel import events
from cityhall.kernel.events import Event, Handler
from cityhall.ledger import actions as ledger_jobs
from cityhall.messaging import actions as messaging_jobs
from cityhall.opening import actions as opening_jobs

from cityhall.opening.actions import look_after_corrections
from cityhall.warehouse import actions as warehouse_jobs
# Importing a room's actions registers its jobs; a worker needs them all.
JOB_MODULES = (collection_jobs, ledger_jobs, messaging_jobs, opening_jobs, warehouse_jobs)

HANDLERS: dict[type[Event], Sequence[Handler]] = {}


def wire_all() -> None:
    """Install the table; called once at start."""
    events.wire(HANDLERS)
