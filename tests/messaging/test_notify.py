"""Notices reach the page and the mailbox, in the person's language, once or again but never not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from cityhall.identity.actions import register_person
from cityhall.identity.errors import RightMissing
from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, system_actor
from cityhall.kernel.text import Text
from cityhall.ledger.models import Entry
from cityhall.messaging.actions import deliver_due, mark_read, notify, write_to
from cityhall.messaging.errors import LinkOutside, NoticeUnknown
from cityhall.messaging.models import Notice
from cityhall.messaging.queries import notices, owed_mails, unread_count

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
SUBJECT = Text("Two rows wait\nfor you", "两行数据\n待处理")
BODY = Text("Please correct them.", "请更正。")


def somebody(name: str, *, role: str = "operator", email: str = "x@example.org", language: str = "en") -> str:
    return register_person(SYSTEM, name, "correct horse 42", [(role, "")], email=email, language=language)


def test_everybody_of_a_role_is_told_once_in_their_language() -> None:
    chinese = somebody("li", email="li@example.org", language="zh-hans")
    english = somebody("ann", email="ann@example.org")
    somebody("nobody", role="citizen")
    ids = notify(SYSTEM, person_ids=[english], role="operator", subject=SUBJECT, body=BODY, link="/runs/1")
    assert len(ids) == 2
    assert mail.outbox == []
    deliver_due()
    texts = {message.to[0]: message for message in mail.outbox}
    assert texts["li@example.org"].subject == "两行数据 待处理"
    assert texts["ann@example.org"].subject == "Two rows wait for you"
    assert "http://localhost:8000/runs/1" in texts["ann@example.org"].body
    assert unread_count(chinese) == 1
    deliver_due()
    assert len(mail.outbox) == 2
    assert owed_mails() == 0


def test_notifying_is_one_entry_without_the_words_or_addresses() -> None:
    somebody("ann", email="ann@example.org")
    before = Entry.objects.count()
    notify(SYSTEM, role="operator", subject=SUBJECT, body=BODY)
    assert Entry.objects.count() == before + 1
    body = Entry.objects.latest("id").body
    assert "example.org" not in body
    assert "rows" not in body


def test_without_an_address_there_is_a_notice_and_no_mail() -> None:
    who = somebody("ann", email="")
    notify(SYSTEM, person_ids=[who], subject=SUBJECT, body=BODY)
    deliver_due()
    assert mail.outbox == []
    assert notices(who)[0].mailed is None


class Refusing(EmailBackend):
    """A mail server that is down."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


def test_a_mail_that_is_refused_is_tried_again_later(settings: Any) -> None:
    somebody("ann")
    notify(SYSTEM, role="operator", subject=SUBJECT, body=BODY)
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    deliver_due()
    assert owed_mails() == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_due()
    assert mail.outbox == []
    with clock.at(clock.now() + timedelta(minutes=2)):
        deliver_due()
    assert len(mail.outbox) == 1
    assert owed_mails() == 0


def test_a_worker_that_dies_between_claim_and_mark_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody("ann")
    notify(SYSTEM, role="operator", subject=SUBJECT, body=BODY)

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("cityhall.messaging.actions.send", die)
        deliver_due()
    deliver_due()
    assert mail.outbox == []
    with clock.at(clock.now() + timedelta(minutes=6)):
        deliver_due()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{Notice.objects.get().id}@cityhall>"


def test_two_workers_send_one_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody("ann")
    notify(SYSTEM, role="operator", subject=SUBJECT, body=BODY)
    sent: list[str] = []

    def send_while_another_looks(notice: Notice, _others: object) -> None:
        sent.append(notice.id)
        if len(sent) == 1:
            deliver_due()

    monkeypatch.setattr("cityhall.messaging.actions.send", send_while_another_looks)
    deliver_due()
    assert len(sent) == 1


def test_reading_is_for_the_owner_only() -> None:
    ann, ben = somebody("ann"), somebody("ben")
    ids = notify(SYSTEM, person_ids=[ann], subject=SUBJECT, body=BODY)
    with pytest.raises(NoticeUnknown):
        mark_read(actor_for_person(ben), ids)
    mark_read(actor_for_person(ann), ids)
    first = notices(ann)[0].read
    mark_read(actor_for_person(ann))
    assert unread_count(ann) == 0
    assert notices(ann)[0].read == first
    assert notices(ann, unread_only=True) == ()


def test_notices_come_in_pages() -> None:
    ann = somebody("ann")
    for _ in range(3):
        notify(SYSTEM, person_ids=[ann], subject=SUBJECT, body=BODY)
    first = notices(ann, limit=2)
    rest = notices(ann, limit=2, before=first[-1].id)
    assert len(first) == 2
    assert len(rest) == 1
    assert first[0].id > first[1].id > rest[0].id


@pytest.mark.parametrize(
    "link", ["https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)"]
)
def test_links_stay_on_the_site(link: str) -> None:
    with pytest.raises(LinkOutside):
        notify(SYSTEM, role="operator", subject=SUBJECT, body=BODY, link=link)


def test_nobody_in_particular_cannot_notify() -> None:
    with pytest.raises(RightMissing):
        notify(ANONYMOUS, role="operator", subject=SUBJECT, body=BODY)


def test_a_mail_that_cannot_be_written_is_given_up_and_stands_in_nobodys_way() -> None:
    """A line break in an address would otherwise end the round, again and again."""
    link = "/track/by-mail/x/"
    write_to(SYSTEM, "a@example.org\nBcc: b@example.org", "en", subject=SUBJECT, body=BODY, link=link)
    write_to(SYSTEM, "later@example.org", "en", subject=SUBJECT, body=BODY, link=link)
    deliver_due()
    assert [message.to for message in mail.outbox] == [["later@example.org"]]
    assert owed_mails() == 0
    assert not Notice.objects.exclude(address="").exists(), "nor is the address kept"
