"""Tables of the warehouse: versions, and the data files each of them is made of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class StoredVersion(models.Model):
    """One state of a dataset. Numbers run from 1 without gaps; a version is never changed, but its data may expire."""

    dataset = models.CharField(max_length=80)
    number = models.IntegerField()
    mode = models.CharField(max_length=12)
    created = models.DateTimeField()
    actor = models.CharField(max_length=80)
    columns = models.JSONField()
    key = models.JSONField(default=list)
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    counts = models.JSONField()
    landed = models.JSONField(default=list)
    report = models.CharField(max_length=80, blank=True)
    run = models.CharField(max_length=80, blank=True)
    inputs = models.JSONField(default=list)
    expired = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="warehouse_version_number")]
        indexes = [models.Index(fields=["dataset", "created"], name="warehouse_version_moment")]

    def __str__(self) -> str:
        return f"{self.dataset} {self.number}"


class DataFile(models.Model):
    """One Parquet file as part of the versions from `added` up to, not including, `removed` (null: to this day).

    The interval keeps an append at one row however many files the dataset has; a list of files per version would grow
    with its square. `position` orders the files of a version and so its rows.
    """

    dataset = models.CharField(max_length=80)
    added = models.IntegerField()
    removed = models.IntegerField(null=True)
    position = models.BigIntegerField()
    path = models.CharField(max_length=200)
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=16)
    statistics = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "added", "position"], name="warehouse_file_position"),
            models.CheckConstraint(
                condition=Q(removed=None) | Q(removed__gt=models.F("added")), name="warehouse_file_interval"
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "removed"], name="warehouse_file_live"),
            models.Index(fields=["path"], name="warehouse_file_path"),
        ]

    def __str__(self) -> str:
        return self.path
