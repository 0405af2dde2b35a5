"""What of the housekeeping is due: datasets of many small files, versions past their retention."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, F, Max, OuterRef, Subquery

from cityhall.kernel import clock
from cityhall.warehouse.compacting import SMALL_FILE
from cityhall.warehouse.models import DataFile, StoredVersion


def crowded(files: int) -> tuple[str, ...]:
    """The datasets whose latest version lies in at least `files` small files: each load adds some, and every
    query opens them all.
    """
    small = DataFile.objects.filter(removed=None, bytes__lt=SMALL_FILE).values("dataset")
    many = small.annotate(files=Count("id")).filter(files__gte=files)
    return tuple(many.order_by("dataset").values_list("dataset", flat=True))


def overdue(keep: int, days: int) -> tuple[str, ...]:
    """The datasets with versions that are neither among the latest `keep` nor younger than `days` days, and
    still have their data.
    """
    latest = StoredVersion.objects.filter(dataset=OuterRef("dataset")).values("dataset")
    newest = Subquery(latest.annotate(newest=Max("number")).values("newest"))
    old = StoredVersion.objects.filter(expired=None, created__lt=clock.now() - timedelta(days=days))
    leaving = old.annotate(newest=newest).filter(number__lte=F("newest") - max(keep, 1))
    return tuple(leaving.order_by("dataset").values_list("dataset", flat=True).distinct())
