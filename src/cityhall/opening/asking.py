"""Asking for a file. Equal requests share one file and one job; what the public asks for again leaves no second trace."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from cityhall.catalog.queries import Dataset
from cityhall.kernel import clock, events, jobs
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record
from cityhall.opening import models, writing
from cityhall.opening.deciding import dataset_for, demand
from cityhall.opening.errors import ExportNotPossible, TooManyWaiting
from cityhall.opening.events import ExportRequested
from cityhall.opening.exporting import READY, Export, address_of, export_from, export_path, suitable_formats
from cityhall.opening.formats import Format, format_of
from cityhall.opening.rules import Decision
from cityhall.opening.versions import version_or_nothing
from cityhall.warehouse.queries import finished_at_hand

WAITING: Final = ("waiting", "writing")
MOST_WAITING: Final = int(os.environ.get("CITYHALL_EXPORTS_WAITING", "100"))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One file: a version of a dataset, seen through a decision, in a format."""

    found: Dataset
    decision: Decision
    version: int
    kind: Format

    @property
    def address(self) -> str:
        return address_of(self.found.id, self.version, self.decision, self.kind.code)


def request_export(actor: Actor, dataset_id: str, format_code: str, *, version: int | None = None) -> Export:
    """Ask for a file of what the actor may see of a version; a job writes it unless it is there already.

    What the public may see is recorded when it is written for the first time; who takes more than the public may is
    recorded every time. Errors: `DatasetHidden`, `NothingOpen`, `NoVersionYet`, `FormatUnknown`, `ExportNotPossible`,
    `TooManyWaiting`.
    """
    found, decision = dataset_for(actor, dataset_id, "download")
    demand(decision)
    kind = format_of(format_code)
    if kind not in suitable_formats(found, decision):
        raise ExportNotPossible(format=kind.title.en)
    wanted = _Wanted(found, decision, version_or_nothing(found.id, version).number, kind)
    there = models.Export.objects.filter(address=wanted.address).first()
    if there is None or not _usable(there) or decision.viewpoint != "public":
        return order_export(actor, wanted)
    events.emit(ExportRequested(there.id, found.id, kind.code, there.state == READY))
    return export_from(there)


@action("opening.request_export")
def order_export(actor: Actor, wanted: _Wanted) -> Export:  # noqa: ARG001  (an action names its actor)
    """Have a file written that is not there and not on its way, or take note of who takes it."""
    row, reused = _row_for(wanted)
    record(
        f"dataset:{wanted.found.id}",
        export=row.id,
        version=wanted.version,
        format=wanted.kind.code,
        items=len(wanted.decision.items),
        reused=reused,
    )
    events.emit(ExportRequested(row.id, wanted.found.id, wanted.kind.code, reused))
    return export_from(row)


def _row_for(wanted: _Wanted) -> tuple[models.Export, bool]:
    """The export with this address: there already, to be written again because it failed or its file is gone, or new.
    Of several requests at once one puts the job on the queue.
    """
    there = models.Export.objects.filter(address=wanted.address).first() or _new_row(wanted)
    if _usable(there):
        return there, there.state == READY
    if wanted.decision.viewpoint == "public":
        _check_queue()
    as_seen = models.Export.objects.filter(id=there.id, state=there.state, created=there.created)
    if as_seen.update(state="waiting", error=None, created=clock.now()):
        jobs.enqueue("opening.write_export", export_id=there.id)
    return models.Export.objects.get(id=there.id), False


def _usable(row: models.Export) -> bool:
    """Whether the file is there, or somebody is about to write it."""
    if row.state == READY:
        return finished_at_hand(export_path(row.address, format_of(row.format).suffix), row.sha256)
    return row.state in WAITING and not _stale(row)


def _stale(row: models.Export) -> bool:
    """Whether a file that somebody began to wait for never came: its worker died."""
    return (clock.now() - row.created).total_seconds() > writing.GIVE_UP_SECONDS


def _check_queue() -> None:
    """Anybody may ask for files, and each costs a worker minutes: beyond so many the next must wait."""
    if models.Export.objects.filter(state__in=WAITING).count() >= MOST_WAITING:
        raise TooManyWaiting(most=MOST_WAITING)


def _new_row(wanted: _Wanted) -> models.Export:
    """A new row; when another request was faster, that one's."""
    title = _safe(wanted.found.title.zh or wanted.found.code)
    try:
        with transaction.atomic():
            return models.Export.objects.create(
                dataset_id=wanted.found.id,
                version=wanted.version,
                format=wanted.kind.code,
                address=wanted.address,
                items=list(wanted.decision.items),
                masks=dict(wanted.decision.masks),
                state="asked",
                file_name=f"{title}_v{wanted.version}.{wanted.kind.suffix}",
                created=clock.now(),
            )
    except IntegrityError:
        return models.Export.objects.get(address=wanted.address)


def _safe(title: str) -> str:
    """A title as part of a file name: letters, digits and Chinese characters only."""
    return re.sub(r"[^\w一-鿿-]+", "_", title).strip("_")[:80] or "dataset"
