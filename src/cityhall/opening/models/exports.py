"""Files written for download, and who asked for them."""

from __future__ import annotations

from django.db import models

from cityhall.kernel.ids import new_id


def _export_id() -> str:
    return new_id("exp")


class Export(models.Model):
    """One finished (or coming) file: a version, seen through one decision, in one format. Equal requests share it."""

    id = models.CharField(primary_key=True, max_length=40, default=_export_id)
    dataset_id = models.CharField(max_length=40)
    version = models.IntegerField()
    format = models.CharField(max_length=20)
    address = models.CharField(max_length=64, unique=True)
    """SHA-256 over dataset, version, decision and format: what makes two requests equal."""
    items = models.JSONField()
    masks = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")  # waiting | writing | ready | failed
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200)
    error = models.JSONField(null=True)
    created = models.DateTimeField()
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["dataset_id", "version"], name="opening_export_dataset")]

    def __str__(self) -> str:
        return f"{self.dataset_id} v{self.version} {self.format}"
