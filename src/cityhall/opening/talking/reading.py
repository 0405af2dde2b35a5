"""What is said, as one actor may read it: on a dataset's page, on my page, on a steward's desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import can
from cityhall.kernel.actor import Actor
from cityhall.opening import models
from cityhall.opening.deciding import decide
from cityhall.opening.requesting.reading import (
    Answering,
    RequestSeen,
    answering,
    requests_of,
    requests_waiting,
)

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentSeen:
    """A comment; `mine` when the actor wrote it. `body` is plain text."""

    id: str
    dataset_id: str
    author: str
    body: str
    official: bool
    state: str
    why: str
    reports: int
    created: datetime
    mine: bool
    replies: tuple[CommentSeen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseSeen:
    """Where a dataset is used."""

    id: str
    dataset_id: str
    author: str
    title: str
    address: str
    description: str
    state: str
    why: str
    created: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """What stands on a dataset's page: comments with their replies, uses, answers so far, my own requests."""

    comments: tuple[CommentSeen, ...]
    reuses: tuple[ReuseSeen, ...]
    answering: Answering
    requests: tuple[RequestSeen, ...]
    favourite: bool
    moderator: bool


def talk(actor: Actor, subject: Dataset | str) -> Talk:
    """Everything said about a dataset that the actor may read. Errors: `DatasetHidden`."""
    decision = decide(actor, subject, "page")
    return Talk(
        comments=_comments(actor, decision.dataset_id),
        reuses=_reuses(actor, models.Reuse.objects.filter(dataset_id=decision.dataset_id), own=True),
        answering=answering(dataset_id=decision.dataset_id),
        requests=requests_of(actor, decision.dataset_id),
        favourite=actor.kind == "person"
        and models.Favourite.objects.filter(person_id=actor.id, dataset_id=decision.dataset_id).exists(),
        moderator=decision.viewpoint == "owner",
    )


def _comments(actor: Actor, dataset_id: str) -> tuple[CommentSeen, ...]:
    """Shown comments, and the actor's own that wait; the newest first, replies in the order they came."""
    visible = Q(state="shown") | Q(state="waiting", person_id=actor.id)
    rows = models.Comment.objects.filter(visible, dataset_id=dataset_id)
    tops = rows.filter(reply_to=None).order_by("-id")[:MOST]
    replies: dict[str, list[CommentSeen]] = {}
    for row in rows.exclude(reply_to=None).order_by("id"):
        replies.setdefault(str(row.reply_to_id), []).append(_comment(actor, row))
    return tuple(_comment(actor, row, tuple(replies.get(row.id, ()))) for row in tops)


def _comment(actor: Actor, row: models.Comment, replies: tuple[CommentSeen, ...] = ()) -> CommentSeen:
    return CommentSeen(
        id=row.id,
        dataset_id=row.dataset_id,
        author=row.author,
        body=row.body,
        official=row.official,
        state=row.state,
        why=row.why,
        reports=row.reports,
        created=row.created,
        mine=bool(row.person_id) and row.person_id == actor.id,
        replies=replies,
    )


def _reuses(actor: Actor, rows: Any, *, own: bool) -> tuple[ReuseSeen, ...]:
    if own:
        rows = rows.filter(Q(state="shown") | Q(state="waiting", person_id=actor.id))
    return tuple(
        ReuseSeen(
            id=row.id,
            dataset_id=row.dataset_id,
            author=row.author,
            title=row.title,
            address=row.address,
            description=row.description,
            state=row.state,
            why=row.why,
            created=row.created,
            mine=bool(row.person_id) and row.person_id == actor.id,
        )
        for row in rows.order_by("-id")[:MOST]
    )


# ---- my page ----


@dataclass(frozen=True, slots=True)
class Mine:
    """What a person has written and kept."""

    comments: tuple[CommentSeen, ...]
    reuses: tuple[ReuseSeen, ...]
    requests: tuple[RequestSeen, ...]
    favourites: tuple[str, ...]


def mine(actor: Actor) -> Mine:
    """Everything of the actor's own, newest first; nothing for somebody who is not signed in."""
    own = {"person_id": actor.id} if actor.kind == "person" else {"person_id": "-"}
    comments = models.Comment.objects.filter(**own).exclude(state="withdrawn").order_by("-id")[:MOST]
    reuses = models.Reuse.objects.filter(**own).exclude(state="withdrawn")
    favourites = models.Favourite.objects.filter(**own).order_by("-created")
    return Mine(
        comments=tuple(_comment(actor, row) for row in comments),
        reuses=_reuses(actor, reuses, own=False),
        requests=requests_of(actor),
        favourites=tuple(favourites.values_list("dataset_id", flat=True)[:500]),
    )


# ---- desks ----


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an agency's word: requests by their last day, comments, uses."""

    requests: tuple[RequestSeen, ...]
    comments: tuple[CommentSeen, ...]
    reuses: tuple[ReuseSeen, ...]


def waiting(actor: Actor, agency_ids: Collection[str] | None) -> Waiting:
    """What waits at these agencies (None: at all), as far as the actor may decide it."""
    allowed = None if can(actor, "opening.moderate") else _allowed(actor, agency_ids or ())
    if allowed is None and agency_ids is not None:
        allowed = tuple(agency_ids)
    at = {} if allowed is None else {"agency_id__in": allowed}
    comments = models.Comment.objects.filter(Q(state="waiting") | Q(state="shown", reports__gt=0), **at)
    return Waiting(
        requests=requests_waiting(actor, agency_ids),
        comments=tuple(_comment(actor, row) for row in comments.order_by("-reports", "id")[:MOST]),
        reuses=_reuses(actor, models.Reuse.objects.filter(state="waiting", **at), own=False),
    )


def _allowed(actor: Actor, agency_ids: Collection[str]) -> tuple[str, ...]:
    return tuple(one for one in agency_ids if can(actor, "opening.moderate", one))
