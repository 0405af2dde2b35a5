"""Asking: please open this, this value is wrong, let me use what is restricted. Each becomes a case at the owning agency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cityhall.cases.actions import Who, open_case
from cityhall.cases.actions import act as act_on_case
from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import person, require, scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.opening import models
from cityhall.opening.deciding import decide
from cityhall.opening.errors import ItemHidden
from cityhall.opening.requesting.rowkeys import quarantined_line, value_at
from cityhall.opening.rules import Decision, on_request
from cityhall.opening.talking.errors import (
    AccountNeeded,
    AnsweredAlready,
    EndPassed,
    NothingToOpen,
    NotOnRequest,
    RequestUnknown,
    RowNotFound,
    SaidAlready,
)
from cityhall.opening.talking.rules import LONGEST_VALUE, demanded, limit_of, plain
from cityhall.opening.talking.speaking import TALK, subject_for, within_limits

FEEDBACK, ACCESS = "data_feedback", "data_access"
PORTAL = system_actor("portal")
_PURPOSE = Text(en="what you will use it for", zh="使用用途")


def asker(actor: Actor) -> str:
    """The person who asks, also by a key of theirs. Errors: `AccountNeeded`, `RightMissing` for a key that may not."""
    if actor.kind not in ("person", "key"):
        raise AccountNeeded()
    require(actor, TALK)
    return actor.hand


@action("opening.ask_to_open")
def file_opening(actor: Actor, dataset_id: str, item: str, reason: str, purpose: str) -> str:
    """Ask the owner to open a restricted item, or (with an empty `item`) the dataset; answers the case's number.

    Errors: `AccountNeeded`, `DatasetHidden`, `NothingToOpen`, `TextMissing`, `SaidAlready`, `TooMuchWritten`.
    """
    asker(actor)
    found = subject_for(actor, dataset_id)
    hidden = set(decide(actor, found, "page").reasons)
    if (item and item not in hidden) or not hidden:
        raise NothingToOpen()
    longest = limit_of("open_this").longest
    data = {
        "item": item,
        "what": demanded(plain(reason, longest), Text(en="why it should be open", zh="申请理由")),
        "purpose": demanded(plain(purpose, longest), _PURPOSE),
    }
    _not_again(actor, "open_this", found, item)
    return _file(actor, found, FEEDBACK, "open_this", {"kind": "open_this", **data})


@action("opening.report_error")
def file_correction(
    actor: Actor, dataset_id: str, item: str, row_key: Mapping[str, str], right: str, evidence: str
) -> str:
    """Say that a value is wrong: the item (empty for the row as a whole), the row's key, what it should be, how one knows.

    Answers the case's number. Errors: `AccountNeeded`, `DatasetHidden`, `ItemHidden`, `RowNotFound`, `TextMissing`,
    `TooMuchWritten`.
    """
    asker(actor)
    found = subject_for(actor, dataset_id)
    allowed = set(decide(actor, found, "page").clear)
    for name in [*row_key, *([item] if item else ())]:
        if name not in allowed:
            raise ItemHidden(item=name[:100])
    key = {name: plain(value, LONGEST_VALUE, lines=False) for name, value in row_key.items()}
    key = {name: value for name, value in key.items() if value}
    data = {
        "item": item,
        "row": [f"{name}={value}" for name, value in key.items()],
        "wrong": _published_value(actor, found.id, item, key),
        "right": plain(right, LONGEST_VALUE, lines=False),
        "what": plain(evidence, limit_of("correction").longest),
    }
    demanded(str(data["right"] or data["what"]), Text(en="what it should be", zh="应当是什么"))
    return _file(actor, found, FEEDBACK, "correction", {"kind": "correction", **data})


def _published_value(actor: Actor, dataset_id: str, item: str, key: Mapping[str, str]) -> str:
    """What is published in that row; empty for a row that is missing because it waits in the quarantine."""
    try:
        return value_at(actor, dataset_id, item, key)[:LONGEST_VALUE]
    except RowNotFound:
        if quarantined_line(dataset_id, key) is None:
            raise
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody wants to use, for what and how long. `agency` is the office they speak for, when it is one of several;
    `quota` is in calls a day (0: not said)."""

    items: tuple[str, ...]
    purpose: str
    until: date
    rows: str = ""
    basis: str = ""
    project: str = ""
    quota: int = 0
    agency: str = ""


