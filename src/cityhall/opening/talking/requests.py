"""Requests to an agency: open what is restricted, or put a value right. Each is answered by a day, in words.

The door for whoever handles work: `file_opening`, `file_correction`, `answer`, `withdraw_request`; states filed, granted,
refused, withdrawn.
"""

from __future__ import annotations

from collections.abc import Mapping

from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.opening import models
from cityhall.opening.deciding import decide
from cityhall.opening.errors import ItemHidden
from cityhall.opening.talking.errors import (
    AnsweredAlready,
    LegalBasisMissing,
    NothingToOpen,
    RequestUnknown,
    RowNotFound,
    SaidAlready,
)
from cityhall.opening.talking.rowkeys import quarantined_line, value_at
from cityhall.opening.talking.rules import LONGEST_VALUE, demanded, due_on, limit_of, plain
from cityhall.opening.talking.speaking import (
    MODERATE,
    speaker,
    subject_for,
    tell_author,
    tell_stewards,
    within_limits,
)


@action("opening.ask_to_open")
def file_opening(actor: Actor, dataset_id: str, item: str, reason: str, purpose: str) -> str:
    """Ask the owner to open a restricted item, or (with an empty `item`) the dataset; answers the request's id.

    Errors: `AccountNeeded`, `DatasetHidden`, `NothingToOpen`, `TextMissing`, `SaidAlready`, `TooMuchWritten`.
    """
    speaker(actor)
    found = subject_for(actor, dataset_id)
    hidden = set(decide(actor, found, "page").reasons)
    if (item and item not in hidden) or not hidden:
        raise NothingToOpen()
    longest = limit_of("opening").longest
    row = _new(actor, "opening", found, item)
    row.reason = demanded(plain(reason, longest), Text(en="why it should be open", zh="申请理由"))
    row.purpose = demanded(plain(purpose, longest), Text(en="what you will use it for", zh="使用用途"))
    return _filed(
        row,
        Text(
            en=f"Somebody asks to open “{_what(found, item).en}”",
            zh=f"有人申请开放“{_what(found, item).zh}”",
        ),
    )


@action("opening.report_error")
def file_correction(
    actor: Actor, dataset_id: str, item: str, row_key: Mapping[str, str], right: str, evidence: str
) -> str:
    """Say that a value is wrong: the item (empty for the row as a whole), the row's key, what it should be, how one knows.

    Errors: `AccountNeeded`, `DatasetHidden`, `ItemHidden`, `RowNotFound`, `TextMissing`, `SaidAlready`, `TooMuchWritten`.
    """
    speaker(actor)
    found = subject_for(actor, dataset_id)
    allowed = set(decide(actor, found, "page").clear)
    for name in [*row_key, *([item] if item else ())]:
        if name not in allowed:
            raise ItemHidden(item=name[:100])
    key = {name: plain(value, LONGEST_VALUE, lines=False) for name, value in row_key.items()}
    row = _new(actor, "correction", found, item)
    row.row = {name: value for name, value in key.items() if value}
    row.wrong = _published_value(actor, found.id, item, row.row)
    row.right = plain(right, LONGEST_VALUE, lines=False)
    row.reason = plain(evidence, limit_of("correction").longest)
    demanded(row.right or row.reason, Text(en="what it should be", zh="应当是什么"))
    return _filed(
        row, Text(en=f"An error is reported in “{found.title.en}”", zh=f"“{found.title.zh}”收到纠错反馈")
    )


def _published_value(actor: Actor, dataset_id: str, item: str, key: Mapping[str, str]) -> str:
    """What is published in that row; empty for a row that is missing because it waits in the quarantine."""
    try:
        return value_at(actor, dataset_id, item, key)
    except RowNotFound:
        if quarantined_line(dataset_id, key) is None:
            raise
        return ""


