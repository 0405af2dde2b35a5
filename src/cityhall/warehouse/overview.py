"""The latest versions of many datasets at once, for lists and figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from cityhall.warehouse.models import StoredVersion


@dataclass(frozen=True, slots=True)
class Latest:
    """The version that a dataset serves now."""

    dataset_id: str
    number: int
    created: datetime
    rows: int


def latest_of(dataset_ids: Iterable[str]) -> dict[str, Latest]:
    """Dataset id -> its latest version; datasets without data are left out."""
    rows = _serving().filter(dataset__in=list(dataset_ids))
    return {row[0]: Latest(*row) for row in rows.values_list("dataset", "number", "created", "rows")}


def changed_since(moment: datetime) -> tuple[str, ...]:
    """The ids of the datasets that have a version made at that moment or later."""
    rows = StoredVersion.objects.filter(created__gte=moment).values_list("dataset", flat=True)
    return tuple(rows.order_by("dataset").distinct())


def _serving() -> QuerySet[StoredVersion]:
    newer = StoredVersion.objects.filter(dataset=OuterRef("dataset")).order_by("-number").values("number")[:1]
    return StoredVersion.objects.filter(number=Subquery(newer))
