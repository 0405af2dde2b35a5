"""The catalogue in figures: what is published, per field and per agency."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from cityhall.catalog import models


@dataclass(frozen=True, slots=True)
class Overview:
    """Published datasets, those open unconditionally, their items; datasets per field and per agency."""

    datasets: int
    open: int
    items: int
    per_field: dict[str, int]
    per_agency: dict[str, int]
    ids: tuple[str, ...]


def overview() -> Overview:
    """Count the published catalogue."""
    published = models.Dataset.objects.filter(state="published")
    totals = published.aggregate(all=Count("id"), open=Count("id", filter=Q(opening_class="unconditional")))
    items = models.DatasetItem.objects.filter(dataset__state="published").count()
    per_field = dict(published.values_list("field_id").annotate(n=Count("id")))
    per_agency = dict(published.values_list("agency_id").annotate(n=Count("id")))
    ids = tuple(published.values_list("id", flat=True))
    return Overview(totals["all"], totals["open"], items, per_field, per_agency, ids)
