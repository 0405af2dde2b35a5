"""Tables of messaging. A notice is its own outbox: what has a time for its next try is still to be mailed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One notice to one person. `next_try` is null when no mail is owed (sent already, or no address)."""

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.JSONField()
    body = models.JSONField()
    link = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField()
    read = models.DateTimeField(null=True)
    mailed = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="messaging_notice_person"),
            models.Index(
                fields=["next_try"], condition=models.Q(next_try__isnull=False), name="messaging_notice_due"
            ),
        ]

    def __str__(self) -> str:
        return self.id
