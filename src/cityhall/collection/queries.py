"""Reads of collection: runs with their log, sources, what waits for a decision; the tables in any file, as text."""

from __future__ import annotations

from collections.abc import Collection

from cityhall.collection.decoding import StagedTable, stage
from cityhall.collection.errors import SourceUnknown
from cityhall.collection.joining import joined
from cityhall.collection.models import Run, Source
from cityhall.collection.rules import next_due
from cityhall.collection.runs import get_run
from cityhall.collection.sources.credentials import refuse_clear_secrets
from cityhall.collection.sources.documents import Document, read_document
from cityhall.collection.views import LogLine, RunInfo, SourceInfo, StageInfo, log_line, run_info, source_info

__all__ = [
    "Document",
    "LogLine",
    "RunInfo",
    "SourceInfo",
    "StageInfo",
    "StagedTable",
    "joined",
    "log",
    "next_due",
    "read_document",
    "refuse_clear_secrets",
    "run",
    "runs",
    "source",
    "sources",
    "stage",
]

PAGE = 50


def run(run_id: str) -> RunInfo:
    """One run; raises RunUnknown."""
    return run_info(get_run(run_id))


def runs(
    *,
    dataset_id: str = "",
    source_id: str = "",
    agency_ids: Collection[str] | None = None,
    stage: str = "",
    active: bool | None = None,
    before: str = "",
    limit: int = PAGE,
) -> tuple[RunInfo, ...]:
    """Runs, newest first; `before` is the id of the last run of the page above."""
    rows = Run.objects.all()
    wanted = {"dataset_id": dataset_id, "source_id": source_id, "stage": stage, "id__lt": before}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if agency_ids is not None:
        rows = rows.filter(agency_id__in=agency_ids)
    if active is not None:
        rows = rows.filter(active=active)
    return tuple(run_info(row) for row in rows.order_by("-id")[:limit])


def log(run_id: str) -> tuple[LogLine, ...]:
    """The log of a run, oldest line first (the last 500)."""
    rows = get_run(run_id).lines.order_by("-id")[:500]
    return tuple(log_line(row) for row in reversed(rows))


def source(source_id: str) -> SourceInfo:
    """One source; raises SourceUnknown."""
    row = Source.objects.filter(pk=source_id).first()
    if row is None:
        raise SourceUnknown(source=source_id)
    return source_info(row)


def sources(
    *, dataset_id: str = "", agency_ids: Collection[str] | None = None, kind: str = ""
) -> tuple[SourceInfo, ...]:
    """Sources by name."""
    rows = Source.objects.all()
    wanted = {"dataset_id": dataset_id, "kind": kind}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if agency_ids is not None:
        rows = rows.filter(agency_id__in=agency_ids)
    return tuple(source_info(row) for row in rows.order_by("name", "id"))
