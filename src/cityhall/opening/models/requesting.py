"""What lists and figures need of the cases about data. Everything in a row follows from its case."""

from __future__ import annotations

from django.db import models


class Request(models.Model):
    """A request for data or about it, kept by `requesting.following`: the case's number leads to all the rest."""

    number = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=12)  # open_this | correction | question | opening | sharing
    dataset_id = models.CharField(max_length=40, blank=True)
    agency_id = models.CharField(max_length=80, blank=True)
    person_id = models.CharField(max_length=80, blank=True)
    item = models.CharField(max_length=300, blank=True)
    """The item asked about; empty for the dataset as a whole."""
    state = models.CharField(max_length=10)  # filed | granted | refused | withdrawn
    created = models.DateTimeField()
    due = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    answered = models.DateTimeField(null=True)
    settled = models.DateTimeField(null=True)
    """Corrections: when the published version held the right value."""
    decision = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency_id", "state", "due"], name="opening_request_agency"),
            models.Index(fields=["dataset_id", "kind", "state"], name="opening_request_dataset"),
            models.Index(fields=["person_id", "created"], name="opening_request_person"),
            models.Index(fields=["kind", "answered"], name="opening_request_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.state}"


class EarlierRequest(models.Model):
    """A request filed before requests were cases. The table stands only on a node of that time, from its upgrade until
    `requesting.earlier` has made cases of all its rows."""

    id = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=12)  # opening | correction
    dataset_id = models.CharField(max_length=40)
    agency_id = models.CharField(max_length=40)
    person_id = models.CharField(max_length=40)
    item = models.CharField(max_length=300)
    row = models.JSONField()
    wrong = models.TextField()
    right = models.TextField()
    reason = models.TextField()
    purpose = models.TextField()
    state = models.CharField(max_length=10)  # filed | granted | refused | withdrawn
    answer = models.TextField()
    legal_basis = models.TextField()
    run_id = models.CharField(max_length=40)
    created = models.DateTimeField()
    answered = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40)
    settled = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "opening_request_earlier"

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"
