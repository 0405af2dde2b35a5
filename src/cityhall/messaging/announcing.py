"""News of the site: written by the operator in both languages, shown from one moment to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.messaging.errors import NewsIncomplete, NewsUnknown, PeriodWrong
from cityhall.messaging.models import Announcement

LONGEST_TITLE, LONGEST_BODY = 120, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One announcement. `shown` is whether the public sees it now; `urgent` ones stand on every page."""

    id: str
    title: Text
    body: Text
    urgent: bool
    starts: datetime
    ends: datetime | None
    changed: datetime
    withdrawn: datetime | None
    shown: bool


@action("messaging.announce")
def announce(
    actor: Actor,
    title: Text,
    body: Text,
    *,
    starts: datetime | None = None,
    ends: datetime | None = None,
    urgent: bool = False,
    news_id: str = "",
) -> str:
    """Write an announcement, or (with `news_id`) change one; answers its id. Times are aware; no start means now.

    Errors: `RightMissing`, `NewsIncomplete`, `PeriodWrong`, `NewsUnknown`.
    """
    require(actor, "messaging.announce")
    begins = starts or clock.now()
    values = {
        "title": _both(title, LONGEST_TITLE).as_dict(),
        "body": _both(body, LONGEST_BODY).as_dict(),
        "urgent": urgent,
        "starts": begins,
        "ends": ends,
        "changed": clock.now(),
    }
    if ends is not None and ends <= begins:
        raise PeriodWrong()
    if news_id:
        if not Announcement.objects.filter(id=news_id, withdrawn=None).update(**values):
            raise NewsUnknown()
        row_id = news_id
    else:
        row_id = Announcement.objects.create(created=clock.now(), **values).id
    record(f"news:{row_id}", urgent=urgent, starts=begins.isoformat(), changed=bool(news_id))
    return row_id


def _both(text: Text, longest: int) -> Text:
    """The words in both languages, trimmed. Errors: `NewsIncomplete`."""
    trimmed = Text(en=text.en.strip(), zh=text.zh.strip())
    if not trimmed.en or not trimmed.zh or max(len(trimmed.en), len(trimmed.zh)) > longest:
        raise NewsIncomplete(most=longest)
    return trimmed


@action("messaging.withdraw_news")
def withdraw_news(actor: Actor, news_id: str) -> None:
    """Take an announcement back. Errors: `RightMissing`, `NewsUnknown`."""
    require(actor, "messaging.announce")
    found = Announcement.objects.filter(id=news_id, withdrawn=None)
    if not found.update(withdrawn=clock.now(), changed=clock.now()):
        raise NewsUnknown()
    record(f"news:{news_id}")


def news(*, everything: bool = False, limit: int = 50) -> tuple[News, ...]:
    """What the public sees now, the newest first; with `everything` also what is planned, over or withdrawn."""
    rows = Announcement.objects.all() if everything else _current()
    return tuple(_news(row) for row in rows.order_by("-starts", "-id")[:limit])


def urgent_news() -> tuple[News, ...]:
    """What stands on every page now."""
    return tuple(_news(row) for row in _current().filter(urgent=True).order_by("-starts", "-id")[:3])


def one_news(news_id: str, *, everything: bool = False) -> News:
    """One announcement that the public sees now (or, with `everything`, any). Errors: `NewsUnknown`."""
    rows = Announcement.objects.all() if everything else _current()
    row = rows.filter(id=news_id).first()
    if row is None:
        raise NewsUnknown()
    return _news(row)


def _current() -> QuerySet[Announcement]:
    now = clock.now()
    return Announcement.objects.filter(Q(ends=None) | Q(ends__gt=now), starts__lte=now, withdrawn=None)


def _news(row: Announcement) -> News:
    now = clock.now()
    running = row.starts <= now and (row.ends is None or row.ends > now)
    return News(
        id=row.id,
        title=Text.from_dict(row.title),
        body=Text.from_dict(row.body),
        urgent=row.urgent,
        starts=row.starts,
        ends=row.ends,
        changed=row.changed,
        withdrawn=row.withdrawn,
        shown=running and row.withdrawn is None,
    )
