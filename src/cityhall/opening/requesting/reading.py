"""Requests as one actor may read them, how they are answered, and what was decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet

from cityhall.identity.queries import can
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.opening import models

MOST = 200
KINDS = ("open_this", "correction", "question", "opening", "sharing")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSeen:
    """A request and where it stands; its words are those of its case. `due` is the last day for the answer, None while the
    clock rests; `late` when the answer came, or comes, after it."""

    number: str
    kind: str
    dataset_id: str
    agency_id: str
    item: str
    state: str
    created: datetime
    due: date | None
    answered: datetime | None
    settled: datetime | None
    late: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Answering:
    """How requests are answered: `days` is the median from filing to answer, `slow` the time within which nine in ten had
    theirs, `on_time` the share answered within the limit."""

    filed: int
    granted: int
    refused: int
    open: int
    late: int
    days: float | None
    slow: float | None
    on_time: float | None


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    """A decision about data as anybody may read it. `told` holds purpose, items, rows, quota (calls a day), until, basis…"""

    number: str
    kind: str
    dataset_id: str
    agency_id: str
    granted: bool
    decided: datetime
    told: Mapping[str, Any]


def requests_of(actor: Actor, dataset_id: str = "") -> tuple[RequestSeen, ...]:
    """The actor's own requests (about a dataset), the newest first; none for somebody who is not signed in, or for a key that
    may not ask."""
    if actor.kind not in ("person", "key") or not can(actor, "opening.talk"):
        return ()
    about = {"dataset_id": dataset_id} if dataset_id else {}
    return _seen(actor, models.Request.objects.filter(person_id=actor.hand, **about).order_by("-created"))


def requests_waiting(actor: Actor, agency_ids: Collection[str] | None) -> tuple[RequestSeen, ...]:
    """What these agencies (None: any, and what has no agency yet) have to answer, the soonest due first."""
    rows = models.Request.objects.filter(state="filed")
    if agency_ids is not None:
        rows = rows.filter(agency_id__in=[one for one in agency_ids if can(actor, "cases.work", one)])
    return _seen(actor, rows.order_by("due", "created"))


def _seen(actor: Actor, rows: QuerySet[models.Request]) -> tuple[RequestSeen, ...]:
    now = clock.now()
    return tuple(
        RequestSeen(
            number=row.number,
            kind=row.kind,
            dataset_id=row.dataset_id,
            agency_id=row.agency_id,
            item=row.item,
            state=row.state,
            created=row.created,
            due=row.due.astimezone(clock.CITY_ZONE).date() if row.due else None,
            answered=row.answered,
            settled=row.settled,
            late=row.late or (row.state == "filed" and row.due is not None and row.due < now),
            mine=bool(row.person_id) and row.person_id == actor.hand,
        )
        for row in rows[:MOST]
    )


# ---- figures, about nobody ----


def answering(**narrowed: str) -> Answering:
    """Figures over requests (all of the city, or those with this `dataset_id`, `agency_id` or `kind`)."""
    rows = models.Request.objects.filter(**narrowed).order_by()
    states = dict(rows.values_list("state").annotate(Count("number")))
    overdue = Q(due__lt=clock.now()) | Q(late=True)
    closed = rows.filter(state__in=("granted", "refused"), answered__isnull=False)
    took = [
        ((after - before).total_seconds() / 86_400, late)
        for before, after, late in closed.values_list("created", "answered", "late")
        if after
    ]
    days = sorted(one for one, _ in took)
    return Answering(
        filed=sum(states.values()),
        granted=states.get("granted", 0),
        refused=states.get("refused", 0),
        open=states.get("filed", 0),
        late=rows.filter(overdue, state="filed").count() if states.get("filed") else 0,
        days=round(median(days), 1) if days else None,
        slow=round(days[int((len(days) - 1) * 0.9)], 1) if days else None,
        on_time=sum(not late for _, late in took) / len(took) if took else None,
    )


def answering_by(column: str) -> dict[str, Answering]:
    """The same per `agency_id` that was asked at least once, or per `kind`."""
    asked = models.Request.objects.exclude(**{column: ""}).values_list(column, flat=True)
    return {one: answering(**{column: one}) for one in asked.distinct().order_by(column)}


# ---- decisions ----


def decisions(*, dataset_id: str = "", limit: int = MOST) -> Iterator[DecisionSeen]:
    """Decisions about applications for data, the newest first: what the engine of rights will read, and anybody may."""
    rows = models.Request.objects.filter(kind__in=("opening", "sharing"), decision__isnull=False)
    if dataset_id:
        rows = rows.filter(dataset_id=dataset_id)
    for row in rows.order_by("-answered", "number")[:limit]:
        yield DecisionSeen(
            row.number,
            row.kind,
            row.dataset_id,
            row.agency_id,
            row.state == "granted",
            row.answered or row.created,
            row.decision or {},
        )
