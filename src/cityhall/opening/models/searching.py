"""Tables of the search: one row for every dataset of the catalogue, with what it is found, filtered and counted by.

The index itself hangs on the row: full-text tables kept by triggers (see `searching/engines.py`), so that it changes
with the row, in the same transaction, whoever changes it.
"""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """A dataset as the search knows it. `title`, `names`, `keywords` and `abstract` hold tokens, `revision` the
    catalogue's revision they were made from, `change` the number of the change that wrote the row last."""

    dataset_id = models.CharField(max_length=40, unique=True)
    revision = models.IntegerField()
    state = models.CharField(max_length=10)
    agency_id = models.CharField(max_length=40)
    field_code = models.CharField(max_length=40, blank=True)
    region = models.CharField(max_length=12, blank=True)
    opening_class = models.CharField(max_length=20)
    level = models.SmallIntegerField()
    items = models.IntegerField()
    files = models.BooleanField(default=False)
    places = models.BooleanField(default=False)
    rows = models.BigIntegerField(null=True)
    updated = models.DateTimeField(null=True)
    published = models.DateTimeField(null=True)
    score = models.FloatField(null=True)
    uses = models.BigIntegerField(default=0)
    title = models.TextField()
    names = models.TextField()
    keywords = models.TextField()
    abstract = models.TextField()
    change = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.dataset_id


class SearchState(models.Model):
    """One row: how many changes there have been, the era, which is another one after each rebuilding, and as of which
    change the postings were made."""

    era = models.CharField(max_length=40)
    change = models.BigIntegerField(default=0)
    posted = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.era} {self.change}"


class SearchPosting(models.Model):
    """Where one token stands in one column of the rows: their ids, and at the same place of `places` the token's place
    among the column's (see `searching/postings.py`); both as 32-bit numbers, the smaller end first."""

    key = models.BinaryField(primary_key=True)
    ids = models.BinaryField()
    places = models.BinaryField()

    def __str__(self) -> str:
        return bytes(self.key).decode()
