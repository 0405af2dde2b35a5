"""Keeping the house: fewer files, older data gone, left-overs swept away. Each is an action with its entry
in the ledger.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.events import emit
from cityhall.kernel.storing.choosing import storage
from cityhall.kernel.storing.disk import warehouse_folder
from cityhall.kernel.storing.folder import Folder
from cityhall.ledger.actions import action, record
from cityhall.warehouse.checking import GRACE, orphans
from cityhall.warehouse.committing import commit_version
from cityhall.warehouse.compacting import SMALL_FILE, merged_files
from cityhall.warehouse.events import VersionsExpired
from cityhall.warehouse.models import DataFile, StoredVersion
from cityhall.warehouse.shapes import Prepared, Version
from cityhall.warehouse.versions import version


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files were removed, and how many bytes they held."""

    files: int
    bytes: int


def compact(actor: Actor, dataset_id: str, *, small: int = SMALL_FILE, whole: bool = False) -> Version | None:
    """Write neighbouring data files of less than `small` bytes together, as a new version with the same
    rows in the same order. The files are written before the transaction, which nobody then waits for.

    `whole` writes all files anew, in the form in which single values are found fastest; for a quiet hour.
    Answers the new version, or `None` when there was nothing to gain. Older versions keep their files.
    Errors: `RightMissing`, `VersionMissing`, `VersionConflict`, `DiskFull`.
    """
    require(actor, "warehouse.maintain")
    latest = version(dataset_id)
    ready = merged_files(latest, 2**62, fewest=1) if whole else merged_files(latest, small)
    return commit_compacted(actor, latest, ready) if ready else None


@action("warehouse.compact")
def commit_compacted(actor: Actor, latest: Version, ready: Prepared) -> Version:
    """Make the written files the dataset's next version."""
    counts = replace(latest.counts, read=ready.incoming, clean=ready.incoming, quarantined=0, duplicates=0)
    made = commit_version(actor, latest.dataset_id, mode="compact", files=ready, counts=counts)
    record(f"dataset:{latest.dataset_id}", version=made.number, files=len(ready.superseded or ()))
    return made


@action("warehouse.expire")
def expire(actor: Actor, dataset_id: str, keep: int, *, before: datetime | None = None) -> tuple[int, ...]:
    """Give up the data of all but the latest `keep` (at least 1) versions, and of those only what was made
    `before` a moment, if one is given; their history stays. The files go with the next sweep.

    Answers the numbers of the versions that expired. Landed bytes are not touched. Errors: `RightMissing`,
    `VersionMissing`.
    """
    require(actor, "warehouse.maintain")
    oldest = _oldest_kept(dataset_id, version(dataset_id).number - max(keep, 1) + 1, before)
    leaving = StoredVersion.objects.filter(dataset=dataset_id, number__lt=oldest, expired=None)
    numbers = tuple(leaving.order_by("number").values_list("number", flat=True))
    leaving.update(expired=clock.now())
    DataFile.objects.filter(Q(removed__lte=oldest), dataset=dataset_id).delete()
    record(f"dataset:{dataset_id}", versions=list(numbers))
    emit(VersionsExpired(dataset_id, numbers))
    return numbers


def _oldest_kept(dataset_id: str, oldest: int, before: datetime | None) -> int:
    """The first version that stays: no version behind one that stays may go, they share files."""
    if before is None:
        return oldest
    young = StoredVersion.objects.filter(dataset=dataset_id, number__lt=oldest, created__gte=before)
    first = young.order_by("number").values_list("number", flat=True).first()
    return oldest if first is None else first


@action("warehouse.sweep")
def sweep(actor: Actor, *, grace: float = GRACE) -> Swept:
    """Remove files that no version refers to and that are older than `grace` seconds: what crashes,
    conflicts and expiry leave.
    """
    require(actor, "warehouse.maintain")
    left, there, here = orphans(grace), storage(), Folder()
    for one in left:
        (here if one.name.startswith("work/") else there).remove(one.name)
    there.tidy(time.time() - grace)
    swept = Swept(len(left), sum(one.size for one in left))
    record("warehouse", files=swept.files, bytes=swept.bytes, folder=warehouse_folder().name)
    return swept
