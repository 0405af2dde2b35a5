"""What visitors and agencies say to each other around a dataset. People are named by id only, so that somebody who
leaves can be taken out of every row.
"""

from __future__ import annotations

from django.db import models

from cityhall.kernel.ids import new_id


def _comment_id() -> str:
    return new_id("cmt")


def _reuse_id() -> str:
    return new_id("use")


class Said(models.Model):
    """What somebody wrote for others to read, and what the owning agency decided about it."""

    dataset_id = models.CharField(max_length=40)
    agency_id = models.CharField(max_length=40)
    person_id = models.CharField(max_length=40, blank=True)
    """Empty once the person has left."""
    author = models.CharField(max_length=60, blank=True)
    """The name shown, as it was when this was written; empty for somebody without one."""
    state = models.CharField(max_length=10, default="waiting")  # waiting | shown | hidden | withdrawn
    created = models.DateTimeField()
    decided = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    why = models.TextField(blank=True)
    """Why it was hidden, for its author."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Comment(Said):
    """A comment on a dataset, or an agency's official reply to one. Plain text."""

    id = models.CharField(primary_key=True, max_length=40, default=_comment_id)
    body = models.TextField()
    official = models.BooleanField(default=False)
    reply_to = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    reports = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["dataset_id", "state", "id"], name="opening_comment_dataset"),
            models.Index(fields=["agency_id", "state"], name="opening_comment_agency"),
            models.Index(fields=["person_id", "created"], name="opening_comment_person"),
        ]


class CommentReport(models.Model):
    """Somebody says that a comment should not stand; once per person."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reported")
    person_id = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "person_id"], name="opening_one_report_each")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} by {self.person_id}"


class Reuse(Said):
    """Where a dataset is used: shown under "used by" once the agency has released it."""

    id = models.CharField(primary_key=True, max_length=40, default=_reuse_id)
    title = models.CharField(max_length=120)
    address = models.URLField(max_length=500)
    description = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["dataset_id", "state", "id"], name="opening_reuse_dataset"),
            models.Index(fields=["agency_id", "state"], name="opening_reuse_agency"),
            models.Index(fields=["person_id", "created"], name="opening_reuse_person"),
        ]


class Favourite(models.Model):
    """A dataset somebody wants to find again."""

    person_id = models.CharField(max_length=40)
    dataset_id = models.CharField(max_length=40)
    created = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "dataset_id"], name="opening_favourite_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.dataset_id}"
