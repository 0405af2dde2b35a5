"""Keeping what was found: a version's report, its findings, and what becomes of single rows.

These are steps of somebody else's action (collection's), which opens the transaction and records the ledger entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from cityhall.cleaning.events import FindingsClosed, FindingsOpened
from cityhall.cleaning.models import Finding, QualityReport, RowState
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.events import emit

SCORES = ("completeness", "validity", "uniqueness", "consistency", "timeliness", "accuracy")


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault in one column: how many rows, and the reason in both languages."""

    column: str
    code: str
    rows: int
    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report about to be kept. `body` is JSON; `scores` are 0 to 100 by dimension, `overall` among them."""

    dataset_id: str
    agency_id: str
    version: int
    run_id: str
    rules_version: int
    body: Mapping[str, Any]
    scores: Mapping[str, float | None]
    read: int
    clean: int
    quarantined: int
    duplicates: int
    quarantine_sha256: str
    faults: tuple[Fault, ...]
    replaces_all: bool


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one quarantined row in a correction; `findings` are its faults if it is still bad."""

    line: int
    passed: bool
    findings: tuple[Mapping[str, Any], ...] = ()


def save_report(report_id: str, new: NewReport) -> None:
    """Keep a report and open its findings. A whole new delivery ends the findings of the ones before."""
    moment = clock.now()
    report = QualityReport.objects.create(
        id=report_id,
        dataset_id=new.dataset_id,
        agency_id=new.agency_id,
        version=new.version,
        run_id=new.run_id,
        rules_version=new.rules_version,
        body=new.body,
        rows_read=new.read,
        rows_clean=new.clean,
        rows_quarantined=new.quarantined,
        rows_duplicate=new.duplicates,
        score=new.scores.get("overall"),
        quarantine_sha256=new.quarantine_sha256,
        created=moment,
        **{name: new.scores.get(name) for name in SCORES},
    )
    since = _end_earlier(new) if new.replaces_all else {}
    Finding.objects.bulk_create(
        Finding(
            report=report,
            dataset_id=new.dataset_id,
            agency_id=new.agency_id,
            column=fault.column,
            code=fault.code,
            reason=dict(fault.reason),
            rows=fault.rows,
            # A fault that was delivered again has been open since it was first seen.
            opened=since.get((fault.column, fault.code), moment),
        )
        for fault in new.faults
    )
    if new.quarantined:
        emit(FindingsOpened(new.dataset_id, report_id, new.quarantined))


def _end_earlier(new: NewReport) -> dict[tuple[str, str], Any]:
    """Close the open findings of earlier reports: `carried` into this one, or `redelivered` without the fault."""
    moment = clock.now()
    still = {(fault.column, fault.code) for fault in new.faults}
    since: dict[tuple[str, str], Any] = {}
    gone: list[str] = []
    earlier = Finding.objects.filter(dataset_id=new.dataset_id, closed=None).exclude(
        report__run_id=new.run_id
    )
    for finding in earlier.order_by("opened"):
        place = (finding.column, finding.code)
        if place in still:
            since.setdefault(place, finding.opened)
        else:
            gone.append(finding.id)
        finding.outcome = "carried" if place in still else "redelivered"
        finding.closed = moment
        finding.save(update_fields=["outcome", "closed"])
    QualityReport.objects.filter(dataset_id=new.dataset_id, superseded=None).exclude(
        run_id=new.run_id
    ).update(superseded=moment)
    if gone:
        emit(FindingsClosed(new.dataset_id, tuple(gone)))
    return since


def save_outcomes(
    actor: Actor,
    report_id: str,
    outcomes: Iterable[RowOutcome],
    *,
    faults_of: Mapping[int, frozenset[tuple[str, str]]],
    version: int | None,
    run_id: str,
) -> tuple[str, ...]:
    """Note what a correction did to each row; answers the findings that closed by it.

    `faults_of` gives each row's faults as (column, code) as the quarantine holds them. A finding closes when none of
    its rows is open.
    """
    moment = clock.now()
    fixed: dict[tuple[str, str], int] = {}
    for outcome in outcomes:
        state, created = RowState.objects.get_or_create(
            report_id=report_id,
            line=outcome.line,
            defaults={"state": "open", "actor": actor.id, "at": moment},
        )
        if state.state == "corrected" and not created:
            continue
        state.state = "corrected" if outcome.passed else "open"
        state.findings = [] if outcome.passed else [dict(finding) for finding in outcome.findings]
        state.version = version if outcome.passed else None
        state.run_id, state.actor, state.at = run_id, actor.id, moment
        state.save()
        if outcome.passed:
            for place in faults_of.get(outcome.line, ()):
                fixed[place] = fixed.get(place, 0) + 1
    return _count(report_id, fixed, "corrected")


def note_dismissed(
    actor: Actor, report_id: str, lines: Mapping[int, frozenset[tuple[str, str]]], reason: str
) -> tuple[str, ...]:
    """Set rows aside for good, saying why; answers the findings that closed by it."""
    moment = clock.now()
    settled = set(
        RowState.objects.filter(
            report_id=report_id, line__in=lines, state__in=["corrected", "dismissed"]
        ).values_list("line", flat=True)
    )
    places: dict[tuple[str, str], int] = {}
    for line, faults in lines.items():
        if line in settled:
            continue
        RowState.objects.update_or_create(
            report_id=report_id,
            line=line,
            defaults={"state": "dismissed", "reason": reason, "actor": actor.id, "at": moment},
        )
        for place in faults:
            places[place] = places.get(place, 0) + 1
    return _count(report_id, places, "dismissed")


def _count(report_id: str, places: Mapping[tuple[str, str], int], outcome: str) -> tuple[str, ...]:
    """Add settled rows to their findings; close and answer those that have no open row left."""
    for (column, code), rows in places.items():
        Finding.objects.filter(report_id=report_id, column=column, code=code).update(
            **{outcome: F(outcome) + rows}
        )
    done = Finding.objects.filter(report_id=report_id, closed=None, rows__lte=F("corrected") + F("dismissed"))
    closed = tuple(done.values_list("id", flat=True))
    if closed:
        dataset_id = QualityReport.objects.values_list("dataset_id", flat=True).get(pk=report_id)
        Finding.objects.filter(pk__in=closed).update(closed=clock.now(), outcome=outcome)
        emit(FindingsClosed(dataset_id, closed))
    return closed
