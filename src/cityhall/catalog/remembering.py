"""The shapes of datasets that were read lately, kept until their entry changes.

One small query says at which revision an entry stands; its shape at that revision never changes, so it is
made once. Inside a transaction nothing is kept: what is not committed may never have been.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from cityhall.catalog import models, storing
from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.shapes import Dataset

Stamp = tuple[str, int, int, str, Any]
"""Id, revision, version of the rules, state, when it was changed (in the form the database gives it)."""
MOST_SHAPES = 256
PATIENCE = 5
"""Times to look again when an entry changes while it is read."""
_STAMP: Final = (
    "SELECT id, revision, rules_version, state, modified FROM catalog_dataset WHERE id = %s OR code = %s "
    "ORDER BY id LIMIT 1"
)


class _Moved(Exception):
    """The entry changed between its rows being read."""


def dataset_now(id_or_code: str) -> Dataset:
    """The dataset with this id or code as it stands; raises DatasetUnknown."""
    if not uncommitted():
        for _ in range(PATIENCE):
            stamp = _stamp(id_or_code)
            if stamp is None:
                raise DatasetUnknown(dataset=id_or_code)
            try:
                return _kept(stamp)
            except _Moved:
                continue
    return _read(Q(id=id_or_code) | Q(code=id_or_code), id_or_code)


def uncommitted() -> bool:
    """Whether what is read now might still be taken back."""
    return connection.in_atomic_block


def _stamp(id_or_code: str) -> Stamp | None:
    """What tells one state of an entry from all others. Asked at every turn, hence in plain words: to have them
    composed anew costs ten times what the database needs for the answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, (id_or_code, id_or_code))
        found: Stamp | None = cursor.fetchone()
    return found


@lru_cache(maxsize=MOST_SHAPES)
def _kept(stamp: Stamp) -> Dataset:
    """The shape at this stamp. The entry and its items are two queries; if it moved between them, what was
    read is thrown away, for an exception is never kept."""
    shape = _read(Q(id=stamp[0]), stamp[0])
    if _stamp(stamp[0]) != stamp:
        raise _Moved()
    return shape


def _read(wanted: Q, label: str) -> Dataset:
    row = models.Dataset.objects.filter(wanted).first()
    if row is None:
        raise DatasetUnknown(dataset=label)
    return storing.dataset_shape(row)


def revisions_now() -> dict[str, int]:
    """Dataset id -> the revision it stands at, for whoever keeps something made from entries."""
    return dict(models.Dataset.objects.values_list("id", "revision"))
