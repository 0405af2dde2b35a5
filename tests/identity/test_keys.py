"""API keys: shown once, stored as a hash, expiring, revocable, never more than their owner may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cityhall.identity import rules
from cityhall.identity.actions import (
    create_key,
    register_agency,
    register_person,
    revoke_key,
    set_active,
    withdraw_role,
)
from cityhall.identity.errors import KeyLifetimeWrong, KeyRefused, KeyUnknown, RightMissing
from cityhall.identity.models import ApiKey
from cityhall.identity.queries import actor_for_key, actor_for_person, can, keys_of, uscc_check_character
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text
from cityhall.ledger.models import Entry

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")


def agency(number: int) -> str:
    first = f"11330300MB{number:07d}"
    return register_agency(SYSTEM, first + uscc_check_character(first), Text("A", "甲"), "municipal_unit")


@pytest.fixture
def steward() -> Actor:
    held = [("steward", agency(1)), ("steward", agency(2))]
    return actor_for_person(register_person(SYSTEM, "li", "correct horse 42", held))


def test_a_key_acts_with_its_owners_roles(steward: Actor) -> None:
    key_id, token = create_key(steward, "front machine", 30)
    actor = actor_for_key(token)
    assert (actor.id, actor.kind, actor.roles) == (key_id, "key", steward.roles)
    assert [key.name for key in keys_of(steward.id)] == ["front machine"]


def test_only_a_hash_of_the_secret_is_kept(steward: Actor) -> None:
    key_id, token = create_key(steward, "k", 30)
    secret = token.removeprefix(f"{key_id}.")
    row = ApiKey.objects.get()
    assert len(secret) >= 43
    assert secret not in str(row.__dict__)
    assert row.digest == rules.digest(secret)
    assert secret not in Entry.objects.latest("id").body


def test_a_key_for_one_agency_is_for_that_only(steward: Actor) -> None:
    first, second = sorted(where for _, where in steward.roles if where)
    _, token = create_key(steward, "k", 30, agency_id=first)
    actor = actor_for_key(token)
    assert can(actor, "collection.push", first)
    assert not can(actor, "collection.push", second)
    assert {where for _, where in actor.roles} == {first}


def test_a_key_loses_what_its_owner_loses(steward: Actor) -> None:
    _, token = create_key(steward, "k", 30)
    for role, where in steward.roles:
        withdraw_role(SYSTEM, steward.id, role, where)
    assert actor_for_key(token).roles == {("citizen", "")}


@pytest.mark.parametrize("damage", ["", "x", "no.dot.here", "key_unknown.secret"])
def test_what_is_not_a_key(damage: str) -> None:
    with pytest.raises(KeyRefused):
        actor_for_key(damage)


def test_a_wrong_secret(steward: Actor) -> None:
    _, token = create_key(steward, "k", 30)
    for wrong in (token[:-1], token + "x", token.split(".")[0], token.split(".")[0] + "."):
        with pytest.raises(KeyRefused):
            actor_for_key(wrong)


def test_expired_revoked_and_orphaned_keys(steward: Actor) -> None:
    key_id, token = create_key(steward, "k", 1)
    with clock.at(clock.now() + timedelta(days=1, seconds=1)), pytest.raises(KeyRefused):
        actor_for_key(token)
    set_active(SYSTEM, steward.id, False)
    with pytest.raises(KeyRefused):
        actor_for_key(token)
    set_active(SYSTEM, steward.id, True)
    actor_for_key(token)
    revoke_key(steward, key_id)
    revoke_key(steward, key_id)
    with pytest.raises(KeyRefused):
        actor_for_key(token)


def test_an_unknown_key_costs_the_same_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    monkeypatch.setattr(
        "cityhall.identity.queries.same_secret", lambda secret, stored: compared.append(stored) or False
    )
    with pytest.raises(KeyRefused):
        actor_for_key("key_nobody.secret")
    assert compared == ["0" * 64]


@pytest.mark.parametrize("days", [0, -1, 367])
def test_keys_always_expire(steward: Actor, days: int) -> None:
    with pytest.raises(KeyLifetimeWrong):
        create_key(steward, "k", days)


def test_keys_of_others(steward: Actor) -> None:
    other = actor_for_person(register_person(SYSTEM, "ben", "correct horse 42", [("developer", "")]))
    key_id, token = create_key(steward, "k", 30)
    with pytest.raises(RightMissing):
        revoke_key(other, key_id)
    with pytest.raises(RightMissing):
        create_key(other, "k", 30, person_id=steward.id)
    with pytest.raises(KeyUnknown):
        revoke_key(SYSTEM, "key_none")
    citizen = actor_for_person(register_person(SYSTEM, "eve", "correct horse 42"))
    with pytest.raises(RightMissing):
        create_key(citizen, "k", 30)
    revoke_key(SYSTEM, key_id)
    with pytest.raises(KeyRefused):
        actor_for_key(token)
