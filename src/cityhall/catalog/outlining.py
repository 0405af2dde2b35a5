"""Entries in outline, for lists of many: what a line shows, without what only the entry's own page needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cityhall.catalog import models
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class ItemOutline:
    """An item's name and title."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A dataset's entry in outline; the words mean what they mean in `Dataset`."""

    id: str
    code: str
    title: Text
    abstract: Text
    agency_id: str
    field_code: str
    state: str
    level: int
    sharing_class: str
    opening_class: str
    keywords: tuple[str, ...]
    items: tuple[ItemOutline, ...]


_COLUMNS = (
    "id", "code", "title", "abstract", "agency_id", "field_id", "state", "level", "sharing_class", "opening_class",
    "keywords",
)  # fmt: skip


def outlines(ids: Iterable[str]) -> dict[str, Outline]:
    """The datasets with these ids in outline, by id; unknown ids are left out."""
    wanted = list(ids)
    items: dict[str, list[ItemOutline]] = {}
    listed = models.DatasetItem.objects.filter(dataset_id__in=wanted).order_by("dataset_id", "position")
    for dataset_id, name, title in listed.values_list("dataset_id", "name", "title"):
        items.setdefault(dataset_id, []).append(ItemOutline(name, Text.from_dict(title)))
    rows = models.Dataset.objects.filter(id__in=wanted).values(*_COLUMNS)
    return {row["id"]: _outline(row, tuple(items.get(row["id"], ()))) for row in rows}


def _outline(row: dict[str, Any], items: tuple[ItemOutline, ...]) -> Outline:
    return Outline(
        id=row["id"],
        code=row["code"],
        title=Text.from_dict(row["title"]),
        abstract=Text.from_dict(row["abstract"]),
        agency_id=row["agency_id"],
        field_code=row["field_id"] or "",
        state=row["state"],
        level=row["level"],
        sharing_class=row["sharing_class"],
        opening_class=row["opening_class"],
        keywords=tuple(row["keywords"]),
        items=items,
    )
