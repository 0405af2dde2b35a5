"""Finished files are copies that can be written again: old ones go, and all of them together stay below a limit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record
from cityhall.opening import models
from cityhall.opening.exporting import READY, export_path
from cityhall.opening.formats import format_of
from cityhall.warehouse.actions import drop_finished
from cityhall.warehouse.queries import latest_of


@action("opening.sweep_exports")
def sweep_exports(actor: Actor, *, days: int, most_bytes: int) -> int:
    """Remove finished files older than `days` of versions that are not the latest, then the oldest of all until no
    more than `most_bytes` are left; answers how many went. Asked for again they are written again.
    Errors: `RightMissing`.
    """
    require(actor, "warehouse.maintain")
    going = leaving(days=days, most_bytes=most_bytes)
    for row in going:
        drop_finished(_path(row))
    models.Export.objects.filter(id__in=[row.id for row in going]).delete()
    record("exports", files=len(going), bytes=sum(row.bytes or 0 for row in going))
    return len(going)


def leaving(*, days: int, most_bytes: int) -> tuple[models.Export, ...]:
    """The finished files that would go, oldest first."""
    finished = list(models.Export.objects.filter(state=READY).order_by("finished", "id"))
    latest = latest_of({row.dataset_id for row in finished})
    before = clock.now() - timedelta(days=days)
    left = sum(row.bytes or 0 for row in finished)
    going = []
    for row in finished:
        serving = latest.get(row.dataset_id)
        outdated = serving is None or row.version != serving.number
        if left > most_bytes or (outdated and row.finished is not None and row.finished < before):
            going.append(row)
            left -= row.bytes or 0
    return tuple(going)


def _path(row: models.Export) -> Path:
    return export_path(row.address, format_of(row.format).suffix)


def exports_to_sweep(*, days: int, most_bytes: int) -> int:
    """How many finished files would go."""
    return len(leaving(days=days, most_bytes=most_bytes))
