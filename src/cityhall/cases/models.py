"""Tables of cases: versions of types and calendars; events and packed histories; one projected row per case; who reported
it; its files; batches of history; answers that everybody may read."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q


class TypeVersion(models.Model):
    """A version of a type of case as it was declared; never changed. Running cases keep theirs."""

    name = models.CharField(max_length=40)
    version = models.IntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    installed = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="cases_one_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class CalendarVersion(models.Model):
    """A version of a working calendar; the newest of a name is in force."""

    name = models.CharField(max_length=40)
    version = models.IntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    loaded = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="cases_one_calendar")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Unit(models.Model):
    """A responsible unit as the tables of types name it, and the agency behind it."""

    code = models.CharField(primary_key=True, max_length=80)
    agency = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.code


class Cases(models.QuerySet["Case"]):
    """Cases with their versions, but not with the texts of these: they are long, and compiled once per process."""

    def typed(self) -> Cases:
        """With the version of the type."""
        return self.select_related("type").defer("type__text")

    def ready(self) -> Cases:
        """With all that folding them asks for."""
        return self.select_related("type", "calendar").defer("type__text", "calendar__text")


class Case(models.Model):
    """The projected row of a case: what lists and maps ask for. Everything in it follows from its events.

    `seen` is the number of events, the version that an act names. `due` is the soonest running limit, `alarm` the next
    moment at which the system must look (warn, late). `fields` holds the form's values but those with a column here.
    """

    # Wide fixed columns first, texts last: PostgreSQL pads between them.
    type = models.ForeignKey(TypeVersion, on_delete=models.PROTECT, db_index=False)
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, db_index=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False)
    opened = models.DateTimeField()
    changed = models.DateTimeField()
    due = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    alarm = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    seen = models.IntegerField()
    rating = models.SmallIntegerField(default=0)
    late = models.BooleanField(default=False)
    provisional = models.BooleanField(default=False)
    supervised = models.BooleanField(default=False)
    number = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12, blank=True)
    agency = models.CharField(max_length=80, blank=True)
    holder = models.CharField(max_length=80, blank=True)
    area = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=80, blank=True)
    into = models.CharField(max_length=40, blank=True)
    fields = models.JSONField(null=True)

    objects = Cases.as_manager()

    class Meta:
        # A constraint, not `unique=True`: that would bring PostgreSQL a second index, for LIKE.
        constraints = [models.UniqueConstraint(fields=["number"], name="cases_number")]
        indexes = [
            models.Index(fields=["type", "state", "due"], condition=Q(ended=None), name="cases_open_state"),
            models.Index(fields=["due", "id"], condition=Q(ended=None), name="cases_open_due"),
            models.Index(fields=["agency", "due"], condition=Q(ended=None), name="cases_open_agency"),
            models.Index(fields=["area", "due"], condition=Q(ended=None), name="cases_open_area"),
            models.Index(
                fields=["holder", "due"], condition=Q(ended=None) & ~Q(holder=""), name="cases_open_holder"
            ),
            models.Index(
                fields=["lon", "lat"], condition=Q(ended=None) & Q(lon__isnull=False), name="cases_open_place"
            ),
            models.Index(fields=["alarm"], condition=Q(alarm__isnull=False), name="cases_alarm"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="cases_parent"),
            # A few pages on PostgreSQL, where rows lie in the order in which cases were opened; elsewhere a common index.
            BrinIndex(fields=["opened"], name="cases_opened"),
        ]

    def __str__(self) -> str:
        return self.number


class Event(models.Model):
    """Something done to a case; never changed. `seq` counts from 1, on from the packed history where there is one."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False)
    seq = models.IntegerField()
    act = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    data = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="cases_one_event")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.act}"


class Name(models.Model):
    """A text that packed histories repeat: an actor, or a field with its value as JSON."""

    text = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.text


