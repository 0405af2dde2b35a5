"""The shapes of datasets that were read lately, kept until their entry changes.

One small query says at which revision an entry stands; its shape at that revision never changes, so it is
made once. Inside a transaction nothing is kept: what is not committed may never have been.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from cityhall.catalog import models, storing
from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.shapes import Dataset

Stamp = tuple[str, int, int, str, datetime]
MOST_SHAPES = 256
PATIENCE = 5
"""Times to look again when an entry changes while it is read."""


class _Moved(Exception):
    """The entry changed between its rows being read."""


def dataset_now(id_or_code: str) -> Dataset:
    """The dataset with this id or code as it stands; raises DatasetUnknown."""
    wanted = Q(id=id_or_code) | Q(code=id_or_code)
    if uncommitted():
        return _read(wanted, id_or_code)
    for _ in range(PATIENCE):
        stamp = _stamp(wanted)
        if stamp is None:
            raise DatasetUnknown(dataset=id_or_code)
        try:
            return _kept(stamp)
        except _Moved:
            continue
    return _read(wanted, id_or_code)


def uncommitted() -> bool:
    """Whether what is read now might still be taken back."""
    return connection.in_atomic_block


def _stamp(wanted: Q) -> Stamp | None:
    """What tells one state of an entry from all others."""
    names = ("id", "revision", "rules_version", "state", "modified")
    return models.Dataset.objects.filter(wanted).values_list(*names).first()


@lru_cache(maxsize=MOST_SHAPES)
def _kept(stamp: Stamp) -> Dataset:
    """The shape at this stamp. The entry and its items are two queries; if it moved between them, what was
    read is thrown away, for an exception is never kept."""
    own = Q(id=stamp[0])
    shape = _read(own, stamp[0])
    if _stamp(own) != stamp:
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
