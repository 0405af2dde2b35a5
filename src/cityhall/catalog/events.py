"""What the catalogue tells the other rooms."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.kernel.events import Event

__all__ = [
    "CatalogueImported",
    "DatasetChanged",
    "DatasetDrafted",
    "DatasetPublished",
    "DatasetWithdrawn",
    "RulesAgreed",
]


@dataclass(frozen=True, slots=True)
class DatasetDrafted(Event):
    """A dataset was entered as a draft."""

    dataset_id: str


@dataclass(frozen=True, slots=True)
class DatasetChanged(Event):
    """A dataset's entry was changed."""

    dataset_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class DatasetPublished(Event):
    """A dataset became public in the catalogue."""

    dataset_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class DatasetWithdrawn(Event):
    """A dataset was taken out of the public catalogue."""

    dataset_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class RulesAgreed(Event):
    """New quality rules are in force for a dataset."""

    dataset_id: str
    rules_version: int


@dataclass(frozen=True, slots=True)
class CatalogueImported(Event):
    """A file's entries became part of the catalogue."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
