"""Runs and sources as other rooms see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cityhall.collection.models import Run, RunLine, Source
from cityhall.collection.rules import STAGES
from cityhall.collection.sources.credentials import concealed
from cityhall.kernel.text import Text

_TELLING_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class StageInfo:
    """One stage of a run so far: its seconds, and the bytes and rows it has taken in (None: it counts none)."""

    name: str
    seconds: float
    bytes: int | None
    rows: int | None

    @property
    def rows_a_second(self) -> float | None:
        """Rows a second; None without rows, or when it was too short to tell."""
        return self.rows / self.seconds if self.rows and self.seconds >= _TELLING_SECONDS else None

    @property
    def bytes_a_second(self) -> float | None:
        """Bytes a second; None as above."""
        return self.bytes / self.seconds if self.bytes and self.seconds >= _TELLING_SECONDS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """A run. `progress` is 0 to 1 over the whole road, `rate` rows a second, `timings` seconds and `amounts`
    bytes and rows by stage; `error` has code, title and remedy in both languages; `receipt` read = clean +
    quarantined + duplicates."""

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
    amounts: Mapping[str, Mapping[str, int]]
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

    @property
    def stages(self) -> tuple[StageInfo, ...]:
        """The stages it has been in, in their order."""
        return tuple(
            StageInfo(
                name,
                self.timings[name],
                self.amounts.get(name, {}).get("bytes"),
                self.amounts.get(name, {}).get("rows"),
            )
            for name in STAGES
            if name in self.timings and name != "queued"
        )


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a run's log."""

    at: datetime
    stage: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """A source; `title` is its name in both languages. Secrets in its settings are named, not shown."""

    id: str
    name: str
    title: Text
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
    names = [name for name in SourceInfo.__dataclass_fields__ if name not in ("title", "settings", "key")]
    plain = {name: getattr(source, name) for name in names}
    return SourceInfo(
        **plain, title=source.called, settings=concealed(source.settings), key=tuple(source.key)
    )
