"""What was counted, for statistics and for the holders of keys."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from cityhall.opening import models


@dataclass(frozen=True, slots=True)
class UseLine:
    """How often on a day: visits of pages, calls of rows, downloads of files."""

    day: date
    visits: int
    calls: int
    downloads: int


@dataclass(frozen=True, slots=True)
class KeyDay:
    """What was done with a key on a day: `calls` counts all that were admitted, `errors` those of them that failed."""

    day: date
    calls: int
    errors: int
    refused: int


def usage(since: date, until: date, dataset_ids: Collection[str] | None = None) -> tuple[UseLine, ...]:
    """Use per day, both days included, of these datasets (of all, when None); days without use are left out."""
    rows = models.DatasetUse.objects.filter(day__gte=since, day__lte=until)
    if dataset_ids is not None:
        rows = rows.filter(dataset_id__in=list(dataset_ids))
    per_day: dict[date, dict[str, int]] = {}
    for day, kind, count in rows.values_list("day", "kind").annotate(number=Sum("count")).order_by("day"):
        per_day.setdefault(day, {})[kind] = count
    return tuple(_line(day, counts) for day, counts in sorted(per_day.items()))


def usage_by_dataset(since: date, until: date) -> dict[str, UseLine]:
    """Dataset id -> its use from `since` to `until`, told under the day `until`."""
    rows = models.DatasetUse.objects.filter(day__gte=since, day__lte=until)
    per_dataset: dict[str, dict[str, int]] = {}
    for dataset_id, kind, count in (
        rows.values_list("dataset_id", "kind").annotate(number=Sum("count")).order_by()
    ):
        per_dataset.setdefault(dataset_id, {})[kind] = count
    return {dataset_id: _line(until, counts) for dataset_id, counts in per_dataset.items()}


def key_usage(key_ids: Collection[str], since: date) -> dict[str, tuple[KeyDay, ...]]:
    """Key id -> its days since then, the newest first."""
    rows = models.KeyUse.objects.filter(key_id__in=list(key_ids), day__gte=since)
    found: dict[str, dict[date, dict[str, int]]] = {}
    for key_id, day, kind, count in rows.values_list("key_id", "day", "kind", "count"):
        found.setdefault(key_id, {}).setdefault(day, {})[kind] = count
    return {
        key_id: tuple(
            KeyDay(day, counts.get("call", 0), counts.get("error", 0), counts.get("refused", 0))
            for day, counts in sorted(days.items(), reverse=True)
        )
        for key_id, days in found.items()
    }


def _line(day: date, counts: dict[str, int]) -> UseLine:
    return UseLine(day, counts.get("visit", 0), counts.get("call", 0), counts.get("download", 0))
