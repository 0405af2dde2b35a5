"""What collection tells the other rooms, after commit."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = ["CycleMissed", "DecisionNeeded", "RunFailed", "VersionLoaded"]


@dataclass(frozen=True, slots=True)
class VersionLoaded(Event):
    """A run ended well and its dataset has a new version."""

    run_id: str
    dataset_id: str
    version: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class RunFailed(Event):
    """A run ended with a coded error; the former version keeps serving."""

    run_id: str
    dataset_id: str
    code: str


@dataclass(frozen=True, slots=True)
class DecisionNeeded(Event):
    """A run met columns it did not expect and waits for the steward."""

    run_id: str
    dataset_id: str


@dataclass(frozen=True, slots=True)
class CycleMissed(Event):
    """A source has not delivered within its cycle."""

    source_id: str
    dataset_id: str
