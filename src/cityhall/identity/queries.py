"""Reads of identity: agencies, actors, and the question that every action asks first, `require`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Q

from cityhall.identity.errors import (
    AgencyUnknown,
    KeyRefused,
    PersonUnknown,
    RightMissing,
    SecondFactorMissing,
)
from cityhall.identity.models import Agency, ApiKey, Person, RoleGrant
from cityhall.identity.noting import note_use
from cityhall.identity.rules import (
    WITHHELD,
    all_rights,
    gives,
    right_titles,
    roles,
    same_secret,
    scopes_of,
    uscc_check_character,
    uscc_is_valid,
    withheld,
)
from cityhall.identity.sign_ins import SIGN_IN_DAYS, SignIn, sign_ins_of, sign_ins_to_forget
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.text import Text

__all__ = [
    "SIGN_IN_DAYS",
    "AgencyInfo",
    "KeyInfo",
    "PersonInfo",
    "SignIn",
    "actor_for_holder",
    "actor_for_key",
    "actor_for_person",
    "actor_of",
    "agencies",
    "agency",
    "agency_names",
    "all_rights",
    "can",
    "has_second_factor",
    "keys_ending",
    "keys_of",
    "people",
    "people_with_role",
    "person",
    "require",
    "right_titles",
    "roles",
    "scopes",
    "sign_ins_of",
    "sign_ins_to_forget",
    "uscc_check_character",
    "uscc_is_valid",
]


@dataclass(frozen=True, slots=True)
class AgencyInfo:
    """An agency: `uscc` per GB 32100; `level` municipal_unit, county_or_district, functional_area or
    public_service_operator; `division` a GB/T 2260 code or empty; `contact` may hold name, phone, email."""

    id: str
    uscc: str
    name: Text
    level: str
    division: str
    contact: dict[str, str]


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """Somebody who can sign in, and the (role, agency id) pairs granted; an empty id means the whole city.

    `public_name` is what others see beside what the person writes; it may be empty.
    """

    id: str
    username: str
    email: str
    language: str
    active: bool
    roles: frozenset[tuple[str, str]]
    public_name: str = ""
    joined: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """An API key without its secret; `agency_id` is empty when the key is not narrowed to one agency, `rights` is None
    when it may do all that its person may. `last_used` is right to about a minute."""

    id: str
    name: str
    agency_id: str
    created: datetime
    expires: datetime
    revoked: datetime | None
    last_used: datetime | None = None
    rights: tuple[str, ...] | None = None


# ---- rights ----


def can(actor: Actor, right: str, agency_id: str = "") -> bool:
    """Whether the actor has `right` for the agency (for the whole city when `agency_id` is empty)."""
    return gives(_in_force(actor, right), right, agency_id)


def require(actor: Actor, right: str, agency_id: str = "") -> None:
    """Pass, or raise RightMissing (SecondFactorMissing when only the second factor is lacking)."""
    if can(actor, right, agency_id):
        return
    if actor.within(right) and gives(withheld(actor), right, agency_id):
        raise SecondFactorMissing(right=right)
    raise RightMissing(right=right, agency=agency_id)


def scopes(actor: Actor, right: str) -> frozenset[str]:
    """The ids of the agencies for which the actor has `right`; an empty string among them means all."""
    return scopes_of(_in_force(actor, right), right)


def _in_force(actor: Actor, right: str) -> frozenset[tuple[str, str]]:
    """The roles that may speak for this right: none, when the actor is narrowed to others. What anybody may do is left
    to everybody."""
    return actor.roles if actor.within(right) else frozenset()


# ---- agencies ----


def agency(id_or_uscc: str) -> AgencyInfo:
    """The agency with this id or USCC; raises AgencyUnknown."""
    row = Agency.objects.filter(Q(id=id_or_uscc) | Q(uscc=id_or_uscc.upper())).first()
    if row is None:
        raise AgencyUnknown(agency=id_or_uscc)
    return _agency_info(row)


def agencies() -> tuple[AgencyInfo, ...]:
    """All agencies, in the order of their codes."""
    return tuple(_agency_info(row) for row in Agency.objects.order_by("uscc"))


def agency_names() -> dict[str, Text]:
    """Agency id -> name, for lists that show many."""
    return {key: Text.from_dict(name) for key, name in Agency.objects.values_list("id", "name")}


def _agency_info(row: Agency) -> AgencyInfo:
    return AgencyInfo(
        id=row.id,
        uscc=row.uscc,
        name=Text.from_dict(row.name),
        level=row.level,
        division=row.division,
        contact=row.contact,
    )


# ---- people ----


def person(id_or_username: str) -> PersonInfo:
    """The person with this id or user name; raises PersonUnknown."""
    row = Person.objects.filter(Q(id=id_or_username) | Q(username=id_or_username)).first()
    if row is None:
        raise PersonUnknown(person=id_or_username)
    return _person_info(row)


def people() -> tuple[PersonInfo, ...]:
    """Everybody who can sign in, by user name."""
    rows = Person.objects.prefetch_related("role_grants").order_by("username")
    return tuple(_person_info(row) for row in rows)


def people_with_role(role: str, agency_id: str = "") -> tuple[PersonInfo, ...]:
    """The active people who hold `role` for the agency or for the whole city."""
    granted = Q(role=role) & (Q(agency=None) | Q(agency_id=agency_id or None))
    holders = RoleGrant.objects.filter(granted).values("person_id")
    rows = Person.objects.filter(id__in=holders, is_active=True).prefetch_related("role_grants")
    return tuple(_person_info(row) for row in rows.order_by("username"))


def _person_info(row: Person) -> PersonInfo:
    return PersonInfo(
        id=row.id,
        username=row.username,
        email=row.email,
        language=row.language,
        active=row.is_active,
        roles=_granted(row),
        public_name=row.first_name,
        joined=row.date_joined,
    )


def _granted(row: Person) -> frozenset[tuple[str, str]]:
    return frozenset((grant.role, grant.agency_id or "") for grant in row.role_grants.all())


# ---- actors ----


def actor_for_person(person_or_id: Any) -> Actor:
    """The actor for a person (the row that Django gives, or an id); raises PersonUnknown when inactive.

    Where CITYHALL_REQUIRE_MFA=1, roles marked `second_factor` are withheld until the person has enrolled one
    (the sign-in itself then asks for it).
    """
    key = str(getattr(person_or_id, "pk", person_or_id))
    row = Person.objects.filter(id=key, is_active=True).first()
    if row is None:
        raise PersonUnknown(person=key)
    return _actor(row)


def actor_of(user: Any) -> Actor:
    """The actor behind a request's `user`, a row that was read for this request: a person, or nobody in particular.
    Raises PersonUnknown when inactive."""
    if user is None or not getattr(user, "is_authenticated", False):
        return ANONYMOUS
    if not user.is_active:
        raise PersonUnknown(person=user.pk)
    return _actor(user)


def _actor(row: Person) -> Actor:
    return Actor(id=row.id, name=row.username, kind="person", roles=_usable_roles(row))


def actor_for_key(token: str) -> Actor:
    """The actor for an API key `<id>.<secret>`; raises KeyRefused without saying why."""
    key_id, _, secret = token.partition(".")
    row = ApiKey.objects.select_related("person").filter(id=key_id).first()
    # An unknown id costs the same comparison as a wrong secret.
    matches = same_secret(secret, row.digest if row else "0" * 64)
    if row is None or not matches:
        raise KeyRefused()
    actor = _key_actor(row)
    note_use(row)
    return actor


def actor_for_holder(holder: str) -> Actor:
    """The actor to whom something was handed out, by the id noted then: a person, or a key. Raises PersonUnknown when there is
    none, or none any more, and KeyRefused when the key has ended."""
    row = ApiKey.objects.select_related("person").filter(id=holder).first()
    return actor_for_person(holder) if row is None else _key_actor(row)


def _key_actor(row: ApiKey) -> Actor:
    if row.revoked or row.expires <= clock.now() or not row.person.is_active:
        raise KeyRefused()
    held = _usable_roles(row.person)
    if row.agency_id:
        held = frozenset((role, row.agency_id) for role, scope in held if scope in ("", row.agency_id))
    rights = None if row.rights is None else frozenset(row.rights)
    return Actor(id=row.id, name=row.name, kind="key", roles=held, rights=rights, owner=row.person_id)


def _usable_roles(row: Person) -> frozenset[tuple[str, str]]:
    """The person's roles; those that need a second factor that is not there are marked as withheld."""
    held = _granted(row) | {("citizen", "")}
    demanding = {name for name, role in roles().items() if role.second_factor}
    lacking = settings.CITYHALL_REQUIRE_MFA and any(role in demanding for role, _ in held)
    if not lacking or is_mfa_enabled(row):
        return held
    return frozenset((WITHHELD + role if role in demanding else role, scope) for role, scope in held)


def has_second_factor(person_id: str) -> bool:
    """Whether the person has enrolled a second factor."""
    row = Person.objects.filter(id=person_id).first()
    return row is not None and bool(is_mfa_enabled(row))


def keys_ending(before: datetime) -> tuple[KeyInfo, ...]:
    """Keys in force that end before a moment, the first to end first."""
    rows = ApiKey.objects.filter(revoked=None, expires__gt=clock.now(), expires__lt=before).order_by(
        "expires"
    )
    return tuple(_key_info(row) for row in rows)


def keys_of(person_id: str) -> tuple[KeyInfo, ...]:
    """A person's API keys, newest first."""
    rows = ApiKey.objects.filter(person_id=person_id).order_by("-created", "-id")
    return tuple(_key_info(row) for row in rows)


def _key_info(row: ApiKey) -> KeyInfo:
    return KeyInfo(
        id=row.id,
        name=row.name,
        agency_id=row.agency_id or "",
        created=row.created,
        expires=row.expires,
        revoked=row.revoked,
        last_used=row.last_used,
        rights=None if row.rights is None else tuple(row.rights),
    )
