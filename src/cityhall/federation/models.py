"""Tables of federation: whom we harvest, each time we did, what failed, and where each entry comes from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cityhall.kernel.ids import new_id


def _harvest_id() -> str:
    return new_id("hrv")


def _run_id() -> str:
    return new_id("hrn")


class Harvest(models.Model):
    """Another catalogue. `settings` never holds a secret, only the name of one."""

    id = models.CharField(primary_key=True, max_length=40, default=_harvest_id)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    url = models.CharField(max_length=1000)
    agency_id = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    schedule = models.CharField(max_length=60, blank=True)
    enabled = models.BooleanField(default=True)
    next_due = models.DateTimeField(null=True)
    created = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enabled", "next_due"], name="federation_harvest_due")]

    def __str__(self) -> str:
        return self.name


class HarvestRun(models.Model):
    """One passage through another catalogue. `counts` and `log` grow while it works."""

    id = models.CharField(primary_key=True, max_length=40, default=_run_id)
    harvest = models.ForeignKey(Harvest, on_delete=models.PROTECT, related_name="runs")
    stage = models.CharField(max_length=20, default="queued")
    active = models.BooleanField(default=True)
    whole = models.BooleanField(null=True)
    """Whether the catalogue was read to its end, so that what is missing is known to be gone."""
    counts = models.JSONField(default=dict)
    log = models.JSONField(default=list)
    error = models.JSONField(null=True)
    attempt = models.IntegerField(default=1)
    cancel_requested = models.BooleanField(default=False)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["harvest", "id"], name="federation_run_harvest")]
        constraints = [
            models.UniqueConstraint(
                fields=["harvest"], condition=Q(active=True), name="federation_one_active_run"
            )
        ]

    def __str__(self) -> str:
        return self.id


class HarvestFailure(models.Model):
    """One entry of another catalogue that could not become ours."""

    run = models.ForeignKey(HarvestRun, on_delete=models.CASCADE, related_name="failures")
    remote_id = models.CharField(max_length=500)
    title = models.CharField(max_length=300, blank=True)
    error = models.JSONField()

    def __str__(self) -> str:
        return self.remote_id


class Origin(models.Model):
    """Where an entry comes from. `fingerprint` is SHA-256 over everything that was taken from there."""

    harvest = models.ForeignKey(Harvest, on_delete=models.PROTECT, related_name="origins")
    remote_key = models.CharField(max_length=64)
    """SHA-256 of the remote id, which may be longer than a database likes to index."""
    remote_id = models.TextField()
    dataset_id = models.CharField(max_length=40, unique=True)
    address = models.TextField(blank=True)
    licence = models.CharField(max_length=500, blank=True)
    publisher = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64)
    present = models.BooleanField(default=True)
    source_id = models.CharField(max_length=40, blank=True)
    first_seen = models.DateTimeField()
    changed = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["harvest", "remote_key"], name="federation_origin_remote")
        ]

    def __str__(self) -> str:
        return self.remote_id
