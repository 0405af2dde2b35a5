"""Verbs of opening: ask for a file. Equal requests share one finished file."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction

from cityhall.catalog.queries import Dataset
from cityhall.kernel import clock, events, jobs
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, bookkeeping, record
from cityhall.opening import models, writing
from cityhall.opening.deciding import dataset_for, demand
from cityhall.opening.errors import ExportNotPossible
from cityhall.opening.events import ExportRequested
from cityhall.opening.exporting import READY, Export, address_of, export_from, export_path, suitable_formats
from cityhall.opening.formats import Format, format_of
from cityhall.opening.metering import counting, leasing
from cityhall.opening.profiling import keeping
from cityhall.opening.rules import Decision
from cityhall.opening.searching.following import follow_dataset, follow_import, rebuild_search
from cityhall.opening.talking.comments import comment, decide_comment, report_comment, withdraw_comment
from cityhall.opening.talking.favourites import set_favourite
from cityhall.opening.talking.leaving import leave
from cityhall.opening.talking.mending import accept_correction, look_after_corrections, settle_corrections
from cityhall.opening.talking.requests import answer, file_correction, file_opening, withdraw_request
from cityhall.opening.talking.reuses import decide_reuse, show_reuse, withdraw_reuse
from cityhall.opening.talking.watching import watch_searches
from cityhall.opening.versions import version_or_nothing

__all__ = [
    "accept_correction",
    "admit",
    "answer",
    "ask_profile",
    "comment",
    "count_key",
    "count_use",
    "decide_comment",
    "decide_reuse",
    "file_correction",
    "file_opening",
    "follow_dataset",
    "follow_import",
    "forget_leases",
    "leave",
    "look_after_corrections",
    "rebuild_search",
    "report_comment",
    "request_export",
    "set_favourite",
    "settle_corrections",
    "show_reuse",
    "watch_searches",
    "withdraw_comment",
    "withdraw_request",
    "withdraw_reuse",
    "write_counts",
    "write_export",
    "write_profile",
]

write_export = jobs.job("opening.write_export")(writing.write_export)
write_profile = jobs.job("opening.write_profile")(keeping.write_profile)
admit = bookkeeping(leasing.admit)
forget_leases = bookkeeping(leasing.forget_leases)
count_use = bookkeeping(counting.count_use)
count_key = bookkeeping(counting.count_key)
write_counts = bookkeeping(counting.write_counts)


@bookkeeping
def ask_profile(actor: Actor, dataset_id: str) -> None:
    """See to it that the profile of the latest version, as the actor may see it, is computed: at once for a small
    version, by a job for a large one. Errors: `DatasetHidden`, `NoVersionYet`.
    """
    found, decision = dataset_for(actor, dataset_id, "statistics")
    if decision.clear:
        keeping.ask(found, decision, version_or_nothing(found.id, None))


@action("opening.request_export")
def request_export(actor: Actor, dataset_id: str, format_code: str, *, version: int | None = None) -> Export:
    """Ask for a file of what the actor may see of a version; a job writes it unless it is there already.

    Errors: `DatasetHidden`, `NothingOpen`, `NoVersionYet`, `FormatUnknown`, `ExportNotPossible`.
    """
    found, decision = dataset_for(actor, dataset_id, "download")
    demand(decision)
    kind = format_of(format_code)
    if kind not in suitable_formats(found, decision):
        raise ExportNotPossible(format=kind.title.en)
    stored = version_or_nothing(found.id, version)
    row, reused = _row_for(found, decision, stored.number, kind)
    record(
        f"dataset:{found.id}",
        export=row.id,
        version=stored.number,
        format=kind.code,
        items=len(decision.items),
        reused=reused,
    )
    events.emit(ExportRequested(row.id, found.id, kind.code, reused))
    return export_from(row)


def _row_for(found: Dataset, decision: Decision, version: int, kind: Format) -> tuple[models.Export, bool]:
    """The export with this address: there already, to be written again because it failed or its file is
    gone, or new.
    """
    address = address_of(found.id, version, decision, kind.code)
    there = models.Export.objects.filter(address=address).first() or _new_row(
        found, decision, version, kind, address
    )
    finished = there.state == READY and export_path(address, kind.suffix).is_file()
    if finished or (there.state in ("waiting", "writing") and not _stale(there)):
        return there, finished
    there.state, there.error, there.created = "waiting", None, clock.now()
    there.save(update_fields=["state", "error", "created"])
    jobs.enqueue("opening.write_export", export_id=there.id)
    return there, False


def _new_row(found: Dataset, decision: Decision, version: int, kind: Format, address: str) -> models.Export:
    """A new row; when another request was faster, that one's."""
    try:
        with transaction.atomic():
            return models.Export.objects.create(
                dataset_id=found.id,
                version=version,
                format=kind.code,
                address=address,
                items=list(decision.items),
                masks=dict(decision.masks),
                state="asked",
                file_name=f"{_safe(found.title.zh or found.code)}_v{version}.{kind.suffix}",
                created=clock.now(),
            )
    except IntegrityError:
        return models.Export.objects.get(address=address)


def _stale(row: models.Export) -> bool:
    """Whether a file that somebody began to wait for never came: its worker died."""
    return (clock.now() - row.created).total_seconds() > writing.GIVE_UP_SECONDS


def _safe(title: str) -> str:
    """A title as part of a file name: letters, digits and Chinese characters only."""
    return re.sub(r"[^\w一-鿿-]+", "_", title).strip("_")[:80] or "dataset"
