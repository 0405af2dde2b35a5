"""Letters to those without an account: nobody's mailbox is filled, and whoever wants none gets none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.kernel.text import Text
from cityhall.messaging.actions import deliver_due, write_to
from cityhall.messaging.models import Notice
from cityhall.messaging.outside import MOST_A_DAY

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
WORDS = Text("Case 1: refused", "案件 1：不予受理")


def write(address: str = "wang@example.org") -> str:
    return write_to(SYSTEM, address, "en", subject=WORDS, body=WORDS, link="/track/1/")


def stop_link() -> str:
    """The path that the last letter gives to end the letters."""
    header = mail.outbox[-1].extra_headers["List-Unsubscribe"]
    assert mail.outbox[-1].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return header.strip("<>").removeprefix("http://localhost:8000")


def test_an_address_gets_so_many_letters_a_day_and_no_more() -> None:
    sent = [write(("wang@example.org", "Wang@Example.org ")[turn % 2]) for turn in range(MOST_A_DAY + 5)]
    assert [bool(one) for one in sent] == [True] * MOST_A_DAY + [False] * 5
    assert write("li@example.org"), "others are not in the way"
    deliver_due()
    assert len(mail.outbox) == MOST_A_DAY + 1
    with clock.at(clock.now() + timedelta(days=1)):
        assert write()
    assert Notice.objects.exclude(reached="").count() == 1, "codes of addresses are forgotten after their day"


def test_whoever_wants_no_letters_needs_no_account_to_say_so() -> None:
    write()
    deliver_due()
    assert "wang" not in stop_link(), "the address stands in no link"
    visitor = Client(enforce_csrf_checks=True)
    visitor.get(stop_link())  # programs that read mail open links: looking changes nothing
    assert write()
    ended = visitor.post(stop_link(), {"List-Unsubscribe": "One-Click"}, headers={"accept-language": "en"})
    assert "<h1>The letters have ended</h1>" in ended.content.decode()
    deliver_due()
    assert len(mail.outbox) == 1
    assert write() == ""
    assert write("li@example.org")
    link = stop_link()
    again = visitor.post(link, {"again": "1"}, headers={"accept-language": "en"}).content.decode()
    assert "<h1>End the letters</h1>" in again and "are sent to this address again" in again
    assert write()
    assert Client().post(link.rstrip("/") + "x/").status_code == 404


def test_nothing_that_is_written_becomes_another_line_of_the_head() -> None:
    broken = Text("A\r\nBcc: everybody@example.org", "甲\r\nBcc: everybody@example.org")
    write_to(SYSTEM, "wang@example.org", "en", subject=broken, body=broken, link="/track/1/")
    write_to(
        SYSTEM, "li@example.org\nBcc: all@example.org", "en", subject=WORDS, body=WORDS, link="/track/1/"
    )
    deliver_due()
    (letter,) = mail.outbox
    assert letter.recipients() == ["wang@example.org"]
    assert "\nBcc" not in letter.message().as_string().partition("\n\n")[0]
