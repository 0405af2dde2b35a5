"""Tables of the ledger: entries (unsequenced until the sequencer numbers them) and signed checkpoints."""

from __future__ import annotations

from django.db import models


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
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
