"""The site's secret is changed: what the earlier one signed, hid or encrypted is still good as long as it is named."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.core import mail
from django.test import Client
from tests.cases.conftest import lamp

from cityhall.cases.actions import open_case
from cityhall.cases.errors import CaseUnknown
from cityhall.cases.queries import track
from cityhall.identity.actions import register_person
from cityhall.identity.second_factor import EncryptingAdapter
from cityhall.kernel.actor import ANONYMOUS, system_actor
from cityhall.kernel.text import Text
from cityhall.messaging.actions import deliver_due, write_to

__all__ = ["lamp"]
pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
PASSWORD = "correct horse 42"
WORDS = Text("Case 1: refused", "案件 1：不予受理")


@pytest.fixture(params=[True, False], ids=["the earlier key is named", "it is not"])
def changed(request: Any, settings: Any) -> Any:
    """Changes the secret; whether what was made before shall be good."""

    def change() -> bool:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if request.param else []
        settings.SECRET_KEY = "another secret, as long as one has to be, for everything made from now on"
        return bool(request.param)

    return change


def test_sessions(changed: Any) -> None:
    register_person(SYSTEM, "ann", PASSWORD)
    client = Client()
    client.post("/account/login/", {"login": "ann", "password": PASSWORD})
    good = changed()
    assert client.get("/account/known/").status_code == (200 if good else 302)


def test_second_factors(changed: Any) -> None:
    kept = EncryptingAdapter().encrypt("JBSWY3DPEHPK3PXP")
    if changed():
        assert EncryptingAdapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"
    else:
        with pytest.raises(InvalidToken):
            EncryptingAdapter().decrypt(kept)


def test_codes_of_receipts(changed: Any, lamp: str) -> None:
    made = open_case(ANONYMOUS, lamp, {"what": "dark"})
    if changed():
        assert track(made.number, made.code).number == made.number
    else:
        with pytest.raises(CaseUnknown):
            track(made.number, made.code)


def test_letters_that_were_ended(changed: Any) -> None:
    def write() -> str:
        return write_to(SYSTEM, "wang@example.org", "en", subject=WORDS, body=WORDS, link="/track/1/")

    write()
    deliver_due()
    link = mail.outbox[-1].extra_headers["List-Unsubscribe"].strip("<>")
    good = changed()
    path = link.removeprefix("http://localhost:8000")
    assert Client().post(path).status_code == (200 if good else 404)
    assert bool(write()) != good
