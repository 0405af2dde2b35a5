"""Verbs of messaging: notify people, mark notices as read, deliver the mail that is owed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db.models import F
from django.db.models.functions import Coalesce

from cityhall.identity.queries import people_with_role, person, require, scopes
from cityhall.kernel import clock, jobs
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, bookkeeping, record
from cityhall.messaging.announcing import announce, withdraw_news
from cityhall.messaging.errors import LinkOutside, NoticeUnknown
from cityhall.messaging.gathering import Kind, bundle_of, mark_line_read, next_mails, owed_with
from cityhall.messaging.mail import send
from cityhall.messaging.models import Notice
from cityhall.messaging.outside import code_of, leave_path, may_reach, resume_letters, stop_letters
from cityhall.messaging.subscribing import (
    mark_looked,
    set_channel,
    subscribe,
    unsubscribe,
    unsubscribe_by,
)

__all__ = [
    "Kind",
    "announce",
    "deliver_due",
    "mark_looked",
    "mark_read",
    "notify",
    "open_notice",
    "resume_letters",
    "set_channel",
    "stop_letters",
    "subscribe",
    "unsubscribe",
    "unsubscribe_by",
    "withdraw_news",
    "write_to",
]

log = logging.getLogger("cityhall.messaging")

# A claimed notice that nobody finished (the worker died) is due again after this time.
CLAIM = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)


@action("messaging.notify")
def notify(
    actor: Actor,
    *,
    person_ids: Iterable[str] = (),
    role: str = "",
    agency_id: str = "",
    subject: Text,
    body: Text,
    link: str = "",
    kind: Kind | None = None,
    mail: bool = True,
    leave: str = "",
) -> tuple[str, ...]:
    """Tell the named people and whoever holds `role` (for the agency or the city); answers the notices' ids.

    Each gets one notice on the page and, when they have an address, one e-mail in their language, sent by a
    job after commit: once, or after a crash again, never not at all. `link` is a path of this site; `leave`
    the path under which mails of this kind are ended. Without `mail` it is for the page alone. Notices of one `kind` and day
    are one line of the page, and one e-mail an hour after the first.
    """
    if not scopes(actor, "messaging.send"):
        require(actor, "messaging.send", agency_id)
    _require_own_paths(link, leave, kind.link if kind else "")
    told = {key: person(key) for key in person_ids}
    if role:
        told |= {holder.id: holder for holder in people_with_role(role, agency_id)}
    moment = clock.now()
    mails = next_mails(bundle_of(kind, "", moment), told, moment) if kind else {}
    notices = []
    for who in told.values():
        notice = Notice(id=new_id("ntc"), person_id=who.id, link=link, leave=leave, created=moment)
        notice.subject, notice.body = subject.as_dict(), body.as_dict()
        notice.bundle = bundle_of(kind, notice.id, moment)
        notice.many = {"subject": kind.many.as_dict(), "link": kind.link} if kind else None
        notice.next_try = mails.get(who.id, moment) if mail and who.email else None
        notices.append(notice)
    Notice.objects.bulk_create(notices)
    if any(notice.next_try == moment for notice in notices):
        jobs.enqueue("messaging.deliver")
    ids = tuple(notice.id for notice in notices)
    record(f"people:{role or 'named'}", agency=agency_id, people=sorted(told), link=link)
    return ids


def _require_own_paths(*paths: str) -> None:
    for path in paths:
        if path and (not path.startswith("/") or path.startswith(("//", "/\\"))):
            raise LinkOutside(link=path)


@action("messaging.write")
def write_to(actor: Actor, address: str, language: str, *, subject: Text, body: Text, link: str) -> str:
    """One e-mail to somebody without an account, sent as those of `notify`; answers the notice's id. Empty when the holder of
    the address wants none, or had as many today as anybody may have sent to them. Raises LinkOutside."""
    require(actor, "messaging.send")
    if not link.startswith("/") or link.startswith(("//", "/\\")):
        raise LinkOutside(link=link)
    code = code_of(address)
    if not may_reach(address):
        record("people:outside", withheld=True)
        return ""
    now = clock.now()
    own = new_id("ntc")
    Notice.objects.create(
        id=own,
        bundle=own,
        address=address,
        reached=code,
        language=language,
        subject=subject.as_dict(),
        body=body.as_dict(),
        link=link,
        leave=leave_path(code),
        created=now,
        next_try=now,
    )
    jobs.enqueue("messaging.deliver")
    record("people:outside", notice=own)
    return own


@bookkeeping
def mark_read(actor: Actor, notice_ids: Iterable[str] | None = None) -> None:
    """Mark one's own notices as read (all when no ids are given). Raises NoticeUnknown for a foreign one."""
    mine = Notice.objects.filter(person_id=actor.id)
    if notice_ids is not None:
        wanted = set(notice_ids)
        mine = mine.filter(id__in=wanted)
        if missing := wanted - set(mine.values_list("id", flat=True)):
            raise NoticeUnknown(notice=min(missing))
    mine.update(read=Coalesce("read", clock.now()))


@bookkeeping
def open_notice(actor: Actor, notice_id: str) -> str:
    """Mark one's notice, and those that lie with it, as read; answers where it leads. Raises NoticeUnknown."""
    link = mark_line_read(actor.id, notice_id)
    if link is None:
        raise NoticeUnknown(notice=notice_id)
    return link


@jobs.job("messaging.deliver")
def deliver_due() -> None:
    """Send every mail that is due; several workers may do so at once. A failed one is tried again, later; one that
    cannot be a mail is given up, and stands in nobody's way."""
    moment = clock.now()
    for notice in Notice.objects.filter(next_try__lte=moment).select_related("person").order_by("next_try"):
        if _claim(notice, moment):
            _deliver(notice)


def _claim(notice: Notice, moment: datetime) -> bool:
    """Take the notice, so that no other worker sends it meanwhile; the sending is outside any transaction."""
    return bool(Notice.objects.filter(id=notice.id, next_try=notice.next_try).update(next_try=moment + CLAIM))


def _deliver(notice: Notice) -> None:
    others = [one for one in owed_with(notice) if one.next_try and _claim(one, clock.now())]
    row = Notice.objects.filter(id__in=[notice.id, *(one.id for one in others)])
    try:
        send(notice, others)
    except (SMTPException, OSError) as error:
        pause = min(timedelta(minutes=2**notice.failures), LONGEST_PAUSE)
        row.update(failures=F("failures") + 1, next_try=clock.now() + pause)
        log.warning("mail for notice %s failed (%s); next try in %s", notice.id, type(error).__name__, pause)
    except (ValueError, LookupError) as error:  # what no mail can hold, such as a line break in an address
        row.update(failures=F("failures") + 1, next_try=None, address="")
        log.warning(
            "mail for notice %s cannot be written (%s) and is given up", notice.id, type(error).__name__
        )
    else:
        row.update(mailed=clock.now(), next_try=None, address="")
