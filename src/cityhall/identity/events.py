"""What identity tells the other rooms, after commit."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = ["PersonLeft"]


@dataclass(frozen=True, slots=True)
class PersonLeft(Event):
    """An account is gone: whoever keeps something under this id, or under one of its keys, lets go of it."""

    person_id: str
    key_ids: tuple[str, ...]
