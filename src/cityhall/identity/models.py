"""Tables of identity: agencies, people, the roles they hold, machine keys."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from cityhall.kernel.ids import new_id


def agency_id() -> str:
    """A new agency's id."""
    return new_id("agy")


def person_id() -> str:
    """A new person's id."""
    return new_id("per")


class Agency(models.Model):
    """A public body that owns data: DCAT's publisher, known by its USCC (GB 32100-2015)."""

    class Level(models.TextChoices):
        MUNICIPAL = "municipal_unit"
        COUNTY = "county_or_district"
        FUNCTIONAL = "functional_area"
        OPERATOR = "public_service_operator"

    id = models.CharField(primary_key=True, max_length=40, default=agency_id)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.JSONField()
    level = models.CharField(max_length=30, choices=Level.choices)
    division = models.CharField(max_length=12, blank=True)
    contact = models.JSONField(default=dict)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return self.uscc


class Person(AbstractUser):
    """Somebody who can sign in. `language` is the one we write to them in."""

    id = models.CharField(primary_key=True, max_length=40, default=person_id, editable=False)
    language = models.CharField(max_length=10, default="zh-hans")
    renewed = models.PositiveIntegerField(default=0)
    """Counted up when every session shall end, though the password stays: at a new second factor, at a closed account."""

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to count; Django asks for it at every request."""
        if not self.renewed:
            return str(super()._get_session_auth_hash(secret=secret))  # type: ignore[misc]
        told = f"{self.renewed} {self.password}"
        return salted_hmac("cityhall.identity.sessions", told, secret=secret, algorithm="sha256").hexdigest()


class RoleGrant(models.Model):
    """A role held by a person for one agency, or for the whole city when `agency` is null."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.CASCADE)
    granted = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "agency"], name="identity_one_grant_per_agency"
            ),
            # NULLs are distinct in a unique index, so the whole-city grant needs an index of its own.
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=Q(agency__isnull=True),
                name="identity_one_grant_for_city",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.agency_id or 'city'}"


class ApiKey(models.Model):
    """A machine's key: its token is `<id>.<secret>`, and only the SHA-256 of the secret is stored."""

    id = models.CharField(primary_key=True, max_length=40)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.CASCADE)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)
    rights = models.JSONField(null=True)
    """The rights it is narrowed to; null when it may do what its person may."""

    def __str__(self) -> str:
        return self.id


class Attempts(models.Model):
    """Counts of attempts that are limited, in the columns of Django's database cache, which reads and writes them."""

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "identity_attempts"

    def __str__(self) -> str:
        return self.cache_key
