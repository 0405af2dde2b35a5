"""Notices of one kind on one day are one line on the page and, after the first, one e-mail an hour.

Whoever answers for a city would else find hundreds of lines that say the same, and read none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.messaging.models import Notice

BETWEEN_MAILS: Final = timedelta(hours=1)
LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What notices have in common: a name, what many of them say together (`{count}` is how many), and the page where all
    of that is seen."""

    name: str
    many: Text
    link: str


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


@dataclass(frozen=True, slots=True)
class Gathered:
    """Notices of a kind on a day: `count` of them, `unread` of those, the newest first in `notices` (so many at most);
    `subject` and `link` are those of the only one, or of all together."""

    subject: Text
    link: str
    count: int
    unread: int
    notices: tuple[NoticeInfo, ...]


def bundle_of(kind: Kind | None, notice_id: str, moment: datetime) -> str:
    """The name under which notices lie together: one by one without a kind, else by kind and day."""
    return f"{kind.name} {moment.astimezone(clock.CITY_ZONE):%Y-%m-%d}" if kind else notice_id


def next_mails(bundle: str, people: Iterable[str], moment: datetime) -> dict[str, datetime]:
    """When each person's next e-mail of a bundle goes: with the one that waits, or some time after the last."""
    rows = Notice.objects.filter(bundle=bundle, person_id__in=list(people)).values("person_id")
    found = {}
    for one in rows.annotate(waiting=Max("next_try"), last=Max("mailed")):
        after = one["last"] + BETWEEN_MAILS if one["last"] else moment
        found[str(one["person_id"])] = one["waiting"] or max(after, moment)
    return found


def unread_count(person_id: str) -> int:
    """How many lines of the page wait to be read."""
    return Notice.objects.filter(person_id=person_id, read=None).values("bundle").distinct().count()


def gathered(person_id: str, *, limit: int = 50, before: str = "") -> tuple[Gathered, ...]:
    """A person's notices as lines, the newest first; `before` is the id of the newest notice of the last line of the page
    before."""
    mine = Notice.objects.filter(person_id=person_id)
    lines = mine.values("bundle").annotate(
        newest=Max("id"), count=Count("id"), unread=Count("id", filter=Q(read=None))
    )
    if before:
        lines = lines.filter(newest__lt=before)
    return tuple(
        _line(mine.filter(bundle=one["bundle"]), one["count"], one["unread"])
        for one in lines.order_by("-newest")[:limit]
    )


def _line(rows: QuerySet[Notice], count: int, unread: int) -> Gathered:
    shown = list(rows.order_by("-id")[:LISTED])
    newest = shown[0]
    subject, link = told(newest, count)
    return Gathered(subject, link, count, unread, tuple(map(info, shown)))


def told(newest: Notice, count: int) -> tuple[Text, str]:
    """What a notice says with those that lie with it, and where it leads."""
    if count == 1 or newest.many is None:
        return Text.from_dict(newest.subject), newest.link
    return Text.from_dict(newest.many["subject"]).fill(count=count), newest.many["link"]


def mark_line_read(person_id: str, notice_id: str) -> str | None:
    """Mark a notice and those that lie with it as read; answers where they lead, None for a notice of somebody else."""
    mine = Notice.objects.filter(person_id=person_id)
    one = mine.filter(pk=notice_id).first()
    if one is None:
        return None
    count = mine.filter(bundle=one.bundle).update(read=Coalesce("read", clock.now()))
    return told(one, count)[1]


def owed_with(notice: Notice) -> QuerySet[Notice]:
    """The notices whose e-mails go with that of a notice."""
    return Notice.objects.filter(
        person_id=notice.person_id, bundle=notice.bundle, next_try__isnull=False
    ).exclude(pk=notice.pk)


def info(row: Notice) -> NoticeInfo:
    """A row as others see it."""
    return NoticeInfo(
        id=row.id,
        subject=Text.from_dict(row.subject),
        body=Text.from_dict(row.body),
        link=row.link,
        created=row.created,
        read=row.read,
        mailed=row.mailed,
    )


def lines_of(rows: Sequence[Notice]) -> Text:
    """The subjects of several notices, one a line, and how many more there are."""
    subjects = [Text.from_dict(row.subject) for row in rows[:LISTED]]
    more = len(rows) - len(subjects)
    return Text(
        en="\n".join([one.en for one in subjects] + ([f"and {more} more"] if more else [])),
        zh="\n".join([one.zh for one in subjects] + ([f"另有 {more} 项"] if more else [])),
    )
