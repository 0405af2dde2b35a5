"""Reads of messaging: a person's notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cityhall.kernel.text import Text
from cityhall.messaging.announcing import News, news, one_news, urgent_news
from cityhall.messaging.models import Notice
from cityhall.messaging.subscribing import (
    SubscriptionInfo,
    subscription_of,
    subscriptions,
    subscriptions_to_look,
    unsubscribe_token,
)

__all__ = [
    "News",
    "NoticeInfo",
    "SubscriptionInfo",
    "news",
    "notices",
    "one_news",
    "owed_mails",
    "subscription_of",
    "subscriptions",
    "subscriptions_to_look",
    "unread_count",
    "unsubscribe_token",
    "urgent_news",
]


@dataclass(frozen=True, slots=True)
class NoticeInfo:
    """What a person is told. `mailed`: when the e-mail was handed over; None while owed or not possible."""

    id: str
    subject: Text
    body: Text
    link: str
    created: datetime
    read: datetime | None
    mailed: datetime | None


def notices(
    person_id: str, unread_only: bool = False, *, limit: int = 50, before: str = ""
) -> tuple[NoticeInfo, ...]:
    """A person's notices, newest first; `before` is the id of the last notice of the page before."""
    rows = Notice.objects.filter(person_id=person_id)
    if unread_only:
        rows = rows.filter(read=None)
    if before:
        rows = rows.filter(id__lt=before)
    return tuple(_info(row) for row in rows.order_by("-id")[:limit])


def unread_count(person_id: str) -> int:
    """How many notices wait to be read."""
    return Notice.objects.filter(person_id=person_id, read=None).count()


def owed_mails() -> int:
    """How many e-mails are still to be sent (a figure for the operator's page)."""
    return Notice.objects.filter(next_try__isnull=False).count()


def _info(row: Notice) -> NoticeInfo:
    return NoticeInfo(
        id=row.id,
        subject=Text.from_dict(row.subject),
        body=Text.from_dict(row.body),
        link=row.link,
        created=row.created,
        read=row.read,
        mailed=row.mailed,
    )
