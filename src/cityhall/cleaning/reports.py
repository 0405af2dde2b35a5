"""Reports and findings as they are kept: one version's, the trend over versions, an agency's scores and
time to fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import Max, QuerySet

from cityhall.cleaning.errors import ReportUnknown
from cityhall.cleaning.keeping import SCORES
from cityhall.cleaning.models import Finding, QualityReport
from cityhall.kernel import clock
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInfo:
    """A kept report. `scores` are 0 to 100 by dimension (None: nothing to judge), `score` is their mean; `body` is
    the engine's report; `superseded` tells when a whole new delivery took its place."""

    id: str
    dataset_id: str
    agency_id: str
    version: int | None
    run_id: str
    rules_version: int
    body: Mapping[str, Any]
    read: int
    clean: int
    quarantined: int
    duplicates: int
    score: float | None
    scores: Mapping[str, float | None]
    quarantine_sha256: str
    superseded: datetime | None
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingInfo:
    """One fault in one column of one report. `outcome` once closed: corrected, dismissed, redelivered or carried."""

    id: str
    report_id: str
    dataset_id: str
    agency_id: str
    version: int | None
    column: str
    code: str
    reason: Text
    rows: int
    corrected: int
    dismissed: int
    opened: datetime
    closed: datetime | None
    outcome: str

    @property
    def open_rows(self) -> int:
        """Rows that still need the steward."""
        return 0 if self.closed else max(self.rows - self.corrected - self.dismissed, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyQuality:
    """An agency's mean score over its datasets' latest reports, and how long findings stay open (days, median)."""

    agency_id: str
    datasets: int
    score: float | None
    scores: Mapping[str, float | None]
    open_findings: int
    open_rows: int
    fixed_findings: int
    days_to_fix: float | None
    oldest_open_days: float | None


def stored_report(report_id: str) -> ReportInfo:
    """The report with this id; raises ReportUnknown."""
    return _one(QualityReport.objects.filter(pk=report_id), report_id)


def report_of_version(dataset_id: str, version: int) -> ReportInfo:
    """The report that a version stands on: the one made with it, or, when corrections made the version, the one they
    correct. Raises ReportUnknown."""
    rows = QualityReport.objects.filter(dataset_id=dataset_id, version__lte=version).order_by("-version")
    return _one(rows, f"{dataset_id} v{version}")


def latest_report(dataset_id: str) -> ReportInfo | None:
    """The report of the newest whole delivery (corrections only add to it); None before the first."""
    row = QualityReport.objects.filter(dataset_id=dataset_id).order_by("-version").first()
    return _report(row) if row else None


def trend(dataset_id: str, most: int = 50) -> tuple[ReportInfo, ...]:
    """The reports of the last `most` versions, oldest first."""
    rows = QualityReport.objects.filter(dataset_id=dataset_id).order_by("-version")[:most]
    return tuple(_report(row) for row in reversed(rows))


def compared(agency_id: str) -> tuple[ReportInfo, ...]:
    """The latest report of each of an agency's datasets, worst score first."""
    rows = sorted(
        _latest(QualityReport.objects.filter(agency_id=agency_id)), key=lambda row: row.score or 0.0
    )
    return tuple(_report(row) for row in rows)


def scores_of(dataset_ids: Iterable[str]) -> dict[str, float]:
    """Dataset id -> the score (0 to 100) of its latest report; datasets without one are left out."""
    rows = _latest(QualityReport.objects.filter(dataset_id__in=list(dataset_ids)))
    return {row.dataset_id: row.score for row in rows if row.score is not None}


def findings(
    *, dataset_id: str = "", agency_id: str = "", report_id: str = "", open_only: bool = False
) -> tuple[FindingInfo, ...]:
    """Findings of a dataset, an agency or a report; the open ones first, then the newest."""
    rows = Finding.objects.select_related("report")
    if dataset_id:
        rows = rows.filter(dataset_id=dataset_id)
    if agency_id:
        rows = rows.filter(agency_id=agency_id)
    if report_id:
        rows = rows.filter(report_id=report_id)
    if open_only:
        rows = rows.filter(closed=None)
    told = [_finding(row) for row in rows.order_by("-opened", "-rows", "column", "code")[:2000]]
    return tuple(sorted(told, key=lambda one: one.closed is not None))


def agency_quality(agency_id: str) -> AgencyQuality:
    """Scores and time to fix of one agency."""
    latest = _latest(QualityReport.objects.filter(agency_id=agency_id))
    rows = [_finding(row) for row in Finding.objects.select_related("report").filter(agency_id=agency_id)]
    opened = [row for row in rows if row.closed is None]
    fixed = [row for row in rows if row.outcome in ("corrected", "redelivered") and row.closed]
    days = [(row.closed - row.opened).total_seconds() / 86_400 for row in fixed if row.closed]
    ages = [(clock.now() - row.opened).total_seconds() / 86_400 for row in opened]
    return AgencyQuality(
        agency_id=agency_id,
        datasets=len(latest),
        score=_mean([row.score for row in latest]),
        scores={name: _mean([getattr(row, name) for row in latest]) for name in SCORES},
        open_findings=len(opened),
        open_rows=sum(row.open_rows for row in opened),
        fixed_findings=len(fixed),
        days_to_fix=round(median(days), 2) if days else None,
        oldest_open_days=round(max(ages), 2) if ages else None,
    )


def _latest(reports: QuerySet[QualityReport]) -> list[QualityReport]:
    """The newest report of each dataset among those given."""
    newest = reports.values("dataset_id").annotate(newest=Max("version"))
    wanted = {(row["dataset_id"], row["newest"]) for row in newest}
    numbers = {number for _, number in wanted}
    rows = reports.filter(version__in=numbers).defer("body")
    return [row for row in rows if (row.dataset_id, row.version) in wanted]


def _one(rows: QuerySet[QualityReport], asked: str) -> ReportInfo:
    row = rows.first()
    if row is None:
        raise ReportUnknown(report=asked)
    return _report(row)


def _report(row: QualityReport) -> ReportInfo:
    return ReportInfo(
        id=row.id,
        dataset_id=row.dataset_id,
        agency_id=row.agency_id,
        version=row.version,
        run_id=row.run_id,
        rules_version=row.rules_version,
        body=row.body,
        read=row.rows_read,
        clean=row.rows_clean,
        quarantined=row.rows_quarantined,
        duplicates=row.rows_duplicate,
        score=row.score,
        scores={name: getattr(row, name) for name in SCORES},
        quarantine_sha256=row.quarantine_sha256,
        superseded=row.superseded,
        created=row.created,
    )


def _finding(row: Finding) -> FindingInfo:
    return FindingInfo(
        id=row.id,
        report_id=row.report_id,
        dataset_id=row.dataset_id,
        agency_id=row.agency_id,
        version=row.report.version,
        column=row.column,
        code=row.code,
        reason=Text.from_dict(row.reason) if row.reason else Text(en=row.code, zh=row.code),
        rows=row.rows,
        corrected=row.corrected,
        dismissed=row.dismissed,
        opened=row.opened,
        closed=row.closed,
        outcome=row.outcome,
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 2) if known else None
