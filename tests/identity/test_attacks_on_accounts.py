"""Somebody who wants into another's account, or wants to know who has one, finds nothing."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django_tasks_db.models import DBTaskResult
from tests.identity.conftest import ADDRESS, PASSWORD, totp

from cityhall.app import settings as site
from cityhall.identity.actions import register_person, set_active
from cityhall.identity.letters import write_reset
from cityhall.identity.models import Person
from cityhall.kernel import jobs
from cityhall.kernel.actor import system_actor
from cityhall.ledger.queries import entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]
SYSTEM = system_actor("test")


@pytest.fixture
def limits(settings: Any) -> None:
    """The limits of the site, which other tests do without."""
    settings.ACCOUNT_RATE_LIMITS = site.ACCOUNT_RATE_LIMITS


def came_in(login: str = "ann", password: str = PASSWORD) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.post("/account/login/", {"login": login, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def owed(name: str) -> list[dict[str, Any]]:
    """The arguments of the jobs of a name that wait."""
    rows = DBTaskResult.objects.filter(status="READY")
    return [row.args_kwargs["args"][1] for row in rows if row.args_kwargs["args"][0] == name]


def work_off(name: str) -> None:
    for given in owed(name):
        jobs.registered()[name](**given)


# ---- sessions ----


def test_a_session_from_before_the_second_factor_ends_with_it(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        transaction, "on_commit", lambda done, **_: done()
    )  # within the request, as it is without tests
    thief, owner = came_in(), came_in()
    assert is_in(thief)
    owner.post("/account/reauthenticate/", {"password": PASSWORD})
    owner.get("/account/2fa/totp/activate/")
    secret = owner.session["mfa.totp.secret"]
    owner.post("/account/2fa/totp/activate/", {"code": totp(secret, time.time())})
    assert Authenticator.objects.filter(user=ann, type="totp").exists()
    assert not is_in(thief), "it never passed the second factor"
    assert is_in(owner), "the one in which it was enrolled goes on"


def test_a_closed_accounts_sessions_never_come_back(ann: Person) -> None:
    thief = came_in()
    set_active(SYSTEM, ann.id, False)
    assert not is_in(thief)
    set_active(SYSTEM, ann.id, True)
    assert not is_in(thief)


def test_a_new_password_ends_every_other_session(ann: Person) -> None:
    thief, owner = came_in(), came_in()
    new = "another horse 43"
    owner.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_in(owner)
    assert not is_in(thief)
    assert entries(subject=f"person:{ann.id}", verb="identity.change_account", limit=1)


def test_a_session_given_before_signing_in_opens_nothing_after(ann: Person) -> None:
    victim = Client()
    victim.get("/account/login/")
    session = victim.session
    session["planted"] = "1"
    session.save()
    victim.cookies["sessionid"] = session.session_key
    planted = session.session_key
    victim.post("/account/login/", {"login": "ann", "password": PASSWORD})
    assert is_in(victim)
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_in(thief)


# ---- between the first and the second step ----


def test_half_signed_in_opens_nothing(ann: Person) -> None:
    TOTP.activate(ann, generate_totp_secret())
    half = came_in()
    for path in (
        "/account/", "/account/keys/", "/account/email/", "/account/password/change/", "/desk/",
        "/account/2fa/totp/deactivate/", "/account/2fa/recovery-codes/", "/account/reauthenticate/",
        "/account/2fa/reauthenticate/", "/operator/tables/",
    ):  # fmt: skip
        assert half.get(path).status_code in (302, 401, 403), path
    assert half.post("/account/2fa/totp/deactivate/").status_code in (302, 403)
    assert half.post("/account/reauthenticate/", {"password": PASSWORD}).status_code in (302, 403)
    assert Authenticator.objects.filter(user=ann).exists()
    assert not is_in(half)


def test_codes_cannot_be_tried_out(ann: Person, limits: None) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ann, secret)
    for number in range(5):
        thief = Client(REMOTE_ADDR=f"192.0.2.{number}")  # from everywhere
        thief.post("/account/login/", {"login": "ann", "password": PASSWORD})
        thief.post("/account/2fa/authenticate/", {"code": "000000"})
    noted = entries(subject=f"person:{ann.id}", verb="identity.fail_sign_in", limit=9)
    assert len(noted) == 5
    thief = Client(REMOTE_ADDR="192.0.2.77")
    thief.post("/account/login/", {"login": "ann", "password": PASSWORD})
    thief.post("/account/2fa/authenticate/", {"code": totp(secret, time.time())})
    assert not is_in(thief), "not even the right one, for a while"


def test_a_code_counts_once_for_as_long_as_it_is_valid(ann: Person) -> None:
    secret = generate_totp_secret()
    factor = TOTP.activate(ann, secret)
    code = totp(secret, time.time())
    owner, thief = came_in(), came_in()
    owner.post("/account/2fa/authenticate/", {"code": code})
    assert is_in(owner)
    cache.delete(factor._get_used_cache_key(code))  # as the package does before the code has ended
    thief.post("/account/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"})
    assert not is_in(thief)


def test_a_new_password_by_letter_does_not_pass_the_second_factor(ann: Person) -> None:
    TOTP.activate(ann, generate_totp_secret())
    thief = Client()
    write_reset([ann.id], "en")
    (link,) = re.findall(r"http://localhost:8000(/account/password/reset/key/\S+)", str(mail.outbox[-1].body))
    form = thief.get(link).headers["Location"]
    new = "another horse 43"
    thief.post(form, {"password1": new, "password2": new})
    assert not is_in(thief)
    thief.post("/account/login/", {"login": "ann", "password": new})
    assert not is_in(thief)
    assert thief.get(link).status_code == 200, "the link is spent: it leads to no form"
    assert not thief.get(link).headers.get("Location")


# ---- changing an account asks again who it is ----


def test_whoever_finds_an_open_session_cannot_take_the_account(ann: Person) -> None:
    found = came_in()
    for path in ("/account/2fa/totp/activate/", "/account/2fa/recovery-codes/generate/"):
        assert "/reauthenticate/" in found.get(path).headers["Location"], path
    answer = found.post("/account/email/", {"email": "thief@example.org", "action_add": ""})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()
    found.post("/account/leave/", {"password": "guess"})
    assert Person.objects.filter(id=ann.id).exists()


def test_the_owner_is_written_to_of_what_a_thief_would_change(ann: Person) -> None:
    owner = came_in()
    new = "another horse 43"
    owner.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    work_off("identity.write_change")
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]
    assert letter.subject == "The password of your account was changed"
    assert "http://localhost:8000/account/password/reset/" in letter.body


# ---- who has an account ----


def test_asking_for_a_new_password_is_the_same_work_for_everybody(ann: Person) -> None:
    for address in (ADDRESS, "nobody@example.org"):
        Client().post("/account/password/reset/", {"email": address})
    assert mail.outbox == [], "no letter is written while somebody waits"
    assert [given["person_ids"] for given in owed("identity.write_reset")] == [[ann.id], []]
    assert "@" not in str(DBTaskResult.objects.values_list("args_kwargs", flat=True)), (
        "and no address is kept"
    )
    work_off("identity.write_reset")
    (letter,) = mail.outbox
    assert letter.to == [ADDRESS]


class Counting(PBKDF2PasswordHasher):
    """Counts how often a password was worked through."""

    iterations, algorithm, done = 1, "counting", 0

    def encode(self, *given: Any, **more: Any) -> str:
        type(self).done += 1
        return str(super().encode(*given, **more))


def test_a_password_is_worked_through_as_often_whoever_is_named(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    settings.CITYHALL_SIGN_UP = "open"
    register_person(SYSTEM, "ann", PASSWORD, email=ADDRESS)

    def work(path: str, **fields: str) -> int:
        before = Counting.done
        Client().post(path, fields)
        return Counting.done - before

    names = ("ann", ADDRESS, "nobody", "nobody@example.org")
    assert {work("/account/login/", login=name, password="a wrong horse 41") for name in names} == {1}
    addresses = ("new@example.org", ADDRESS)
    assert len({work("/account/signup/", email=one, password1=PASSWORD) for one in addresses}) == 1


def test_nobodys_mailbox_is_filled(ann: Person, limits: None) -> None:
    for number in range(8):
        Client(REMOTE_ADDR=f"192.0.2.{number}").post("/account/password/reset/", {"email": ADDRESS})
    assert len(owed("identity.write_reset")) == 3


def test_all_names_of_an_account_share_one_count(ann: Person, limits: None) -> None:
    for number in range(5):
        name = ("ann", "ANN", ADDRESS, ADDRESS.upper(), "Ann")[number]
        Client(REMOTE_ADDR=f"192.0.2.{number}").post(
            "/account/login/", {"login": name, "password": "wrong horse"}
        )
    assert not is_in(came_in()), "from wherever, under whichever name: so many guesses and no more"
    noted = entries(subject=f"person:{ann.id}", verb="identity.fail_sign_in", limit=9)
    assert len(noted) == 5


def test_nobody_keeps_an_owner_out_of_where_they_were_before(ann: Person, limits: None) -> None:
    owner = came_in()
    owner.post("/account/logout/")
    for number in range(5):
        thief = Client(REMOTE_ADDR=f"192.0.2.{number}")
        thief.post("/account/login/", {"login": "ann", "password": "wrong horse"})
    assert not is_in(came_in()), "elsewhere the account takes no guesses for a while"
    owner.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    assert is_in(owner)
    cookie = owner.cookies["known_device"]
    assert cookie["httponly"]
    device = cookie.value.partition(":")[0]
    assert set(device) <= set("0123456789abcdef"), "chance, and no name"
    register_person(SYSTEM, "eve", PASSWORD)
    for number in range(5):
        eve = Client(REMOTE_ADDR=f"192.0.2.{number}")
        eve.cookies["known_device"] = f"{number}{cookie.value}"
        eve.post("/account/login/", {"login": "eve", "password": "wrong horse"})
    eve.post("/account/login/", {"login": "eve", "password": PASSWORD})
    assert not is_in(eve), "a device is known to one account only"
