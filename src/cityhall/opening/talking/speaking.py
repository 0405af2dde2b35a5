"""Who may write, about what, and how often; and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import people_with_role, require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.messaging.actions import Kind, notify
from cityhall.opening import models
from cityhall.opening.deciding import dataset_for
from cityhall.opening.errors import DatasetHidden
from cityhall.opening.talking.errors import AccountNeeded, AnsweredAlready, TooMuchWritten
from cityhall.opening.talking.rules import demanded, limit_of, plain

VOICE = system_actor("talk")
_MANY = Text(en="{count} comments and uses wait", zh="{count} 条评论和应用案例待处理")
TALK, MODERATE = "opening.talk", "opening.moderate"
Said = models.Comment | models.Reuse


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
        if written.filter(person_id=actor.hand, created__gt=now - span).count() >= most:
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
        kind=Kind("opening.talk", _MANY, "/desk/talk/"),
    )


def tell_author(person_id: str, subject: Text, body: Text, link: str) -> None:
    """A notice to whoever wrote; nothing when the person has left."""
    if person_id:
        notify(VOICE, person_ids=[person_id], subject=subject, body=body, link=link)


def decide_said(actor: Actor, row: Said, shown: bool, why: str) -> str:
    """Release what somebody said, or hide it; answers the reason in plain text. Saves the row.

    Errors: `RightMissing`, `AnsweredAlready` when its author took it back, `TextMissing` for hiding without a reason.
    """
    require(actor, MODERATE, row.agency_id)
    if row.state == "withdrawn":
        raise AnsweredAlready()
    reason = plain(why, limit_of("report").longest)
    if not shown:
        demanded(reason, Text(en="why it is hidden", zh="不予公开的理由"))
    row.state = "shown" if shown else "hidden"
    row.why = "" if shown else reason
    row.decided, row.decided_by = clock.now(), actor.id
    row.save(update_fields=["state", "why", "decided", "decided_by"])
    return reason


def tell_decision(row: Said, decided: Text, thanks: Text, reason: str) -> None:
    """Tell the author what was decided: with thanks when it is shown, with the reason when it is not."""
    because = Text(en=f"The agency's reason: {reason}", zh=f"机构说明的理由：{reason}")
    words = thanks if row.state == "shown" else because
    tell_author(row.person_id, decided, words, f"/datasets/{row.dataset_id}/talk/")


def take_back(actor: Actor, row: Said, unknown: type[CityhallError], **erased: str) -> None:
    """One's own words leave; `erased` are columns that are emptied with them. Saves the row. Errors: `unknown` for others'."""
    if row.person_id != speaker(actor).id or row.state == "withdrawn":
        raise unknown()
    for name, value in {"state": "withdrawn", **erased}.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *erased])


def first_state(now: datetime, at_once: bool) -> dict[str, Any]:
    """The state of something new: shown at once, or waiting for its release."""
    return {"state": "shown", "decided": now} if at_once else {"state": "waiting"}
