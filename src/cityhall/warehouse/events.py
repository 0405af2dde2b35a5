"""What the warehouse tells after commit."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = ["VersionCommitted", "VersionsExpired"]


@dataclass(frozen=True, slots=True)
class VersionCommitted(Event):
    """A dataset has a new version; it is served from now on."""

    dataset_id: str
    number: int


@dataclass(frozen=True, slots=True)
class VersionsExpired(Event):
    """The data of these versions is no longer kept; their history is."""

    dataset_id: str
    numbers: tuple[int, ...]
