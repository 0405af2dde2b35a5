"""Tables of the catalogue. Words in two languages are JSON `{"en", "zh"}`; agencies belong to identity."""

from __future__ import annotations

from django.db import models


class Field(models.Model):
    """A field of data."""

    code = models.CharField(primary_key=True, max_length=40)
    title = models.JSONField()
    position = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class Function(models.Model):
    """A duty of an agency."""

    id = models.CharField(primary_key=True, max_length=40)
    code = models.CharField(max_length=100, unique=True)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+")
    title = models.JSONField()
    legal_basis = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.code


class System(models.Model):
    """An information system of an agency."""

    id = models.CharField(primary_key=True, max_length=40)
    code = models.CharField(max_length=100, unique=True)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+")
    function = models.ForeignKey(Function, null=True, on_delete=models.PROTECT)
    title = models.JSONField()

    def __str__(self) -> str:
        return self.code


class Dataset(models.Model):
    """A dataset's entry as it stands. `revision` counts all changes and guards against lost
    updates; `level` and the classes follow from the items; the plain filter looks into `search_text`."""

    id = models.CharField(primary_key=True, max_length=40)
    code = models.CharField(max_length=100, unique=True)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(System, null=True, on_delete=models.PROTECT)
    field = models.ForeignKey(Field, null=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=10)
    revision = models.IntegerField()
    rules_version = models.IntegerField(default=0)
    level = models.SmallIntegerField()
    sharing_class = models.CharField(max_length=20)
    opening_class = models.CharField(max_length=20)
    mode = models.CharField(max_length=10)
    title = models.JSONField()
    abstract = models.JSONField()
    region = models.CharField(max_length=12, blank=True)
    update_cycle = models.CharField(max_length=40, blank=True)
    legal_basis = models.JSONField()
    licence = models.CharField(max_length=60, blank=True)
    contact = models.JSONField()
    spatial = models.JSONField()
    temporal = models.JSONField()
    linked_codes = models.JSONField()
    keywords = models.JSONField()
    key = models.JSONField()
    rules = models.JSONField()
    search_text = models.TextField()
    created = models.DateTimeField()
    modified = models.DateTimeField()
    published = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "code"], name="catalog_dataset_state")]

    def __str__(self) -> str:
        return self.code


class DatasetItem(models.Model):
    """A data item of a dataset."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="items")
    position = models.IntegerField()
    name = models.CharField(max_length=200)
    title = models.JSONField()
    description = models.JSONField()
    element = models.CharField(max_length=60, blank=True, db_index=True)
    type = models.CharField(max_length=10)
    required = models.BooleanField()
    unique = models.BooleanField()
    sharing_class = models.CharField(max_length=20)
    sharing_reason = models.JSONField()
    opening_class = models.CharField(max_length=20)
    opening_reason = models.JSONField()
    level = models.SmallIntegerField()
    mask = models.CharField(max_length=60, blank=True)
    params = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="catalog_item_name")]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """One change of a dataset's entry: the whole entry after it, who made it, when, by which verb and why."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="revisions")
    number = models.IntegerField()
    verb = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.TextField(blank=True)
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="catalog_revision_number")]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.number}"


class RuleAgreement(models.Model):
    """The rules of a dataset as agreed at one moment; versions count from 1."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="agreements")
    version = models.IntegerField()
    rules = models.JSONField()
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "version"], name="catalog_rules_version")]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.version}"
