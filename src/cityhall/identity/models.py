"""Tables of identity."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from cityhall.kernel.ids import new_id


def _agency_id() -> str:
    return new_id("agy")


class Agency(models.Model):
    """A public body that owns data: DCAT's publisher, known by its USCC (GB 32100-2015)."""

    class Level(models.TextChoices):
        MUNICIPAL = "municipal_unit"
        COUNTY = "county_or_district"
        FUNCTIONAL = "functional_area"
        OPERATOR = "public_service_operator"

    id = models.CharField(primary_key=True, max_length=40, default=_agency_id)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.JSONField()
    level = models.CharField(max_length=30, choices=Level.choices)
    division = models.CharField(max_length=12, blank=True)
    contact = models.JSONField(default=dict)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return self.uscc


class Person(AbstractUser):
    """Somebody who can sign in."""

    language = models.CharField(max_length=10, default="zh-hans")


class RoleGrant(models.Model):
    """A role held by a person for one agency, or for the whole city when `agency` is null."""

    class Role(models.TextChoices):
        OPERATOR = "operator"
        STEWARD = "steward"
        DEVELOPER = "developer"
        CITIZEN = "citizen"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role", "agency"], name="identity_one_role_grant")]


class ApiKey(models.Model):
    """A machine's key; only its SHA-256 is stored."""

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.CASCADE)
    created = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)