def _new(actor: Actor, kind: str, found: Dataset, item: str) -> models.Request:
    """An unsaved request; the same person does not ask the same twice while it is open."""
    within_limits(actor, kind, models.Request.objects.filter(kind=kind))
    row = models.Request(
        kind=kind,
        dataset_id=found.id,
        agency_id=found.agency_id,
        person_id=actor.id,
        item=item,
        created=clock.now(),
        due=due_on(clock.today()),
    )
    open_ones = models.Request.objects.filter(
        person_id=actor.id, kind="opening", state="filed", dataset_id=found.id, item=item
    )
    if kind == "opening" and open_ones.exists():
        raise SaidAlready()
    return row


def _filed(row: models.Request, subject: Text) -> str:
    row.save(force_insert=True)
    record(f"dataset:{row.dataset_id}", request=row.id, kind=row.kind, due=row.due.isoformat())
    tell_stewards(
        row.agency_id,
        subject,
        Text(en=f"Answer by {row.due.isoformat()}.", zh=f"请于 {row.due.isoformat()} 前答复。"),
        f"/requests/{row.id}/",
    )
    return row.id


@action("opening.answer_request")
def answer(
    actor: Actor, request_id: str, granted: bool, words: str, *, legal_basis: str = "", run_id: str = ""
) -> None:
    """Decide a request. A refusal to open names its legal basis; `run_id` is the run that put a value right.

    Errors: `RequestUnknown`, `RightMissing`, `AnsweredAlready`, `TextMissing`, `LegalBasisMissing`.
    """
    row = _request(request_id)
    require(actor, MODERATE, row.agency_id)
    if row.state != "filed":
        raise AnsweredAlready()
    longest = limit_of("answer").longest
    row.answer = demanded(plain(words, longest), Text(en="the answer in words", zh="答复内容"))
    row.legal_basis = plain(legal_basis, longest)
    if row.kind == "opening" and not granted and not row.legal_basis:
        raise LegalBasisMissing()
    row.state = "granted" if granted else "refused"
    row.answered, row.answered_by, row.run_id = clock.now(), actor.id, run_id
    row.save()
    record(
        f"dataset:{row.dataset_id}",
        request=row.id,
        kind=row.kind,
        state=row.state,
        late=clock.today() > row.due,
        run=run_id,
    )
    tell_author(row.person_id, _told(row.kind, granted), _with_answer(row), f"/requests/{row.id}/")


def _told(kind: str, granted: bool) -> Text:
    words = {
        ("opening", True): Text(en="Your request to open data was granted", zh="您的开放申请已获同意"),
        ("opening", False): Text(en="Your request to open data was refused", zh="您的开放申请未获同意"),
        ("correction", True): Text(en="Your correction was accepted", zh="您的纠错已被采纳"),
        ("correction", False): Text(en="Your correction was not accepted", zh="您的纠错未被采纳"),
    }
    return words[kind, granted]


def _with_answer(row: models.Request) -> Text:
    law_en = f"\nLegal basis: {row.legal_basis}" if row.legal_basis else ""
    law_zh = f"\n法律依据：{row.legal_basis}" if row.legal_basis else ""
    return Text(en=row.answer + law_en, zh=row.answer + law_zh)


@action("opening.withdraw_request")
def withdraw_request(actor: Actor, request_id: str) -> None:
    """Take one's own open request back. Errors: `RequestUnknown`, `AnsweredAlready`."""
    row = _request(request_id)
    if row.person_id != speaker(actor).id:
        raise RequestUnknown()
    if row.state != "filed":
        raise AnsweredAlready()
    row.state, row.answered = "withdrawn", clock.now()
    row.save(update_fields=["state", "answered"])
    record(f"dataset:{row.dataset_id}", request=row.id)


def _request(request_id: str) -> models.Request:
    row = models.Request.objects.select_for_update().filter(id=request_id).first()
    if row is None:
        raise RequestUnknown()
    return row


def _what(found: Dataset, item: str) -> Text:
    title = next((one.title for one in found.items if one.name == item), Text(en=item, zh=item))
    if not item:
        return found.title
    return Text(en=f"{found.title.en}: {title.en or item}", zh=f"{found.title.zh}：{title.zh or item}")
