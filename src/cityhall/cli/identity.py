"""`cityhall person …` and `cityhall agency …`: who is who."""

from __future__ import annotations

import secrets

import click

from cityhall.cli.actor import operator
from cityhall.cli.show import as_json, table
from cityhall.identity.actions import create_key, grant_role, register_agency, register_person, revoke_key
from cityhall.identity.queries import agencies, people
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
        ("name", "e-mail", "roles"),
        ((one.username, one.email, _roles(one.roles)) for one in everybody),
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
