"""What an operator does about people from the command line: every verb has a command, and each does what it says."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client

from cityhall.cli.identity import person as command
from cityhall.identity.errors import KeyRefused, PersonUnknown
from cityhall.identity.models import Person
from cityhall.identity.queries import actor_for_key, has_second_factor, people, person
from cityhall.ledger.queries import entries

pytestmark = pytest.mark.django_db


def run(*words: str, answer: str | None = None) -> str:
    result = CliRunner().invoke(command, words, input=answer, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def password_in(told: str) -> str:
    name, password = told.split()
    assert name == "chen"
    return password


def signs_in(password: str) -> bool:
    cache.clear()
    client = Client()
    client.post("/account/login/", {"login": "chen", "password": password})
    return client.get("/account/known/").status_code == 200


@pytest.fixture
def chen() -> str:
    return password_in(run("add", "chen", "--role", "operator"))


def test_a_lost_password_is_replaced_and_the_sessions_end(chen: str) -> None:
    client = Client()
    client.post("/account/login/", {"login": "chen", "password": chen})
    assert client.get("/account/known/").status_code == 200
    new = password_in(run("password", "chen"))
    assert client.get("/account/known/").status_code == 302
    assert (signs_in(chen), signs_in(new)) == (False, True)


def test_an_account_is_closed_and_opened(chen: str) -> None:
    _, token = run("key", "chen", "import").split()
    run("close", "chen")
    assert "closed" in run("list")
    assert not signs_in(chen)
    with pytest.raises(KeyRefused):
        actor_for_key(token)
    run("open", "chen")
    assert signs_in(chen)
    assert "closed" not in run("list")


def test_a_role_is_taken_back(chen: str) -> None:
    run("withdraw", "chen", "operator")
    assert person("chen").roles == frozenset()
    run("grant", "chen", "dispatcher")
    assert person("chen").roles == {("dispatcher", "")}


def test_the_second_factor_of_somebody_who_lost_it_is_dropped(chen: str) -> None:
    TOTP.activate(Person.objects.get(username="chen"), generate_totp_secret())
    assert has_second_factor(person("chen").id)
    run("drop-factor", "chen")
    assert not Authenticator.objects.exists()
    assert signs_in(chen)


def test_keys_are_listed_with_the_id_that_revokes_them(chen: str) -> None:
    key_id, token = run("key", "chen", "nightly import").split()
    assert re.search(rf"{key_id}\s+nightly import", run("keys", "chen"))
    run("revoke", key_id)
    with pytest.raises(KeyRefused):
        actor_for_key(token)


def test_deleting_asks_first_and_is_for_good(chen: str) -> None:
    known = person("chen").id
    assert CliRunner().invoke(command, ["delete", "chen"], input="n\n").exit_code == 1
    assert people()
    run("delete", "chen", answer="y\n")
    assert not people()
    with pytest.raises(PersonUnknown):
        person("chen")
    assert entries(subject=f"person:{known}")[0].verb == "identity.delete_person"