class Batch(models.Model):
    """One load of history: where it came from, the Merkle root over its cases' events, what was refused."""

    key = models.CharField(max_length=40, unique=True)
    type = models.ForeignKey(TypeVersion, on_delete=models.PROTECT)
    source = models.CharField(max_length=200)
    part = models.IntegerField(default=0)
    root = models.CharField(max_length=64)
    cases = models.IntegerField()
    events = models.IntegerField()
    refused = models.IntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class History(models.Model):
    """The events of a case that were brought in from elsewhere, packed (see `storing.histories`); never changed."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False)
    acts = models.BinaryField()
    facts = models.BinaryField()
    rest = models.TextField(null=True)

    def __str__(self) -> str:
        return str(self.case_id)


class Refusal(models.Model):
    """A case of a batch that broke the rules: its original rows, the act at which it did, and the reason."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="refusals")
    number = models.CharField(max_length=80)
    code = models.CharField(max_length=40)
    act = models.CharField(max_length=80)
    position = models.IntegerField()
    rows = models.JSONField()

    def __str__(self) -> str:
        return f"{self.number}: {self.code}"


class OpenTask(models.Model):
    """A parallel task that waits to be done (part of the projection)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    task = models.CharField(max_length=40)
    agency = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "task"], name="cases_one_task")]
        indexes = [models.Index(fields=["agency"], name="cases_task_agency")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.task}"


class Reporter(models.Model):
    """Who reported a case. Kept apart from case and events, so that secrecy is one rule in one place; no projection."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT)
    person = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=200, blank=True)
    secret = models.BooleanField(default=False)
    language = models.CharField(max_length=10, default="zh-hans")
    code = models.CharField(max_length=64)
    origin = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person"], condition=~Q(person=""), name="cases_reporter_person"),
            models.Index(fields=["origin", "at"], condition=~Q(origin=""), name="cases_reporter_origin"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class Attachment(models.Model):
    """A file of a case: its bytes lie under their hash where everything lasts. `accepted` is what the scan said."""

    id = models.CharField(primary_key=True, max_length=40)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    public = models.BooleanField(default=False)
    accepted = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """An answer that everybody may read: an entry of the knowledge base, or (with a `case`) the public reply to a case, which
    follows from the case's events. Question and answer are held per language."""

    code = models.CharField(max_length=60, unique=True)
    question = models.JSONField()
    answer = models.JSONField()
    keywords = models.TextField(blank=True)
    agency = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    case = models.CharField(max_length=40, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="cases_answer_at")]

    def __str__(self) -> str:
        return self.code


class AnswerGram(models.Model):
    """A word or a pair of neighbouring characters of an answer, and how much it weighs there; by it answers are found."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="grams")
    text = models.CharField(max_length=24)
    weight = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["text"], name="cases_answer_gram")]

    def __str__(self) -> str:
        return self.text


class Sent(models.Model):
    """Something that was sent once under a key of the sender's making, and what was answered: sent again, it is answered again
    and not done again."""

    person = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()
    answer = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="cases_sent_once")]
        indexes = [models.Index(fields=["at"], name="cases_sent_at")]

    def __str__(self) -> str:
        return self.key


class CheckIn(models.Model):
    """Where an inspector was: kept for a time, seen by the centre and the inspector alone."""

    person = models.CharField(max_length=80)
    at = models.DateTimeField()
    lon = models.FloatField()
    lat = models.FloatField()
    cell = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "at"], name="cases_check_in_once")]
        indexes = [models.Index(fields=["at"], name="cases_check_in_at")]

    def __str__(self) -> str:
        return f"{self.cell} {self.at}"


class PatrolMonth(models.Model):
    """What an inspector's check-ins of a month came to, written when the first of them are forgotten: no places, no moments."""

    person = models.CharField(max_length=80)
    month = models.DateField()
    check_ins = models.IntegerField()
    cells = models.IntegerField()
    shifts = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "person"], name="cases_patrol_month")]

    def __str__(self) -> str:
        return f"{self.person} {self.month:%Y-%m}"


class CellDay(models.Model):
    """How often a cell was visited on a day, by nobody in particular; this stays when check-ins are forgotten."""

    cell = models.CharField(max_length=20)
    day = models.DateField()
    visits = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "cell"], name="cases_cell_day")]

    def __str__(self) -> str:
        return f"{self.cell} {self.day}"
