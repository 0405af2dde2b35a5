"""What a version looks like through one decision: the profile of its items with their charts, and its places on a map."""

from __future__ import annotations

from django.db import models


class Profile(models.Model):
    """Computed once per version and decision, by a job when the version is large. `body` is None until then."""

    address = models.CharField(primary_key=True, max_length=64)
    """SHA-256 over kind, dataset, version and decision: equal views share it."""
    kind = models.CharField(max_length=10)  # items | places
    dataset_id = models.CharField(max_length=40)
    version = models.IntegerField()
    items = models.JSONField()
    """The items whose values may be seen in clear; nothing else is looked at."""
    body = models.JSONField(null=True)
    asked = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dataset_id", "version"], name="opening_profile_dataset")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.dataset_id} v{self.version}"
