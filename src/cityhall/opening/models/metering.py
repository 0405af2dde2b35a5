"""What is counted: calls against limits, and use per dataset and per key. Nobody's address is kept."""

from __future__ import annotations

from django.db import models


class Allowance(models.Model):
    """Calls taken out of one limit in one period. `holder` is a key, a person, or a code that stands for an address
    today and for nothing tomorrow; `period` is a minute or a day, counted from 1970.
    """

    holder = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    period = models.BigIntegerField()
    taken = models.BigIntegerField(default=0)
    ends = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holder", "kind", "period"], name="opening_allowance_period")
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.kind} {self.period}"


class DatasetUse(models.Model):
    """How often a dataset was used on a day of the city: visits of its page, calls of its rows, downloads."""

    dataset_id = models.CharField(max_length=40)
    day = models.DateField(db_index=True)
    kind = models.CharField(max_length=10)  # visit | call | download
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset_id", "day", "kind"], name="opening_dataset_use_day")
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.day} {self.kind}"


class KeyUse(models.Model):
    """What was done with a key on a day of the city: calls, those of them that failed, and those refused by a limit."""

    key_id = models.CharField(max_length=40)
    day = models.DateField()
    kind = models.CharField(max_length=10)  # call | error | refused
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_id", "day", "kind"], name="opening_key_use_day")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.day} {self.kind}"
