"""Tables of cleaning: the report of each version, its findings, and what became of single quarantined rows.

The quarantined rows themselves stay in an immutable Parquet file; only rows that somebody touched are here.
"""

from __future__ import annotations

from django.db import models

from cityhall.kernel.ids import new_id


def _report_id() -> str:
    return new_id("rep")


def _finding_id() -> str:
    return new_id("fnd")


class QualityReport(models.Model):
    """What was found when one version was made. `body` is the engine's report, the scores its headline."""

    id = models.CharField(primary_key=True, max_length=40, default=_report_id)
    dataset_id = models.CharField(max_length=40)
    agency_id = models.CharField(max_length=40, blank=True)
    version = models.IntegerField(null=True)
    run_id = models.CharField(max_length=40, unique=True)
    rules_version = models.IntegerField(default=0)
    body = models.JSONField()
    rows_read = models.BigIntegerField()
    rows_clean = models.BigIntegerField()
    rows_quarantined = models.BigIntegerField()
    rows_duplicate = models.BigIntegerField()
    score = models.FloatField(null=True)
    completeness = models.FloatField(null=True)
    validity = models.FloatField(null=True)
    uniqueness = models.FloatField(null=True)
    consistency = models.FloatField(null=True)
    timeliness = models.FloatField(null=True)
    accuracy = models.FloatField(null=True)
    quarantine_sha256 = models.CharField(max_length=64, blank=True)
    """The quarantine as Parquet among the warehouse's raw bytes; empty when no row was quarantined."""
    superseded = models.DateTimeField(null=True)
    """When a whole new delivery took this one's place: its rows can no longer be corrected."""
    created = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["dataset_id", "version"], name="cleaning_report_dataset"),
            models.Index(fields=["agency_id", "created"], name="cleaning_report_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} v{self.version}"


class Finding(models.Model):
    """All rows of one report with the same fault in the same column; closes when none of them is open."""

    id = models.CharField(primary_key=True, max_length=40, default=_finding_id)
    report = models.ForeignKey(QualityReport, on_delete=models.CASCADE, related_name="findings")
    dataset_id = models.CharField(max_length=40)
    agency_id = models.CharField(max_length=40, blank=True)
    column = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=60)
    reason = models.JSONField(default=dict)
    rows = models.BigIntegerField()
    corrected = models.BigIntegerField(default=0)
    dismissed = models.BigIntegerField(default=0)
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)  # corrected | dismissed | redelivered | carried

    class Meta:
        indexes = [
            models.Index(fields=["dataset_id", "closed"], name="cleaning_finding_dataset"),
            models.Index(fields=["agency_id", "closed"], name="cleaning_finding_agency"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "column", "code"], name="cleaning_one_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.column} {self.code}"


class RowState(models.Model):
    """What became of one quarantined row: corrected into a version, dismissed, or tried and still bad."""

    report = models.ForeignKey(QualityReport, on_delete=models.CASCADE, related_name="row_states")
    line = models.BigIntegerField()
    state = models.CharField(max_length=12)  # open | corrected | dismissed
    reason = models.TextField(blank=True)
    findings = models.JSONField(default=list)
    """Faults of the last attempt, in the engine's form; empty until a correction was tried."""
    version = models.IntegerField(null=True)
    run_id = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "line"], name="cleaning_one_row_state")]

    def __str__(self) -> str:
        return f"{self.report_id}:{self.line} {self.state}"
