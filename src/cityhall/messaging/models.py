"""Tables of messaging. A notice is its own outbox: what has a time for its next try is still to be mailed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cityhall.kernel.ids import new_id


def announcement_id() -> str:
    """A new announcement's id."""
    return new_id("nws")


def subscription_id() -> str:
    """A new subscription's id."""
    return new_id("sub")


class Notice(models.Model):
    """One notice to one person. `next_try` is null when no mail is owed (sent already, or no address).

    Somebody without an account is written to by `address`, which is forgotten once the mail has gone.
    """

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.EmailField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    reached = models.CharField(max_length=64, blank=True)
    """A code of the address, by which a day's letters to it are counted; forgotten after that day."""
    subject = models.JSONField()
    body = models.JSONField()
    link = models.CharField(max_length=500, blank=True)
    bundle = models.CharField(max_length=100, blank=True)
    """Notices of a person with the same are one line and go in one e-mail; its own id for what stands alone."""
    many = models.JSONField(null=True)
    """What those of a bundle say together: `subject` (with `{count}`) and `link`."""
    leave = models.CharField(max_length=300, blank=True)
    """The path under which mails of this kind are ended; empty for what concerns one's own work."""
    created = models.DateTimeField()
    read = models.DateTimeField(null=True)
    mailed = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="messaging_notice_person"),
            models.Index(fields=["person", "bundle"], name="messaging_notice_bundle"),
            models.Index(
                fields=["next_try"], condition=models.Q(next_try__isnull=False), name="messaging_notice_due"
            ),
            models.Index(
                fields=["reached"], condition=~models.Q(reached=""), name="messaging_notice_reached"
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Stopped(models.Model):
    """An address, known by its code only, whose holder wants no letters about reports."""

    reached = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reached


class Announcement(models.Model):
    """News of the site in both languages, shown from one moment to another (open-ended when null)."""

    id = models.CharField(primary_key=True, max_length=40, default=announcement_id)
    title = models.JSONField()
    body = models.JSONField()
    urgent = models.BooleanField(default=False)
    """Shown on every page, not only among the news."""
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-starts", "-id"], name="messaging_news_start")]

    def __str__(self) -> str:
        return self.id


class Subscription(models.Model):
    """A search that somebody wants to hear about when something new matches."""

    id = models.CharField(primary_key=True, max_length=40, default=subscription_id)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    query = models.JSONField()
    """The parameters of the search, name -> value."""
    channel = models.CharField(max_length=5, default="page")  # mail | page | none
    created = models.DateTimeField()
    looked = models.DateTimeField()
    """Until when it has been looked for something new."""

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="messaging_sub_person")]

    def __str__(self) -> str:
        return self.id
