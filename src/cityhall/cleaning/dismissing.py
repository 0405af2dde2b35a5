"""Setting quarantined rows aside for good, with a reason."""

from __future__ import annotations

from collections.abc import Iterable

from cityhall.cleaning.errors import ReasonMissing
from cityhall.cleaning.keeping import note_dismissed
from cityhall.cleaning.reports import stored_report
from cityhall.cleaning.setaside import row_faults
from cityhall.identity.queries import require
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record


@action("cleaning.dismiss_rows")
def dismiss_rows(actor: Actor, report_id: str, lines: Iterable[int], reason: str) -> tuple[str, ...]:
    """Dismiss rows of a report's quarantine; answers the findings that closed by it.

    Raises ReasonMissing, ReportUnknown, RightMissing.
    """
    report = stored_report(report_id)
    require(actor, "cleaning.dismiss", report.agency_id)
    if not reason.strip():
        raise ReasonMissing()
    faults = row_faults(report_id, lines)
    closed = note_dismissed(actor, report_id, faults, reason.strip())
    record(f"dataset:{report.dataset_id}", report=report_id, rows=len(faults), closed=list(closed))
    return closed
