"""What cleaning tells the other rooms, after commit."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = ["FindingsClosed", "FindingsOpened"]


@dataclass(frozen=True, slots=True)
class FindingsOpened(Event):
    """A new version left rows in quarantine."""

    dataset_id: str
    report_id: str
    rows: int


@dataclass(frozen=True, slots=True)
class FindingsClosed(Event):
    """Some findings have no open row any more."""

    dataset_id: str
    finding_ids: tuple[str, ...]
