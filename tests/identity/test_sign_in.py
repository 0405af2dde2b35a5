"""Signing in: password, second factor, recovery codes, lockout; operators need the second factor."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.identity.conftest import PASSWORD, totp

from cityhall.identity.actions import create_key, register_person
from cityhall.identity.errors import SecondFactorMissing
from cityhall.identity.models import Person
from cityhall.identity.queries import actor_for_key, actor_for_person, can, require
from cityhall.kernel.actor import system_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]
SYSTEM = system_actor("test")


def sign_in(client: Client, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": "ann", "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def enrol(person: Person) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def test_a_password_alone_is_enough_without_a_second_factor(client: Client, ann: Person) -> None:
    sign_in(client, "wrong password 1")
    assert not signed_in(client)
    sign_in(client)
    assert signed_in(client)


def test_with_a_second_factor_the_password_is_only_half(client: Client, ann: Person) -> None:
    secret = enrol(ann)
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp(secret, time.time())})
    assert signed_in(client)


def test_a_code_works_once(client: Client, ann: Person) -> None:
    secret = enrol(ann)
    code = totp(secret, time.time())
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(client)
    other = Client()
    sign_in(other)
    other.post(reverse("mfa_authenticate"), {"code": code})
    assert not signed_in(other)


def test_a_recovery_code_opens_once(ann: Person) -> None:
    enrol(ann)
    code = RecoveryCodes.activate(ann).get_unused_codes()[0]
    for expected in (True, False):
        client = Client()
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(client) is expected


def test_the_factor_is_stored_encrypted(ann: Person) -> None:
    secret = enrol(ann)
    RecoveryCodes.activate(ann)
    for row in Authenticator.objects.all():
        assert secret not in str(row.data)
        assert all(
            str(value).startswith("gAAAA") for name, value in row.data.items() if name in {"secret", "seed"}
        )


def test_too_many_wrong_passwords_lock_the_account(client: Client, ann: Person) -> None:
    for number in range(5):
        sign_in(client, f"wrong password {number}")
    cache.clear()  # so that only the lockout itself can refuse, not the rate limit of the form
    answer = sign_in(client)
    assert not signed_in(client)
    assert answer.status_code in {403, 429}
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(elsewhere)
    assert signed_in(elsewhere), "the lock is on the name from that address, so nobody can lock others out"


def test_an_inactive_person_stays_out(client: Client, ann: Person) -> None:
    Person.objects.filter(id=ann.id).update(is_active=False)
    sign_in(client)
    assert not signed_in(client)


def test_operators_need_the_second_factor_where_it_is_required(settings: Any, ann: Person) -> None:
    _, token = create_key(actor_for_person(ann), "k", 30)
    assert can(actor_for_person(ann), "identity.manage")
    settings.CITYHALL_REQUIRE_MFA = True
    for actor in (actor_for_person(ann), actor_for_key(token)):
        with pytest.raises(SecondFactorMissing):
            require(actor, "identity.manage")
    enrol(ann)
    for actor in (actor_for_person(ann), actor_for_key(token)):
        require(actor, "identity.manage")


def test_stewards_may_do_without(settings: Any) -> None:
    settings.CITYHALL_REQUIRE_MFA = True
    steward = actor_for_person(register_person(SYSTEM, "li", PASSWORD, [("steward", "")]))
    require(steward, "catalog.edit", "agy_1")
