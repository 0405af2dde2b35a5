"""Saved searches: what somebody wants to hear about, and the signed link that ends it without signing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing

from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import bookkeeping
from cityhall.messaging.errors import ChannelUnknown, SubscriptionsFull, SubscriptionUnknown
from cityhall.messaging.models import Subscription

CHANNELS: Final = ("mail", "page", "none")
MOST: Final = 50
LONGEST_NAME: Final = 120
_SALT: Final = "cityhall.messaging.unsubscribe"


@dataclass(frozen=True, slots=True)
class SubscriptionInfo:
    """A saved search: its parameters, how its owner hears of it, and until when it has been looked."""

    id: str
    person_id: str
    name: str
    query: dict[str, str]
    channel: str
    looked: datetime


@bookkeeping
def subscribe(actor: Actor, name: str, query: Mapping[str, str], channel: str = "page") -> str:
    """Save a search under a name; answers its id. A private note: it leaves no entry in the ledger.

    Errors: `RightMissing`, `ChannelUnknown`, `SubscriptionsFull`.
    """
    require(actor, "messaging.subscribe")
    mine = Subscription.objects.filter(person_id=actor.id)
    same = mine.filter(query=dict(query)).first()
    if same is not None:
        return same.id
    if mine.count() >= MOST:
        raise SubscriptionsFull(most=MOST)
    now = clock.now()
    row = Subscription.objects.create(
        person_id=actor.id,
        name=" ".join(name.split())[:LONGEST_NAME] or "…",
        query=dict(query),
        channel=_channel(channel),
        created=now,
        looked=now,
    )
    return row.id


@bookkeeping
def set_channel(actor: Actor, subscription_id: str, channel: str) -> None:
    """Change how one hears of a saved search: mail, page or none. Errors: `SubscriptionUnknown`, `ChannelUnknown`."""
    mine = Subscription.objects.filter(id=subscription_id, person_id=actor.id)
    if not mine.update(channel=_channel(channel)):
        raise SubscriptionUnknown()


@bookkeeping
def unsubscribe(actor: Actor, subscription_id: str) -> None:
    """Forget a saved search of one's own. Errors: `SubscriptionUnknown`."""
    if not Subscription.objects.filter(id=subscription_id, person_id=actor.id).delete()[0]:
        raise SubscriptionUnknown()


@bookkeeping
def unsubscribe_by(token: str) -> None:
    """End the mails of the search that a signed link stands for; the search itself stays. Errors: `SubscriptionUnknown`."""
    Subscription.objects.filter(id=subscription_of(token).id).update(channel="none")


@bookkeeping
def mark_looked(subscription_id: str, until: datetime) -> None:
    """Note until when a search has been looked for something new."""
    Subscription.objects.filter(id=subscription_id).update(looked=until)


def subscription_of(token: str) -> SubscriptionInfo:
    """The saved search a signed link stands for. Errors: `SubscriptionUnknown`."""
    try:
        wanted = str(signing.loads(token, salt=_SALT))
    except signing.BadSignature as error:
        raise SubscriptionUnknown() from error
    row = Subscription.objects.filter(id=wanted).first()
    if row is None:
        raise SubscriptionUnknown()
    return _info(row)


def unsubscribe_token(subscription_id: str) -> str:
    """The signed part of the link that ends a search's mails."""
    return signing.dumps(subscription_id, salt=_SALT)


def subscriptions(person_id: str) -> tuple[SubscriptionInfo, ...]:
    """A person's saved searches, newest first."""
    return tuple(_info(row) for row in Subscription.objects.filter(person_id=person_id).order_by("-id"))


def subscriptions_to_look(before: datetime, limit: int = 500) -> tuple[SubscriptionInfo, ...]:
    """Saved searches with a channel that were last looked before a moment, the longest waiting first."""
    rows = Subscription.objects.filter(looked__lt=before, person__is_active=True).exclude(channel="none")
    return tuple(_info(row) for row in rows.order_by("looked", "id")[:limit])


def _channel(channel: str) -> str:
    if channel not in CHANNELS:
        raise ChannelUnknown(channel=channel[:20])
    return channel


def _info(row: Subscription) -> SubscriptionInfo:
    return SubscriptionInfo(row.id, row.person_id, row.name, dict(row.query), row.channel, row.looked)
