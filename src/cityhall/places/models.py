"""Tables of places: periods in which a division code had a name, and the loads that brought them; the grid and its batches;
shapes of divisions and their imports."""

from __future__ import annotations

from django.db import models


class Division(models.Model):
    """A code with one name, from `valid_from` until the day before `valid_to` (null: open, or not known).

    The key is the code, followed by `@` and the first day where that is known. `abolished` without `valid_to`
    means: it ended, nobody knows when. `successors` are the codes that took over. `english` is the name in English where a
    list gave one.
    """

    id = models.CharField(primary_key=True, max_length=25)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    english = models.CharField(max_length=100, blank=True, default="")
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


class GridArea(models.Model):
    """A polygon of the city's grid with its code, from `valid_from` until the day before `valid_to` (null: open).

    `kind` is cell (单元网格), responsibility (责任网格) or boundary (a division's outline). `shape` is its WKB in WGS-84, `size`
    its square metres. The key is kind, code and first day, so that a code may have had several outlines one after the other.
    """

    id = models.CharField(primary_key=True, max_length=60)
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    size = models.FloatField()
    shape = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["kind", "code"], name="places_grid_code")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class GridBatch(models.Model):
    """One change of the grid; the newest one is the grid's version."""

    id = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    at = models.DateTimeField()
    counts = models.JSONField()

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class DivisionShape(models.Model):
    """A division's outline as maps show it, from `valid_from` until the day before `valid_to` (null: open).

    `shape` is its WKB in WGS-84, simplified; `lon` and `lat` are where its name stands, `size` its square metres, `points` its
    positions. `system` is what the file's coordinates were in. The key is the code, followed by `@` and the first day where that
    is known.
    """

    id = models.CharField(primary_key=True, max_length=25)
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=10)
    parent = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    batch = models.CharField(max_length=40)
    system = models.CharField(max_length=10)
    source = models.CharField(max_length=200)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    lon = models.FloatField()
    lat = models.FloatField()
    size = models.FloatField()
    points = models.IntegerField()
    shape = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["code"], name="places_shape_code"),
            models.Index(fields=["parent", "code"], name="places_shape_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ShapeBatch(models.Model):
    """One import of shapes; the newest one is the version of all. `files`: name, SHA-256, system, how that is known, features."""

    id = models.CharField(primary_key=True, max_length=40)
    source = models.CharField(max_length=200)
    at = models.DateTimeField()
    files = models.JSONField()
    counts = models.JSONField()

    def __str__(self) -> str:
        return self.source
