"""Many notices that say the same are one line and one e-mail; none of them is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from tests.messaging.test_notify import SYSTEM, somebody

from cityhall.identity.queries import actor_for_person
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.messaging.actions import Kind, deliver_due, notify, open_notice
from cityhall.messaging.errors import NoticeUnknown
from cityhall.messaging.queries import gathered, notices, owed_mails, unread_count

pytestmark = pytest.mark.django_db
LATE = Kind("late", Text(en="{count} cases are late", zh="{count} 件案件已超期"), "/cases/")


def tell(who: str, number: int, kind: Kind | None = LATE) -> None:
    subject = Text(en=f"Case {number} is late", zh=f"案件 {number} 已超期")
    notify(SYSTEM, person_ids=[who], subject=subject, body=subject, link=f"/cases/{number}/", kind=kind)


def test_notices_of_a_kind_are_one_line_a_day() -> None:
    ann = somebody("ann", email="")
    with clock.at(clock.now().replace(hour=1)):
        for number in range(30):
            tell(ann, number)
        tell(ann, 99, kind=None)
    with clock.at(clock.now().replace(hour=1) + timedelta(days=1)):
        tell(ann, 100)
    assert len(notices(ann)) == 32 and unread_count(ann) == 3
    tomorrow, alone, many = gathered(ann)
    assert (tomorrow.subject.en, tomorrow.link) == ("Case 100 is late", "/cases/100/")
    assert (alone.subject.en, alone.count) == ("Case 99 is late", 1)
    assert (many.subject.zh, many.link, many.count, many.unread) == ("30 件案件已超期", "/cases/", 30, 30)
    assert [one.link for one in many.notices][:2] == ["/cases/29/", "/cases/28/"]
    assert gathered(ann, before=alone.notices[0].id) == (many,)


def test_opening_a_line_reads_all_of_it() -> None:
    ann, ben = somebody("ann", email=""), somebody("ben", email="")
    tell(ann, 1)
    tell(ann, 2)
    first = gathered(ann)[0].notices[0].id
    with pytest.raises(NoticeUnknown):
        open_notice(actor_for_person(ben), first)
    assert open_notice(actor_for_person(ann), first) == "/cases/"
    assert unread_count(ann) == 0
    tell(ben, 3)
    assert open_notice(actor_for_person(ben), notices(ben)[0].id) == "/cases/3/"


def test_after_the_first_there_is_one_mail_an_hour() -> None:
    ann = somebody("ann", email="ann@example.org")
    with clock.at(clock.now().replace(hour=1)) as _:
        tell(ann, 1)
        deliver_due()
        assert [one.subject for one in mail.outbox] == ["Case 1 is late"]
        for number in (2, 3, 4):
            tell(ann, number)
        deliver_due()
        assert len(mail.outbox) == 1 and owed_mails() == 3
    with clock.at(clock.now().replace(hour=1) + timedelta(minutes=61)):
        deliver_due()
        assert mail.outbox[1].subject == "3 cases are late"
        assert all(f"Case {number} is late" in mail.outbox[1].body for number in (2, 3, 4))
        assert "http://localhost:8000/cases/" in mail.outbox[1].body
        deliver_due()
    assert len(mail.outbox) == 2 and owed_mails() == 0
