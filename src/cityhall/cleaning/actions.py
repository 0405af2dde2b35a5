"""Verbs of cleaning."""

from __future__ import annotations

from cityhall.cleaning.dismissing import dismiss_rows
from cityhall.cleaning.keeping import Fault, NewReport, RowOutcome, note_dismissed, save_outcomes, save_report

__all__ = [
    "Fault",
    "NewReport",
    "RowOutcome",
    "dismiss_rows",
    "note_dismissed",
    "save_outcomes",
    "save_report",
]
