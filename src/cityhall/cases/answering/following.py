"""What an act means for answers, within its transaction: an answer at once names an entry that is in force, and a public reply
tells of nobody. Whichever way an act comes (page, REST, program), it passes here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from cityhall.cases.answering.errors import ReplyTellsOfSomebody
from cityhall.cases.answering.finding import Entry, entry
from cityhall.cases.answering.keeping import write
from cityhall.cases.declaring.shapes import Act
from cityhall.cases.events import CaseActed, HistoryImported
from cityhall.cases.models import Answer, Case
from cityhall.cases.storing.types import case_type
from cityhall.cases.working.authority import agency_id
from cityhall.kernel.text import Text

Finder = Callable[[str], Sequence[str]]
"""Answers what in a text surely tells of a person."""


def following(tells_of: Finder) -> Callable[[CaseActed], None]:
    """The handler, with the eyes that look for what tells of a person."""

    def follow_answers(event: CaseActed) -> None:
        made = case_type(event.type)
        act, knowledge = made.act(event.act), made.extras.get("knowledge", {})
        reply: Mapping[str, str] = made.extras.get("public_reply", {})
        if act is not None and knowledge.get("act") == act.id:
            entry(str(_fields(event.number).get(knowledge["entry"], "")))
        if act is not None and reply and _touches(act, set(reply.values())):
            _follow(event.number, reply, tells_of)

    return follow_answers


def following_history(tells_of: Finder) -> Callable[[HistoryImported], None]:
    """The handler for histories brought in: their public replies are answers too, but those that tell of somebody."""

    def follow_history(event: HistoryImported) -> None:
        reply: Mapping[str, str] = case_type(event.type).extras.get("public_reply", {})
        if not reply:
            return
        rows = Case.objects.filter(history__batch__key=event.batch, fields__has_key=reply["answer"])
        for number in rows.values_list("number", flat=True):
            with suppress(ReplyTellsOfSomebody):
                _follow(number, reply, tells_of)

    return follow_history


def _touches(act: Act, fields: set[str]) -> bool:
    return act.id == "amend" or bool(fields & {*act.needs, *act.takes, *act.clears})


def _fields(number: str) -> dict[str, Any]:
    return Case.objects.values_list("fields", flat=True).get(number=number) or {}


def _follow(number: str, reply: Mapping[str, str], tells_of: Finder) -> None:
    """Keep the public reply as the case has it: written, written anew, or gone."""
    row = Case.objects.get(number=number)
    question, answer = (str((row.fields or {}).get(reply[part]) or "") for part in ("question", "answer"))
    if not (question and answer):
        Answer.objects.filter(case=number).delete()
        return
    told = [*tells_of(question), *tells_of(answer)]
    if told:
        raise ReplyTellsOfSomebody(found=", ".join(told)[:200])
    found = Entry(
        code=f"case-{number.lower()}",
        question=Text(en=question, zh=question),
        answer=Text(en=answer, zh=answer),
        agency=row.agency and agency_id(row.agency),
        kind=row.kind,
        case=number,
        at=row.changed,
    )
    write(found, "system:cases")
