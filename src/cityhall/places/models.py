"""Tables of places: periods in which a division code had a name, and the loads that brought them."""

from __future__ import annotations

from django.db import models


class Division(models.Model):
    """A code with one name, from `valid_from` until the day before `valid_to` (null: open, or not known).

    The key is the code, followed by `@` and the first day where that is known. `abolished` without `valid_to`
    means: it ended, nobody knows when. `successors` are the codes that took over.
    """

    id = models.CharField(primary_key=True, max_length=25)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10)
    parent = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    abolished = models.BooleanField(default=False)
    successors = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["code"], name="places_division_code"),
            models.Index(fields=["parent", "code"], name="places_division_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Load(models.Model):
    """One load of divisions; the newest one names the reference file made from them."""

    id = models.CharField(primary_key=True, max_length=40)
    source = models.CharField(max_length=200)
    at = models.DateTimeField()
    counts = models.JSONField()

    def __str__(self) -> str:
        return self.source
