"""Reads of messaging: a person's notices."""

from __future__ import annotations

from cityhall.messaging.announcing import News, news, one_news, urgent_news
from cityhall.messaging.gathering import Gathered, NoticeInfo, gathered, info, unread_count
from cityhall.messaging.models import Notice
from cityhall.messaging.outside import letters_stopped
from cityhall.messaging.subscribing import (
    SubscriptionInfo,
    subscription_of,
    subscriptions,
    subscriptions_to_look,
    unsubscribe_token,
)

__all__ = [
    "Gathered",
    "News",
    "NoticeInfo",
    "SubscriptionInfo",
    "gathered",
    "letters_stopped",
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


def notices(
    person_id: str, unread_only: bool = False, *, limit: int = 50, before: str = ""
) -> tuple[NoticeInfo, ...]:
    """A person's notices, newest first; `before` is the id of the last notice of the page before."""
    rows = Notice.objects.filter(person_id=person_id)
    if unread_only:
        rows = rows.filter(read=None)
    if before:
        rows = rows.filter(id__lt=before)
    return tuple(info(row) for row in rows.order_by("-id")[:limit])


def owed_mails() -> int:
    """How many e-mails are still to be sent (a figure for the operator's page)."""
    return Notice.objects.filter(next_try__isnull=False).count()
