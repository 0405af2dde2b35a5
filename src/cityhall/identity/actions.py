"""Verbs of identity: register agencies and people, grant and withdraw roles, make and revoke keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from cityhall.identity.errors import (
    AgencyExists,
    AgencyUnknown,
    LevelUnknown,
    PasswordWeak,
    PersonUnknown,
    RoleScopeWrong,
    RoleUnknown,
    UsccWrong,
    UsernameTaken,
)
from cityhall.identity.forgetting import forget_sessions, forget_sign_ins
from cityhall.identity.joining import become_developer, change_profile, delete_person
from cityhall.identity.keys import create_key, revoke_key
from cityhall.identity.letters import tell_of_change
from cityhall.identity.models import Agency, Person, RoleGrant
from cityhall.identity.queries import require
from cityhall.identity.rules import roles, uscc_is_valid
from cityhall.identity.watching import watch_sign_ins
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record

__all__ = [
    "become_developer",
    "change_profile",
    "create_key",
    "delete_person",
    "drop_second_factor",
    "forget_sessions",
    "forget_sign_ins",
    "grant_role",
    "register_agency",
    "register_person",
    "revoke_key",
    "set_active",
    "set_password",
    "update_agency",
    "watch_sign_ins",
    "withdraw_role",
]


@action("identity.register_agency")
def register_agency(
    actor: Actor,
    uscc: str,
    name: Text,
    level: str,
    division: str = "",
    contact: Mapping[str, str] | None = None,
) -> str:
    """Register a public body by its USCC (GB 32100-2015); answers its id.

    Raises UsccWrong, AgencyExists, LevelUnknown.
    """
    require(actor, "identity.manage")
    code = uscc.strip().upper()
    if not uscc_is_valid(code):
        raise UsccWrong(uscc=uscc)
    if existing := Agency.objects.filter(uscc=code).first():
        raise AgencyExists(uscc=code, agency=existing.id)
    _check_level(level)
    row = Agency.objects.create(
        uscc=code,
        name=name.as_dict(),
        level=level,
        division=division,
        contact=dict(contact or {}),
        created=clock.now(),
    )
    record(f"agency:{row.id}", uscc=code, level=level, division=division)
    return row.id


@action("identity.update_agency")
def update_agency(
    actor: Actor,
    agency_id: str,
    *,
    name: Text | None = None,
    level: str | None = None,
    division: str | None = None,
    contact: Mapping[str, str] | None = None,
) -> None:
    """Change what is given of an agency; its USCC never changes."""
    require(actor, "identity.manage")
    row = Agency.objects.select_for_update().filter(id=agency_id).first()
    if row is None:
        raise AgencyUnknown(agency=agency_id)
    if level is not None:
        _check_level(level)
    given = {
        "name": name.as_dict() if name else None,
        "level": level,
        "division": division,
        "contact": dict(contact) if contact is not None else None,
    }
    changes = {column: value for column, value in given.items() if value is not None}
    for column, value in changes.items():
        setattr(row, column, value)
    row.save(update_fields=list(changes) or None)
    record(f"agency:{agency_id}", changed=sorted(changes))


def _check_level(level: str) -> None:
    if level not in Agency.Level.values:
        raise LevelUnknown(level=level, levels=", ".join(Agency.Level.values))


@action("identity.register_person")
def register_person(
    actor: Actor,
    username: str,
    password: str,
    roles: Iterable[tuple[str, str]] = (),
    *,
    email: str = "",
    language: str = "zh-hans",
) -> str:
    """Register somebody who can sign in; answers the person's id.

    `roles` are pairs of role and agency id, an empty id meaning the whole city.
    Raises UsernameTaken, PasswordWeak, RoleUnknown, RoleScopeWrong, AgencyUnknown.
    """
    require(actor, "identity.manage")
    if Person.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    row = Person(username=username, email=email, language=language)
    _set_password(row, password)
    granted = sorted(set(roles))
    for role, agency_id in granted:
        _grant(row.id, role, agency_id)
    record(f"person:{row.id}", roles=[list(pair) for pair in granted])
    return row.id


def _set_password(row: Person, password: str) -> None:
    try:
        validate_password(password, row)
    except ValidationError as error:
        raise PasswordWeak(reasons=" ".join(error.messages)) from error
    row.set_password(password)
    row.save()


@action("identity.set_password")
def set_password(actor: Actor, person_id: str, password: str) -> None:
    """Give a person a new password (an operator does; people change their own on the account pages)."""
    require(actor, "identity.manage")
    row = _person(person_id)
    _set_password(row, password)
    tell_of_change(row, "password")
    record(f"person:{person_id}")


@action("identity.drop_second_factor")
def drop_second_factor(actor: Actor, person_id: str) -> None:
    """Take device and recovery codes from somebody who has lost them: the password alone opens the account until another is
    enrolled. Sessions from before end."""
    require(actor, "identity.manage")
    row = _person(person_id)
    gone = Authenticator.objects.filter(user=row).delete()[0]
    row.renewed += 1
    row.save(update_fields=["renewed"])
    if gone:
        tell_of_change(row, "removed")
    record(f"person:{person_id}", gone=gone)


@action("identity.set_active")
def set_active(actor: Actor, person_id: str, active: bool) -> None:
    """Open or close an account; a closed one cannot sign in, its keys are refused, and its sessions never come back."""
    require(actor, "identity.manage")
    row = _person(person_id)
    row.is_active = active
    row.renewed += 1
    row.save(update_fields=["is_active", "renewed"])
    record(f"person:{person_id}", active=active)


@action("identity.grant_role")
def grant_role(actor: Actor, person_id: str, role: str, agency_id: str = "") -> None:
    """Grant a role for an agency, or for the whole city when `agency_id` is empty; twice is like once."""
    require(actor, "identity.manage")
    _grant(_person(person_id).id, role, agency_id)
    record(f"person:{person_id}", role=role, agency=agency_id)


@action("identity.withdraw_role")
def withdraw_role(actor: Actor, person_id: str, role: str, agency_id: str = "") -> None:
    """Take a role back; it ends with the person's next request."""
    require(actor, "identity.manage")
    RoleGrant.objects.filter(person=_person(person_id), role=role, agency_id=agency_id or None).delete()
    record(f"person:{person_id}", role=role, agency=agency_id)


def _grant(person_id: str, role: str, agency_id: str) -> None:
    known = roles()
    if role not in known or not known[role].scope:
        raise RoleUnknown(role=role, roles=", ".join(name for name, row in known.items() if row.scope))
    if ("agency" if agency_id else "city") not in known[role].scope:
        raise RoleScopeWrong(role=role, scope=", ".join(sorted(known[role].scope)))
    if agency_id and not Agency.objects.filter(id=agency_id).exists():
        raise AgencyUnknown(agency=agency_id)
    RoleGrant.objects.get_or_create(
        person_id=person_id, role=role, agency_id=agency_id or None, defaults={"granted": clock.now()}
    )


def _person(person_id: str) -> Person:
    row = Person.objects.select_for_update().filter(id=person_id).first()
    if row is None:
        raise PersonUnknown(person=person_id)
    return row
