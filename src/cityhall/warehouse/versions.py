"""Versions as read from the database."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, get_args

from django.db import connection
from django.db.models import Q, QuerySet

from cityhall.kernel.text import Text
from cityhall.warehouse.datafiles import at_hand
from cityhall.warehouse.errors import VersionMissing
from cityhall.warehouse.models import DataFile, StoredVersion
from cityhall.warehouse.shapes import Column, Counts, ItemType, Mode, Version

_TYPES = get_args(ItemType)
_MODES = get_args(Mode)
_STAMP: Final = "SELECT id, created, expired FROM warehouse_storedversion WHERE dataset = %s"
MOST_KEPT: Final = 256
Stamp = tuple[int, Any, Any]
"""Id of the row, when it was made, when its data expired (moments in the form the database gives them)."""


def versions(dataset_id: str) -> tuple[Version, ...]:
    """All versions of a dataset, newest first, with those whose data has expired."""
    stored = StoredVersion.objects.filter(dataset=dataset_id).order_by("-number")
    return tuple(version_from(row) for row in stored)


def version(dataset_id: str, number: int | None = None, at: datetime | None = None) -> Version:
    """The version with that number, or the one that was served at a moment, or the latest. Errors:
    `VersionMissing`.
    """
    found = version_now(dataset_id, number) if at is None else _version_then(dataset_id, number, at)
    if found is None:
        raise VersionMissing(dataset=dataset_id, version=number or at or Text(en="the newest", zh="最新版本"))
    return found


def version_now(dataset_id: str, number: int | None) -> Version | None:
    """The version with that number, or the latest. One small query says which it is and whether its data has expired;
    all else about it never changes and is read once. What is not committed may never have been: that is not kept.
    """
    if uncommitted():
        stored = StoredVersion.objects.filter(dataset=dataset_id)
        row = (stored if number is None else stored.filter(number=number)).order_by("-number").first()
        return version_from(row) if row else None
    stamp = _stamp(dataset_id, number)
    return _kept(stamp) if stamp else None


def uncommitted() -> bool:
    """Whether what is read now might still be taken back."""
    return connection.in_atomic_block


def _stamp(dataset_id: str, number: int | None) -> Stamp | None:
    """What tells this version from all others. Asked at every turn, hence in plain words: to have them composed anew
    costs ten times what the database needs for the answer.
    """
    with connection.cursor() as cursor:
        if number is None:
            cursor.execute(f"{_STAMP} ORDER BY number DESC LIMIT 1", (dataset_id,))
        else:
            cursor.execute(f"{_STAMP} AND number = %s", (dataset_id, number))
        found: Stamp | None = cursor.fetchone()
    return found


@lru_cache(maxsize=MOST_KEPT)
def _kept(stamp: Stamp) -> Version:
    """The version of a stamp. What expires while it is read has another stamp from then on, and this one's is never
    asked again.
    """
    return version_from(StoredVersion.objects.get(id=stamp[0]))


def _version_then(dataset_id: str, number: int | None, at: datetime) -> Version | None:
    stored = StoredVersion.objects.filter(dataset=dataset_id, created__lte=at)
    if number is not None:
        stored = stored.filter(number=number)
    row = stored.order_by("-number").first()
    return version_from(row) if row else None


def members(dataset_id: str, number: int) -> QuerySet[DataFile]:
    """The data files of one version, in the order of their rows."""
    alive = Q(removed=None) | Q(removed__gt=number)
    return DataFile.objects.filter(alive, dataset=dataset_id, added__lte=number).order_by("position")


def files_of(of: Version) -> tuple[Path, ...]:
    """The absolute paths of a version's Parquet files, in the order of their rows: any engine can read this list.
    Errors: `VersionMissing` when its data has expired.
    """
    if of.expired:
        raise VersionMissing(dataset=of.dataset_id, version=of.number)
    return at_hand(list(members(of.dataset_id, of.number).values_list("path", flat=True)))


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
