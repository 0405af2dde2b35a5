"""What cases tell the other rooms."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = ["CaseActed", "CaseEnded", "CaseOpened", "HistoryImported", "TypeInstalled"]


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    """A case was opened."""

    number: str
    type: str


@dataclass(frozen=True, slots=True)
class CaseActed(Event):
    """An act was done; `seen` is the case's new number of events."""

    number: str
    type: str
    act: str
    seen: int


@dataclass(frozen=True, slots=True)
class CaseEnded(Event):
    """A case has ended, as `outcome` says (settled, refused, withdrawn, duplicate)."""

    number: str
    type: str
    outcome: str


@dataclass(frozen=True, slots=True)
class HistoryImported(Event):
    """A batch of history became part of the cases."""

    batch: str
    type: str
    cases: int


@dataclass(frozen=True, slots=True)
class TypeInstalled(Event):
    """A version of a type of case is in force."""

    type: str
    version: int
