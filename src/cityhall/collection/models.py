"""Tables of collection: where data comes from (sources), each time it came (runs), what was pushed once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text


def _source_id() -> str:
    return new_id("src")


def _run_id() -> str:
    return new_id("run")


class Source(models.Model):
    """One place a dataset's rows come from. `settings` never holds a secret, only the name of one."""

    class Kind(models.TextChoices):
        FILE = "file"
        FOLDER = "folder"
        HTTP = "http"
        API = "api"
        DATABASE = "database"
        PUSH = "push"
        REMOTE = "remote"

    id = models.CharField(primary_key=True, max_length=40, default=_source_id)
    name = models.CharField(max_length=300)
    title = models.JSONField(default=dict)
    """The name in both languages, where it was given so; `name` is the Chinese one, after which files are called."""
    kind = models.CharField(max_length=20, choices=Kind.choices)
    agency_id = models.CharField(max_length=40)
    dataset_id = models.CharField(max_length=40, blank=True)
    settings = models.JSONField(default=dict)
    mode = models.CharField(max_length=20, default="replace")
    key = models.JSONField(default=list)
    schedule = models.CharField(max_length=60, blank=True)
    cycle = models.CharField(max_length=30, blank=True)
    enabled = models.BooleanField(default=True)
    memory = models.JSONField(default=dict)
    """What the last good run left for the next one: entity tag, cursor, hashes of files seen."""
    next_due = models.DateTimeField(null=True)
    last_good = models.DateTimeField(null=True)
    alarmed = models.DateTimeField(null=True)
    created = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["dataset_id"], name="collection_source_dataset"),
            models.Index(fields=["enabled", "next_due"], name="collection_source_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency_id", "name"], condition=Q(kind="file"), name="collection_one_file_source"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def call(self, name: str | Text) -> None:
        """Give it a name."""
        self.name = (name if isinstance(name, str) else name.zh or name.en)[:300]
        self.title = {} if isinstance(name, str) else name.as_dict()

    @property
    def called(self) -> Text:
        """Its name in both languages."""
        return Text.from_dict(self.title or self.name)


class Run(models.Model):
    """One passage of one file (or answer, or push) along the road."""

    id = models.CharField(primary_key=True, max_length=40, default=_run_id)
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="runs")
    dataset_id = models.CharField(max_length=40, blank=True)
    agency_id = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, default="load")  # load | correction
    stage = models.CharField(max_length=20, default="queued")
    reached = models.CharField(max_length=20, blank=True)
    """The last stage that was worked in, kept when the run fails or is cancelled."""
    active = models.BooleanField(default=True)
    lane = models.CharField(max_length=250)
    """What only one run may work on at a time: the source, or the dataset of a correction."""
    actor = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    file_name = models.CharField(max_length=300, blank=True)
    landed_sha256 = models.CharField(max_length=64, blank=True)
    bytes = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    progress = models.FloatField(default=0)
    rate = models.FloatField(default=0)
    timings = models.JSONField(default=dict)
    amounts = models.JSONField(default=dict)
    """What each stage has taken in: its bytes and rows."""
    receipt = models.JSONField(null=True)
    error = models.JSONField(null=True)
    decision = models.JSONField(null=True)
    version = models.IntegerField(null=True)
    attempt = models.IntegerField(default=1)
    worker = models.CharField(max_length=200, blank=True)
    cancel_requested = models.BooleanField(default=False)
    created = models.DateTimeField()
    started = models.DateTimeField(null=True)
    heartbeat = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["dataset_id", "id"], name="collection_run_dataset"),
            models.Index(fields=["stage", "id"], name="collection_run_stage"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lane"], condition=Q(active=True), name="collection_one_active_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.stage}"


class RunLine(models.Model):
    """One line of a run's log, in both languages."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField()
    stage = models.CharField(max_length=20)
    text = models.JSONField()

    def __str__(self) -> str:
        return f"{self.run_id} {self.stage}"


class Push(models.Model):
    """What was sent once under an idempotency key, so that sending it again gives the same answer."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="pushes")
    key = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    run = models.ForeignKey(Run, on_delete=models.PROTECT)
    created = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="collection_one_push_per_key")]

    def __str__(self) -> str:
        return self.key
