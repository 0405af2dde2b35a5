"""What happens at the door is in the ledger, without a name, a password or an address in clear."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cityhall.identity.actions import register_person
from cityhall.kernel.actor import system_actor
from cityhall.ledger.models import Entry
from cityhall.ledger.queries import EntryInfo, entries

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42"
NAME = "ann-who-types"
VERBS = ("identity.sign_in", "identity.sign_out", "identity.fail_sign_in", "identity.change_second_factor")


@pytest.fixture
def ann(db: None) -> str:
    cache.clear()
    return register_person(system_actor("test"), NAME, PASSWORD, [("operator", "")])


def told() -> list[EntryInfo]:
    return [one for one in reversed(entries()) if one.verb in VERBS]


def sign_in(client: Client, name: str = NAME, password: str = PASSWORD) -> None:
    client.post(reverse("account_login"), {"login": name, "password": password})


def test_coming_and_going(ann: str) -> None:
    client = Client()
    sign_in(client)
    client.post(reverse("account_logout"))
    assert [(one.verb, one.actor, one.subject) for one in told()] == [
        ("identity.sign_in", ann, f"person:{ann}"),
        ("identity.sign_out", ann, f"person:{ann}"),
    ]


def test_failures_name_the_account_and_never_what_was_typed(ann: str) -> None:
    sign_in(Client(), password="guess-1")
    sign_in(Client(), name="correct horse in the wrong field")
    sign_in(Client(), name="another name that nobody has")
    assert [(one.verb, one.actor, one.subject) for one in told()] == [
        ("identity.fail_sign_in", "anonymous", f"person:{ann}"),
        ("identity.fail_sign_in", "anonymous", "sign-in:unknown"),
    ], "names that nobody has make one entry a minute"
    text = "".join(Entry.objects.values_list("body", flat=True))
    kept = "".join(AccessAttempt.objects.values_list("username", flat=True))
    assert "wrong field" not in kept
    for secret in ("guess-1", "wrong field", "127.0.0.1", NAME):
        assert secret not in text


def test_a_locked_account_says_so_and_does_not_fill_the_ledger(ann: str) -> None:
    for number in range(30):
        sign_in(Client(), password=f"guess-{number}")
    locked = [one for one in told() if one.facts["locked"]]
    assert locked
    assert len(told()) <= 10


def test_second_factors_come_and_go_in_the_ledger(ann: str) -> None:
    client = Client()
    sign_in(client)
    client.get(reverse("mfa_generate_recovery_codes"))
    from allauth.mfa import signals
    from django.contrib.auth import get_user_model

    person = get_user_model().objects.get(id=ann)
    factor = Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    for signal in (signals.authenticator_added, signals.authenticator_reset, signals.authenticator_removed):
        signal.send(sender=Authenticator, request=None, user=person, authenticator=factor)
    changed = [one.facts for one in told() if one.verb == "identity.change_second_factor"]
    assert changed == [{"kind": "totp", "change": change} for change in ("added", "renewed", "removed")]
