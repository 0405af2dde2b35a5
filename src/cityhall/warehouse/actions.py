"""Verbs of the warehouse."""

from __future__ import annotations

from cityhall.warehouse.committing import commit_version, prepare
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
    "expire",
    "land",
    "prepare",
    "sweep",
]
