"""What opening tells the other rooms, after commit."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = ["ExportRequested"]


@dataclass(frozen=True, slots=True)
class ExportRequested(Event):
    """Somebody asked for a file of a dataset; `reused` when it had been written before."""

    export_id: str
    dataset_id: str
    format: str
    reused: bool
