"""Reads of the warehouse."""

from __future__ import annotations

from cityhall.warehouse.landing import raw_path
from cityhall.warehouse.query.language import (
    Aggregate,
    AnyOf,
    Box,
    Condition,
    Limits,
    Query,
    Rows,
)
from cityhall.warehouse.query.running import run
from cityhall.warehouse.shapes import Column, Counts, Landed, Prepared, Version
from cityhall.warehouse.versions import files_of, version, versions

__all__ = [
    "Aggregate",
    "AnyOf",
    "Box",
    "Column",
    "Condition",
    "Counts",
    "Landed",
    "Limits",
    "Prepared",
    "Query",
    "Rows",
    "Version",
    "files_of",
    "raw_path",
    "run",
    "version",
    "versions",
]
