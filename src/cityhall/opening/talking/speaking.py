"""Who may write, about what, and how often; and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import people_with_role, require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text
from cityhall.messaging.actions import notify
from cityhall.opening import models
from cityhall.opening.deciding import dataset_for
from cityhall.opening.errors import DatasetHidden
from cityhall.opening.talking.errors import AccountNeeded, TooMuchWritten
from cityhall.opening.talking.rules import limit_of

VOICE = system_actor("talk")
TALK, MODERATE = "opening.talk", "opening.moderate"


def speaker(actor: Actor) -> Actor:
    """The actor, if it is a person who may write. Errors: `AccountNeeded`, `RightMissing`."""
    if actor.kind != "person":
        raise AccountNeeded()
    require(actor, TALK)
    return actor


def subject_for(actor: Actor, dataset_id: str) -> Dataset:
    """A published dataset that can be talked about. Errors: `DatasetHidden`."""
    found, _ = dataset_for(actor, dataset_id, "page")
    if found.state != "published":
        raise DatasetHidden()
    return found


def within_limits(actor: Actor, kind: str, written: Any) -> None:
    """Refuse whoever has written too much; `written` is the queryset of the person's rows of this kind.

    Errors: `TooMuchWritten`.
    """
    limit, now = limit_of(kind), clock.now()
    for most, span in ((limit.hour, timedelta(hours=1)), (limit.day, timedelta(days=1))):
        if written.filter(person_id=actor.id, created__gt=now - span).count() >= most:
            raise TooMuchWritten(hour=limit.hour, day=limit.day)


def tell_stewards(agency_id: str, subject: Text, body: Text, link: str) -> None:
    """A notice to the agency's stewards; where it has none, to the operators, so that nobody writes into a void."""
    role = "steward" if people_with_role("steward", agency_id) else "operator"
    notify(
        VOICE,
        role=role,
        agency_id=agency_id if role == "steward" else "",
        subject=subject,
        body=body,
        link=link,
    )


def tell_author(person_id: str, subject: Text, body: Text, link: str) -> None:
    """A notice to whoever wrote; nothing when the person has left."""
    if person_id:
        notify(VOICE, person_ids=[person_id], subject=subject, body=body, link=link)


def decide_said(row: models.Comment | models.Reuse, actor: Actor, shown: bool, why: str) -> None:
    """Release or hide what somebody wrote; saves the row."""
    row.state = "shown" if shown else "hidden"
    row.why = "" if shown else why
    row.decided, row.decided_by = clock.now(), actor.id
    row.save(update_fields=["state", "why", "decided", "decided_by"])


def first_state(now: datetime, at_once: bool) -> dict[str, Any]:
    """The state of something new: shown at once, or waiting for its release."""
    return {"state": "shown", "decided": now} if at_once else {"state": "waiting"}
