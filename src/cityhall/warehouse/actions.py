"""Verbs of the warehouse."""

from __future__ import annotations

from contextlib import suppress

from cityhall.kernel import jobs
from cityhall.kernel.actor import system_actor
from cityhall.warehouse.committing import commit_version, prepare
from cityhall.warehouse.errors import VersionConflict, VersionMissing
from cityhall.warehouse.exporting.finished import drop_finished, keep_finished
from cityhall.warehouse.housekeeping import Swept, compact, expire, sweep
from cityhall.warehouse.landing import land
from cityhall.warehouse.shapes import Column, Counts, Landed, Prepared, Version

__all__ = [
    "Column",
    "Counts",
    "Landed",
    "Prepared",
    "Swept",
    "Version",
    "commit_version",
    "compact",
    "compact_waiting",
    "drop_finished",
    "expire",
    "keep_finished",
    "land",
    "prepare",
    "sweep",
]


@jobs.job("warehouse.compact")
def compact_waiting(dataset_id: str) -> None:
    """Compaction for a worker. A load that came first is no failure: the next look finds what is left."""
    with suppress(VersionConflict, VersionMissing):
        compact(system_actor("upkeep"), dataset_id)
