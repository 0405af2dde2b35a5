"""The way back: corrected rows of a quarantine go through the same rules and join the next version."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from cityhall.cleaning.errors import ReportSuperseded
from cityhall.cleaning.queries import ReportInfo, bad_rows, quarantine_columns, stored_report
from cityhall.collection.errors import CorrectionMismatch, FileMissing
from cityhall.collection.models import Run
from cityhall.collection.road import walk
from cityhall.collection.runs import JOB, create_run
from cityhall.identity.queries import require
from cityhall.kernel import jobs
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record
from cityhall.warehouse.actions import Landed, land

LINE = "line"
AT_ONCE_BYTES = 4 * 1024**2


def correct_rows(actor: Actor, report_id: str, edits: Mapping[int, Mapping[str, str | None]]) -> str:
    """Correct cells of quarantined rows (line -> column -> new text); answers the id of the correction run, ended.

    Columns that are not named keep their original text. Rows that pass join the next version; the others stay open
    with their new faults. Raises CorrectionMismatch, ReportSuperseded, ReportUnknown, RightMissing, RunInProgress.
    """
    report = _correctable(actor, report_id)
    columns = quarantine_columns(report_id)
    rows = {row.line: row for row in bad_rows(report_id, lines=edits, limit=len(edits) + 1).rows}
    _all_known(edits, rows)
    for cells in edits.values():
        if unknown := [column for column in cells if column not in columns]:
            raise CorrectionMismatch(why=f"there is no column {unknown[0]}")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([LINE, *columns])
    for line, cells in edits.items():
        whole = {**rows[line].cells, **cells}
        writer.writerow([line, *(whole.get(column) or "" for column in columns)])
    landed = land(io.BytesIO(text.getvalue().encode()), f"{report_id}.corrections.csv")
    return _run(actor, report, landed)


def correct_file(actor: Actor, report_id: str, path: Path, name: str = "") -> str:
    """Take a corrected file of bad rows (as `bad_rows_file` writes it); answers the id of the correction run.

    A small file has been worked off when this returns, a large one is queued. Raises as `correct_rows`.
    """
    report = _correctable(actor, report_id)
    if not path.is_file():
        raise FileMissing(file=name or path.name)
    return _run(actor, report, land(path, name or path.name))


def _correctable(actor: Actor, report_id: str) -> ReportInfo:
    report = stored_report(report_id)
    require(actor, "cleaning.correct", report.agency_id)
    if report.superseded is not None:
        raise ReportSuperseded()
    return report


def _all_known(edits: Iterable[int], rows: Mapping[int, object]) -> None:
    if missing := [line for line in edits if line not in rows]:
        raise CorrectionMismatch(why=f"line {missing[0]} is not in the quarantine")


def _run(actor: Actor, report: ReportInfo, landed: Landed) -> str:
    at_once = landed.size <= AT_ONCE_BYTES
    run_id = begin_correction(actor, report, landed, enqueue=not at_once)
    if at_once:
        walk(run_id)
    return run_id


@action("collection.correct")
def begin_correction(actor: Actor, report: ReportInfo, landed: Landed, *, enqueue: bool) -> str:
    """Open the run of a correction; answers its id."""
    source_id = Run.objects.filter(pk=report.run_id).values_list("source_id", flat=True).first()
    run = create_run(
        actor,
        f"correction:{report.dataset_id}",
        landed.name,
        kind="correction",
        source_id=source_id,
        dataset_id=report.dataset_id,
        agency_id=report.agency_id,
        landed_sha256=landed.sha256,
        bytes=landed.size,
        options={"report": report.id},
    )
    if enqueue:
        jobs.enqueue(JOB, run_id=run.id)
    record(f"dataset:{report.dataset_id}", report=report.id, run=run.id, sha256=landed.sha256)
    return run.id