@action("opening.apply_for_data")
def apply_for_data(actor: Actor, dataset_id: str, wanted: Application) -> str:
    """Apply for the use of restricted items: as sharing for an official of another agency, else as restricted opening.
    Answers the case's number.

    Errors: `AccountNeeded`, `DatasetHidden`, `NotOnRequest`, `EndPassed`, `TextMissing`, `SaidAlready`, `TooMuchWritten`.
    """
    asker(actor)
    found = subject_for(actor, dataset_id)
    way, levels = _on_offer(decide(actor, found, "page"), found, wanted.items)
    if wanted.until <= clock.today():
        raise EndPassed()
    longest = limit_of(way).longest
    short = {name: getattr(wanted, name) for name in ("rows", "basis", "project")}
    data = {
        "way": way,
        "items": list(wanted.items),
        "level": max(levels),
        "purpose": demanded(plain(wanted.purpose, longest), _PURPOSE),
        "until": wanted.until.isoformat(),
        "applicant": _office(actor, wanted.agency) if way == "sharing" else "",
        "quota": wanted.quota or None,
        **{name: plain(text, LONGEST_VALUE, lines=False) for name, text in short.items()},
    }
    _not_again(actor, way, found, "")
    return _file(actor, found, ACCESS, way, data)


def _on_offer(decision: Decision, found: Dataset, names: Iterable[str]) -> tuple[str, list[int]]:
    """The way in which these items are given on request, and their levels. Errors: `NotOnRequest`."""
    offered = {item.name: item.level for item in on_request(found, decision)}
    wanted = list(names)
    for name in wanted:
        if name not in offered:
            raise NotOnRequest(item=name[:100])
    if not wanted:
        raise NotOnRequest(item="—")
    return ("sharing" if decision.viewpoint == "agency" else "opening"), [offered[name] for name in wanted]


def _office(actor: Actor, agency: str) -> str:
    held = sorted(scope for scope in scopes(actor, "opening.see_all") if scope)
    return agency if agency in held else next(iter(held), "")


def _not_again(actor: Actor, kind: str, found: Dataset, item: str) -> None:
    """The same person does not ask the same twice while it is open."""
    same = models.Request.objects.filter(
        person_id=actor.hand, kind=kind, state="filed", dataset_id=found.id, item=item
    )
    if same.exists():
        raise SaidAlready()


def _file(actor: Actor, found: Dataset, type_name: str, kind: str, data: Mapping[str, Any]) -> str:
    """Open the case, in the same transaction, at the agency that owns the dataset."""
    within_limits(actor, kind, models.Request.objects.filter(kind=kind))
    known = {name: value for name, value in data.items() if value not in ("", None, [])}
    who = Who(person=actor.hand, language=person(actor.hand).language)
    opened = open_case(
        PORTAL,
        type_name,
        {"dataset": found.id, "agency": found.agency_id, **known},
        who=who,
        act_name="file" if type_name == FEEDBACK else "apply",
    )
    record(f"dataset:{found.id}", case=opened.number, kind=kind)
    return opened.number


@action("opening.withdraw_request")
def withdraw_request(actor: Actor, number: str) -> None:
    """Take one's own open request back. Errors: `RequestUnknown`, `AnsweredAlready`."""
    row = models.Request.objects.filter(number=number, person_id=asker(actor)).first()
    if row is None:
        raise RequestUnknown()
    if row.state != "filed":
        raise AnsweredAlready()
    act_on_case(actor, number, "withdraw")
    record(f"dataset:{row.dataset_id}", case=number)
