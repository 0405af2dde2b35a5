"""Versions as read from the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from django.db.models import Q, QuerySet

from cityhall.warehouse.disk import data_folder
from cityhall.warehouse.errors import VersionMissing
from cityhall.warehouse.models import DataFile, StoredVersion
from cityhall.warehouse.shapes import Column, Counts, ItemType, Mode, Version

_TYPES = get_args(ItemType)
_MODES = get_args(Mode)


def versions(dataset_id: str) -> tuple[Version, ...]:
    """All versions of a dataset, newest first, with those whose data has expired."""
    stored = StoredVersion.objects.filter(dataset=dataset_id).order_by("-number")
    return tuple(version_from(row) for row in stored)


def version(dataset_id: str, number: int | None = None, at: datetime | None = None) -> Version:
    """The version with that number, or the one that was served at a moment, or the latest. Errors:
    `VersionMissing`.
    """
    stored = StoredVersion.objects.filter(dataset=dataset_id)
    if number is not None:
        stored = stored.filter(number=number)
    if at is not None:
        stored = stored.filter(created__lte=at)
    row = stored.order_by("-number").first()
    if row is None:
        raise VersionMissing(version=f"{dataset_id} {number or at or ''}".strip())
    return version_from(row)


def members(dataset_id: str, number: int) -> QuerySet[DataFile]:
    """The data files of one version, in the order of their rows."""
    alive = Q(removed=None) | Q(removed__gt=number)
    return DataFile.objects.filter(alive, dataset=dataset_id, added__lte=number).order_by("position")


def files_of(of: Version) -> tuple[Path, ...]:
    """The absolute paths of a version's Parquet files, in the order of their rows: any engine can read this
    list.
    Errors: `VersionMissing` when its data has expired.
    """
    if of.expired:
        raise VersionMissing(version=f"{of.dataset_id} {of.number}")
    folder = data_folder()
    return tuple(folder / path for path in members(of.dataset_id, of.number).values_list("path", flat=True))


def version_from(row: StoredVersion) -> Version:
    """The value that crosses the door, of a row of the database."""
    return Version(
        dataset_id=row.dataset,
        number=row.number,
        mode=_word(row.mode, _MODES),
        created=row.created,
        actor_id=row.actor,
        columns=tuple(columns_from(row.columns)),
        key=tuple(row.key),
        rows=row.rows,
        bytes=row.bytes,
        counts=Counts(**row.counts),
        landed_sha256s=tuple(row.landed),
        report_id=row.report,
        run_id=row.run,
        inputs=tuple(row.inputs),
        expired=row.expired,
    )


def columns_from(stored: list[dict[str, str]]) -> list[Column]:
    """Columns of their JSON form."""
    return [Column(name=one["name"], type=_word(one["type"], _TYPES), stored=one["stored"]) for one in stored]


def columns_json(columns: tuple[Column, ...]) -> list[dict[str, str]]:
    """Columns in their JSON form."""
    return [{"name": column.name, "type": column.type, "stored": column.stored} for column in columns]


def _word(word: str, known: tuple[Any, ...]) -> Any:
    if word not in known:
        raise ValueError(f"the database holds the unknown word {word!r}")
    return word
