"""Tables of the ledger: entries, the hashes of the tree in tiles, signed checkpoints, and the log's own state."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One action. `body` is the canonical JSON (RFC 8785) whose hash is the leaf; `position` is null until sequenced."""

    id = models.CharField(primary_key=True, max_length=40)
    verb = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    at = models.DateTimeField()
    body = models.TextField()
    position = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"], name="ledger_entry_subject"),
            models.Index(fields=["actor", "at"], name="ledger_entry_actor"),
            models.Index(fields=["id"], condition=Q(position=None), name="ledger_entry_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Log(models.Model):
    """The one row of the log: its name and how far it is sequenced. Sequencers take turns by locking it."""

    origin = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.origin


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree, joined (see `tiles`)."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_one_tile_per_place")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement that the log had this root at this size; `note` is the signed note itself."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    note = models.TextField()

    def __str__(self) -> str:
        return str(self.size)
