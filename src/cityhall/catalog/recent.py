"""What changed lately in the published catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from cityhall.catalog import models


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """One change that the public may know of: which entry, its revision, by which verb, when."""

    dataset_id: str
    revision: int
    verb: str
    at: datetime


def recent_changes(dataset_id: str = "", start: int = 0, limit: int = 30) -> tuple[ChangeSeen, ...]:
    """Changes of published entries since each was published, the newest first; of one entry or of all."""
    rows = models.Revision.objects.filter(dataset__state="published", at__gte=F("dataset__published"))
    if dataset_id:
        rows = rows.filter(dataset_id=dataset_id)
    named = rows.order_by("-id").values_list("dataset_id", "number", "verb", "at")
    return tuple(ChangeSeen(*row) for row in named[start : start + limit])
