"""API keys: shown once, stored as a hash, expiring, revocable, never more than their owner may."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from cityhall.collection.runs import actor_as_dict, actor_of
from cityhall.identity import rules
from cityhall.identity.actions import (
    create_key,
    register_agency,
    register_person,
    revoke_key,
    set_active,
    withdraw_role,
)
from cityhall.identity.errors import KeyLifetimeWrong, KeyRefused, KeyUnknown, RightMissing, RightUnknown
from cityhall.identity.models import ApiKey
from cityhall.identity.queries import (
    actor_for_key,
    actor_for_person,
    can,
    keys_of,
    require,
    scopes,
    uscc_check_character,
)
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text
from cityhall.ledger.models import Entry
from cityhall.places.actions import load_divisions
from cityhall.places.errors import LoadNotAllowed

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


def test_a_narrowed_key_may_less_than_its_person_and_never_more(steward: Actor) -> None:
    _, token = create_key(steward, "front machine", 30, rights=["collection.push", "warehouse.maintain"])
    actor = actor_for_key(token)
    mine = sorted(where for _, where in steward.roles if where)[0]
    assert can(actor, "collection.push", mine)
    assert scopes(actor, "collection.push") == scopes(steward, "collection.push")
    assert can(actor, "opening.read"), "what is open to everybody is open to every key"
    assert can(steward, "collection.run", mine)
    for right in ("collection.run", "catalog.edit", "opening.see_all"):
        assert not can(actor, right, mine)
        assert scopes(actor, right) == frozenset()
        with pytest.raises(RightMissing):
            require(actor, right, mine)
    assert not can(actor, "warehouse.maintain"), "its person has no such right"
    assert keys_of(steward.id)[0].rights == ("collection.push", "warehouse.maintain")
    with pytest.raises(RightUnknown):
        create_key(steward, "k", 30, rights=["collection.fly"])
    with pytest.raises(RightMissing):
        create_key(actor, "another", 30, person_id=steward.id)


def test_a_narrowed_operator_key_has_no_back_doors() -> None:
    boss = actor_for_person(register_person(SYSTEM, "boss", "correct horse 42", [("operator", "")]))
    actor = actor_for_key(create_key(boss, "reader", 30, rights=["opening.use_api"])[1])
    with pytest.raises(LoadNotAllowed):
        load_divisions(actor)


def test_an_actor_remembered_by_a_run_stays_narrowed(steward: Actor) -> None:
    actor = actor_for_key(create_key(steward, "k", 30, rights=["collection.run"])[1])
    for one in (actor, steward):
        assert actor_of(SimpleNamespace(actor=actor_as_dict(one))) == one


def test_when_a_key_was_last_used_is_written_once_a_minute(steward: Actor) -> None:
    key_id, token = create_key(steward, "k", 30)
    start = clock.now()

    def used_at(seconds: float) -> float | None:
        with clock.at(start + timedelta(seconds=seconds)):
            actor_for_key(token)
        noted = keys_of(steward.id)[0].last_used
        return noted and (noted - start).total_seconds()

    assert keys_of(steward.id)[0].last_used is None
    assert [used_at(seconds) for seconds in (0, 59, 61, 100, 130, 50)] == [0, 0, 61, 61, 130, 50]
    with pytest.raises(KeyRefused):
        actor_for_key(f"{key_id}.wrong")
