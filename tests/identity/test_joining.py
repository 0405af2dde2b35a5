"""Making an account: open or closed by a setting, confirmed by mail, telling nobody who has one; and leaving."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache, caches
from django.test import Client

from cityhall.identity.actions import (
    become_developer,
    change_profile,
    create_key,
    delete_person,
    register_person,
)
from cityhall.identity.errors import KeyRefused, LanguageUnknown, PersonUnknown, RightMissing
from cityhall.identity.models import Person
from cityhall.identity.queries import actor_for_key, actor_for_person, person, sign_ins_of
from cityhall.kernel.actor import Actor, system_actor
from cityhall.ledger.queries import entries

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
PASSWORD = "correct horse 42"
ADDRESS = "lin@example.org"


@pytest.fixture(autouse=True)
def open_site(settings: Any, db: None) -> None:
    cache.clear()
    settings.CITYHALL_SIGN_UP = "open"


def sign_up(client: Client, email: str = ADDRESS) -> Any:
    return client.post("/account/signup/", {"email": email, "password1": PASSWORD})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def confirm(client: Client) -> Any:
    found = re.search(r"http://testserver(/account/confirm-email/\S+)", str(mail.outbox[-1].body))
    assert found
    return client.post(found[1])


def test_an_account_opens_nothing_before_its_address_is_confirmed(client: Client) -> None:
    answer = sign_up(client)
    assert answer.headers["Location"] == "/account/confirm-email/"
    row = Person.objects.get(email=ADDRESS)
    assert row.username.startswith("citizen-")
    assert entries(subject=f"person:{row.id}", verb="identity.join", limit=1)
    client.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    assert not signed_in(client)
    confirm(client)
    assert EmailAddress.objects.get(user=row).verified
    client.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    assert signed_in(client)


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "密码太短，至少 10 个字符。"), ("en", "The password is too short: at least 10 characters.")],
)
def test_what_is_wrong_with_a_password_is_said_in_the_readers_language(
    client: Client, language: str, said: str
) -> None:
    sent = {"email": ADDRESS, "password1": "qz7!k"}
    page = client.post("/account/signup/", sent, headers={"Accept-Language": language}).content.decode()
    assert page.count(said) == 1
    assert not Person.objects.filter(email=ADDRESS).exists()


def test_nobody_learns_who_has_an_account(client: Client) -> None:
    register_person(SYSTEM, "old", PASSWORD, email=ADDRESS)
    known, unknown = sign_up(client), sign_up(Client(), "new@example.org")
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert Person.objects.filter(email=ADDRESS).count() == 1
    assert [letter.to[0] for letter in mail.outbox] == [ADDRESS, "new@example.org"]
    answers = [
        Client().post("/account/password/reset/", {"email": address}).headers["Location"]
        for address in (ADDRESS, "nobody@example.org")
    ]
    assert answers[0] == answers[1]  # and the letter is a job: tests/identity/test_attacks_on_accounts.py


def test_a_closed_site_makes_no_account(client: Client, settings: Any) -> None:
    settings.CITYHALL_SIGN_UP = "closed"
    assert "email" not in client.get("/account/signup/").content.decode().split("<main")[1]
    sign_up(client)
    assert not Person.objects.filter(email=ADDRESS).exists()


def test_a_registered_person_has_nothing_to_confirm(client: Client) -> None:
    register_person(SYSTEM, "ann", PASSWORD, [("operator", "")])
    client.post("/account/login/", {"login": "ann", "password": PASSWORD})
    assert signed_in(client)


def test_wrong_passwords_lock_an_address_out_too(client: Client) -> None:
    register_person(SYSTEM, "ann", PASSWORD, email=ADDRESS)
    for number in range(5):
        client.post("/account/login/", {"login": ADDRESS.upper(), "password": f"wrong {number}"})
    cache.clear()  # so that only the lockout itself can refuse, not the rate limit of the form
    answer = client.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    assert answer.status_code in {403, 429}
    assert not signed_in(client)


def test_letters_are_in_the_language_of_the_visitor() -> None:
    sign_up(Client(headers={"accept-language": "en"}))
    sign_up(Client(headers={"accept-language": "zh-hans"}), "wang@example.org")
    assert [letter.subject for letter in mail.outbox] == ["Confirm your address", "请确认您的邮箱"]
    assert person(Person.objects.get(email=ADDRESS).id).language == "en"


@pytest.fixture
def lin() -> Actor:
    return actor_for_person(register_person(SYSTEM, "lin", PASSWORD, email=ADDRESS))


def test_a_profile_is_ones_own_and_plain(lin: Actor) -> None:
    change_profile(lin, "  小\u202e林\n ", "en")
    assert (person(lin.id).public_name, person(lin.id).language) == ("小林", "en")
    with pytest.raises(LanguageUnknown):
        change_profile(lin, "x", "tlh")


def test_whoever_becomes_a_developer_may_make_keys(lin: Actor) -> None:
    with pytest.raises(RightMissing):
        create_key(lin, "mine")
    become_developer(lin)
    become_developer(lin)
    assert create_key(actor_for_person(lin.id), "mine")[0]


def test_a_deleted_account_is_gone_with_its_keys_and_sign_ins(client: Client, lin: Actor) -> None:
    become_developer(lin)
    _, token = create_key(actor_for_person(lin.id), "mine")
    client.post("/account/login/", {"login": "lin", "password": PASSWORD})
    assert sign_ins_of(lin.id)
    stranger = actor_for_person(register_person(SYSTEM, "eve", PASSWORD))
    with pytest.raises(RightMissing):
        delete_person(stranger, lin.id)
    delete_person(lin, lin.id)
    with pytest.raises(KeyRefused):
        actor_for_key(token)
    with pytest.raises(PersonUnknown):
        person(lin.id)
    assert entries(subject=f"person:{lin.id}", verb="identity.delete_person", limit=1)
    assert client.get("/account/").status_code == 302


def test_attempts_are_counted_for_all_processes_together() -> None:
    cache.set("a-count", [1.0], 60)
    assert caches.create_connection("default").get("a-count") == [1.0], "another process sees it"
