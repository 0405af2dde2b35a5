"""Runs and sources as other rooms see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cityhall.collection.models import Run, RunLine, Source
from cityhall.collection.sources.credentials import concealed
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """A run. `progress` is 0 to 1 over the whole road, `rate` rows a second, `timings` seconds by stage;
    `error` has
    code, title and remedy in both languages; `receipt` read = clean + quarantined + duplicates."""

    id: str
    source_id: str
    dataset_id: str
    agency_id: str
    kind: str
    stage: str
    reached: str
    active: bool
    file_name: str
    landed_sha256: str
    bytes: int
    rows: int
    progress: float
    rate: float
    timings: Mapping[str, float]
    receipt: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    decision: Mapping[str, Any] | None
    version: int | None
    attempt: int
    cancel_requested: bool
    created: datetime
    started: datetime | None
    heartbeat: datetime | None
    finished: datetime | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a run's log."""

    at: datetime
    stage: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """A source; secrets in its settings are named, not shown."""

    id: str
    name: str
    kind: str
    agency_id: str
    dataset_id: str
    settings: Mapping[str, Any]
    mode: str
    key: tuple[str, ...]
    schedule: str
    cycle: str
    enabled: bool
    next_due: datetime | None
    last_good: datetime | None
    alarmed: datetime | None
    created: datetime


def run_info(run: Run) -> RunInfo:
    """The run's row as plain data."""
    names = [name for name in RunInfo.__dataclass_fields__ if name not in ("id", "source_id")]
    return RunInfo(id=run.pk, source_id=run.source_id or "", **{name: getattr(run, name) for name in names})


def log_line(line: RunLine) -> LogLine:
    """A line as plain data."""
    return LogLine(line.at, line.stage, Text.from_dict(line.text))


def source_info(source: Source) -> SourceInfo:
    """The source's row as plain data."""
    names = [name for name in SourceInfo.__dataclass_fields__ if name not in ("settings", "key")]
    plain = {name: getattr(source, name) for name in names}
    return SourceInfo(**plain, settings=concealed(source.settings), key=tuple(source.key))
