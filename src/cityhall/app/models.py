"""What the beat remembers of its chores."""

from __future__ import annotations

from django.db import models


class Turn(models.Model):
    """When a chore was last looked at and last went well; since when it fails, and with what problem (both languages)."""

    name = models.CharField(primary_key=True, max_length=40)
    looked = models.DateTimeField()
    done = models.DateTimeField(null=True)
    failing = models.DateTimeField(null=True)
    problem = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.name
