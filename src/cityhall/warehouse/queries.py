"""Reads of the warehouse."""

from __future__ import annotations

from cityhall.warehouse.checking import Problem, fsck
from cityhall.warehouse.comparing import ChangedRow, Diff, diff_versions
from cityhall.warehouse.describing import Bin, ItemFacts, describe
from cityhall.warehouse.due import crowded, overdue
from cityhall.warehouse.exporting.copying import FORMATS, Exported, Format, copy_to
from cityhall.warehouse.exporting.finished import finished_at_hand, finished_path
from cityhall.warehouse.landing import raw_path
from cityhall.warehouse.masks import profile_titles as mask_titles
from cityhall.warehouse.masks import profiles as mask_profiles
from cityhall.warehouse.masks import shows_all
from cityhall.warehouse.overview import Latest, changed_since, latest_of
from cityhall.warehouse.placing import Placed, placed
from cityhall.warehouse.query.cursors import version_in as version_in_cursor
from cityhall.warehouse.query.engine import turn
from cityhall.warehouse.query.language import Aggregate, AnyOf, Box, Condition, Limits, Query, Rows
from cityhall.warehouse.query.parsing import from_json as query_from_json
from cityhall.warehouse.query.parsing import from_params as query_from_params
from cityhall.warehouse.query.running import run
from cityhall.warehouse.query.seeking import bounds_of, mark_after, numbers_of, row_at
from cityhall.warehouse.shapes import Column, Counts, Landed, Prepared, Version
from cityhall.warehouse.versions import files_of, version, versions
from cityhall.warehouse.writing import PARQUET

__all__ = [
    "FORMATS",
    "PARQUET",
    "Aggregate",
    "AnyOf",
    "Bin",
    "Box",
    "ChangedRow",
    "Column",
    "Condition",
    "Counts",
    "Diff",
    "Exported",
    "Format",
    "ItemFacts",
    "Landed",
    "Latest",
    "Limits",
    "Placed",
    "Prepared",
    "Problem",
    "Query",
    "Rows",
    "Version",
    "bounds_of",
    "changed_since",
    "copy_to",
    "crowded",
    "describe",
    "diff_versions",
    "files_of",
    "finished_at_hand",
    "finished_path",
    "fsck",
    "latest_of",
    "mark_after",
    "mask_profiles",
    "mask_titles",
    "numbers_of",
    "overdue",
    "placed",
    "query_from_json",
    "query_from_params",
    "raw_path",
    "row_at",
    "run",
    "shows_all",
    "turn",
    "version",
    "version_in_cursor",
    "versions",
]
