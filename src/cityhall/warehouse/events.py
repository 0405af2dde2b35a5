"""What the warehouse tells after commit."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = ["VersionCommitted", "VersionsExpired"]


@dataclass(frozen=True, slots=True)
class VersionCommitted(Event):
    """A dataset has a new version; it is served from now on. A version of a run is told again by whoever runs it, once
    all that belongs to it is there.
    """

    dataset_id: str
    number: int
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class VersionsExpired(Event):
    """The data of these versions is no longer kept; their history is."""

    dataset_id: str
    numbers: tuple[int, ...]
