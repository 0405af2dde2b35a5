"""`cityhall person …` and `cityhall agency …`: who is who."""

from __future__ import annotations

import secrets
from datetime import datetime

import click

from cityhall.cli.actor import operator
from cityhall.cli.show import as_json, table
from cityhall.identity.actions import (
    create_key,
    delete_person,
    drop_second_factor,
    grant_role,
    register_agency,
    register_person,
    revoke_key,
    set_active,
    set_password,
    withdraw_role,
)
from cityhall.identity.queries import agencies, keys_of, people
from cityhall.identity.queries import agency as find_agency
from cityhall.identity.queries import person as find_person
from cityhall.kernel.text import Text


@click.group()
def person() -> None:
    """People who can sign in."""


@person.command("list")
@click.option("--json", "json_", is_flag=True)
def list_people(json_: bool) -> None:
    """Everybody and their roles."""
    everybody = people()
    if json_:
        as_json(everybody)
        return
    table(
        ("name", "e-mail", "roles", "account"),
        (
            (one.username, one.email, _roles(one.roles), "open" if one.active else "closed")
            for one in everybody
        ),
        "nobody yet",
    )


def _roles(roles: frozenset[tuple[str, str]]) -> str:
    return ", ".join(sorted(f"{role}@{agency}" if agency else role for role, agency in roles))


@person.command("add")
@click.argument("username")
@click.option("--role", default="citizen", show_default=True)
@click.option("--agency", default="", help="USCC or id; empty means the whole city.")
@click.option("--email", default="")
@click.option("--language", default="zh-hans", show_default=True)
def add_person(username: str, role: str, agency: str, email: str, language: str) -> None:
    """Register somebody; the password is made here and printed once."""
    agency_id = find_agency(agency).id if agency else ""
    password = secrets.token_urlsafe(12)
    register_person(operator(), username, password, [(role, agency_id)], email=email, language=language)
    click.echo(f"{username}  {password}")


@person.command("grant")
@click.argument("username")
@click.argument("role")
@click.option("--agency", default="")
def grant(username: str, role: str, agency: str) -> None:
    """Give a role, for one agency or the whole city."""
    grant_role(operator(), find_person(username).id, role, find_agency(agency).id if agency else "")


@person.command("withdraw")
@click.argument("username")
@click.argument("role")
@click.option("--agency", default="")
def withdraw(username: str, role: str, agency: str) -> None:
    """Take a role back; it ends with the person's next request."""
    withdraw_role(operator(), find_person(username).id, role, find_agency(agency).id if agency else "")


@person.command("password")
@click.argument("username")
def password(username: str) -> None:
    """Give a new password to somebody who has lost theirs; it is printed once, and every session of theirs ends."""
    found = find_person(username)
    made = secrets.token_urlsafe(12)
    set_password(operator(), found.id, made)
    click.echo(f"{found.username}  {made}")


@person.command("drop-factor")
@click.argument("username")
def drop_factor(username: str) -> None:
    """Remove the second factor of somebody who has lost device and recovery codes; every session of theirs ends."""
    drop_second_factor(operator(), find_person(username).id)


@person.command("close")
@click.argument("username")
def close(username: str) -> None:
    """Close an account: no signing in, its keys are refused, its sessions end. Nothing of it is deleted."""
    set_active(operator(), find_person(username).id, False)


@person.command("open")
@click.argument("username")
def open_(username: str) -> None:
    """Open an account that was closed."""
    set_active(operator(), find_person(username).id, True)


@person.command("delete")
@click.argument("username")
@click.confirmation_option(prompt="This cannot be taken back. Delete the account?")
def delete(username: str) -> None:
    """Delete an account for good, with its roles, keys, second factors and records of sign-ins.

    What it wrote in public stays without a name, requests stay with their agencies, the ledger keeps what was done under an
    id that then belongs to nobody.
    """
    delete_person(operator(), find_person(username).id)


@person.command("keys")
@click.argument("username")
@click.option("--json", "json_", is_flag=True)
def keys(username: str, json_: bool) -> None:
    """The keys of somebody's programs, each with the id by which it is revoked."""
    found = keys_of(find_person(username).id)
    if json_:
        as_json(found)
        return
    table(
        ("id", "name", "ends", "last used", "revoked"),
        ((one.id, one.name, *map(_day, (one.expires, one.last_used, one.revoked))) for one in found),
        "no keys",
    )


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


@person.command("key")
@click.argument("username")
@click.argument("name")
@click.option("--days", default=365, show_default=True)
@click.option("--right", "rights", multiple=True, help="Narrow the key to this right; may be given again.")
def key(username: str, name: str, days: int, rights: tuple[str, ...]) -> None:
    """Make a key for a machine; it is printed once."""
    owner = find_person(username).id
    key_id, token = create_key(operator(), name, days, person_id=owner, rights=rights or None)
    click.echo(f"{key_id}  {token}")


@person.command("revoke")
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Make a key useless at once."""
    revoke_key(operator(), key_id)


@click.group()
def agency() -> None:
    """Agencies that own data."""


@agency.command("list")
@click.option("--json", "json_", is_flag=True)
def list_agencies(json_: bool) -> None:
    """All agencies."""
    every = agencies()
    if json_:
        as_json(every)
        return
    table(
        ("id", "USCC", "name", "level"),
        ((one.id, one.uscc, one.name.zh, one.level) for one in every),
        "no agency yet",
    )


@agency.command("add")
@click.argument("uscc")
@click.argument("name")
@click.option("--name-en", default="")
@click.option("--level", default="municipal_unit", show_default=True)
@click.option("--division", default="")
def add_agency(uscc: str, name: str, name_en: str, level: str, division: str) -> None:
    """Register an agency by its unified social credit code."""
    click.echo(register_agency(operator(), uscc, Text(en=name_en or name, zh=name), level, division))
