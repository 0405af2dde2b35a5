"""Pure rules of identity: the credit code of organisations, the table of rights, the secrets of keys."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cityhall.kernel.actor import Actor
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

# Stands before a role that its holder may not use until a second factor is enrolled.
WITHHELD = "without-second-factor:"


def uscc_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015); KeyError on a foreign character."""
    values = {character: value for value, character in enumerate(USCC_ALPHABET)}
    total = sum(values[character] * weight for character, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_is_valid(code: str) -> bool:
    """Whether `code` is 18 characters of the alphabet of 31 with the right check character."""
    return len(code) == 18 and set(code) <= set(USCC_ALPHABET) and uscc_check_character(code[:17]) == code[17]


@dataclass(frozen=True, slots=True)
class Role:
    """One row of `rights.yaml`, with the rights of the included roles added."""

    name: str
    title: Text
    scope: frozenset[str]
    second_factor: bool
    rights: frozenset[str]


@cache
def roles() -> Mapping[str, Role]:
    """The table of rights: role name -> role."""
    table = _table()["roles"]
    return {name: _role(name, table) for name in table}


@cache
def right_titles() -> Mapping[str, Text]:
    """What each right lets its holder do, in words."""
    return {name: Text.from_dict(words) for name, words in _table()["rights"].items()}


def _table() -> dict[str, Any]:
    table: dict[str, Any] = read_yaml(Path(__file__).with_name("rights.yaml"))
    return table


def _role(name: str, table: Mapping[str, Any]) -> Role:
    row = table[name]
    included = (_role(other, table).rights for other in row.get("includes", ()))
    rights = set(row["rights"]).union(*included)
    return Role(
        name=name,
        title=Text.from_dict(row["title"]),
        scope=frozenset(row["scope"]),
        second_factor=bool(row.get("second_factor")),
        rights=frozenset(rights),
    )


def all_rights() -> frozenset[str]:
    """Every right that some role gives."""
    return frozenset().union(*(role.rights for role in roles().values()))


def scopes_of(held: Iterable[tuple[str, str]], right: str) -> frozenset[str]:
    """For which agencies the (role, agency id) pairs give `right`; an empty string means the whole city."""
    if right in roles()["anonymous"].rights:
        return frozenset({""})
    return frozenset(scope for role, scope in held if role in roles() and right in roles()[role].rights)


def gives(held: Iterable[tuple[str, str]], right: str, agency_id: str) -> bool:
    """Whether the pairs give `right` for the agency (or for the whole city, when `agency_id` is empty)."""
    scopes = scopes_of(held, right)
    return "" in scopes or (bool(agency_id) and agency_id in scopes)


def withheld(actor: Actor) -> frozenset[tuple[str, str]]:
    """The roles that the actor would have with a second factor."""
    marked = ((role, scope) for role, scope in actor.roles if role.startswith(WITHHELD))
    return frozenset((role.removeprefix(WITHHELD), scope) for role, scope in marked)


def new_secret() -> str:
    """A key's secret: 256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret. It is random and long, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def same_secret(secret: str, stored: str) -> bool:
    """Whether `secret` has the stored digest, in constant time."""
    return hmac.compare_digest(digest(secret), stored)
