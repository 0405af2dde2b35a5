"""Reads of federation: harvests, their runs, what failed, and where an entry comes from."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q

from cityhall.federation.configuring import SETTINGS
from cityhall.federation.errors import HarvestRunUnknown, HarvestUnknown
from cityhall.federation.harvesting import COUNTS, FEEDS
from cityhall.federation.models import Harvest, HarvestFailure, HarvestRun, Origin
from cityhall.federation.running import waiting
from cityhall.federation.shapes import FailureSeen, HarvestInfo, HarvestRunInfo, OriginSeen
from cityhall.kernel.text import Text

__all__ = [
    "COUNTS",
    "KINDS",
    "SETTINGS",
    "FailureSeen",
    "HarvestInfo",
    "HarvestRunInfo",
    "OriginSeen",
    "failures",
    "harvest",
    "harvest_run",
    "harvest_runs",
    "harvests",
    "origins",
    "origins_of",
    "waiting",
]

KINDS = tuple(FEEDS)
PAGE = 50


def harvests() -> tuple[HarvestInfo, ...]:
    """All harvests by name."""
    rows = Harvest.objects.annotate(entries=Count("origins", filter=Q(origins__present=True)))
    return tuple(_info(row) for row in rows.order_by("name", "id"))


def harvest(harvest_id: str) -> HarvestInfo:
    """One harvest; raises HarvestUnknown."""
    rows = Harvest.objects.annotate(entries=Count("origins", filter=Q(origins__present=True)))
    row = rows.filter(pk=harvest_id).first()
    if row is None:
        raise HarvestUnknown(harvest=harvest_id)
    return _info(row)


def harvest_runs(harvest_id: str = "", limit: int = PAGE) -> tuple[HarvestRunInfo, ...]:
    """Runs of one harvest or of all, newest first."""
    rows = HarvestRun.objects.all()
    if harvest_id:
        rows = rows.filter(harvest_id=harvest_id)
    return tuple(_run_info(row) for row in rows.order_by("-id")[:limit])


def harvest_run(run_id: str) -> HarvestRunInfo:
    """One run; raises HarvestRunUnknown."""
    row = HarvestRun.objects.filter(pk=run_id).first()
    if row is None:
        raise HarvestRunUnknown()
    return _run_info(row)


def failures(run_id: str, limit: int = 100) -> tuple[FailureSeen, ...]:
    """What a run could not take, in the order in which it came."""
    rows = HarvestFailure.objects.filter(run_id=run_id).order_by("id")[:limit]
    return tuple(_failure(row) for row in rows)


def origins(harvest_id: str, after: int = 0, limit: int = PAGE) -> tuple[OriginSeen, ...]:
    """The entries of a harvest, those that changed last first, from place `after`."""
    rows = Origin.objects.filter(harvest_id=harvest_id).select_related("harvest").order_by("-changed", "id")
    return tuple(_origin(row) for row in rows[after : after + limit])


def origins_of(dataset_ids: Iterable[str]) -> dict[str, OriginSeen]:
    """Dataset id -> where it comes from; datasets of our own are left out."""
    rows = Origin.objects.filter(dataset_id__in=list(dataset_ids)).select_related("harvest")
    return {row.dataset_id: _origin(row) for row in rows}


def _info(row: Harvest) -> HarvestInfo:
    return HarvestInfo(
        id=row.id,
        name=row.name,
        kind=row.kind,
        url=row.url,
        agency_id=row.agency_id,
        settings=row.settings,
        schedule=row.schedule,
        enabled=row.enabled,
        next_due=row.next_due,
        entries=getattr(row, "entries", 0),
    )


def _run_info(row: HarvestRun) -> HarvestRunInfo:
    return HarvestRunInfo(
        id=row.id,
        harvest_id=row.harvest_id,
        stage=row.stage,
        active=row.active,
        whole=row.whole,
        counts={name: int(row.counts.get(name, 0)) for name in COUNTS},
        log=tuple((at, Text.from_dict(words)) for at, words in row.log),
        error=row.error,
        created=row.created,
        started=row.started,
        finished=row.finished,
    )


def _failure(row: HarvestFailure) -> FailureSeen:
    says = Text.from_dict(row.error["title"])
    return FailureSeen(row.remote_id, row.title, str(row.error["code"]), says)


def _origin(row: Origin) -> OriginSeen:
    return OriginSeen(
        dataset_id=row.dataset_id,
        harvest_id=row.harvest_id,
        harvest_name=row.harvest.name,
        remote_id=row.remote_id,
        address=row.address,
        licence=row.licence,
        publisher=row.publisher,
        present=row.present,
        changed=row.changed,
    )
