"""Verbs of the knowledge base: an entry is written or written anew, loaded from a pack, or ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

from cityhall.cases.answering.errors import EntriesRefused, EntryUnknown, EntryWrong
from cityhall.cases.answering.finding import Entry
from cityhall.cases.answering.words import LONGEST, grams
from cityhall.cases.declaring.strict import read_strictly
from cityhall.cases.models import Answer, AnswerGram
from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_QUESTION, _ANSWER = 500, 20_000
_KEYS = frozenset({"code", "question", "answer", "keywords", "agency", "from", "to"})
# How much a word weighs by where it stands.
_IN_QUESTION, _IN_KEYWORDS, _IN_ANSWER = 3, 3, 1


@action("cases.keep_entry")
def keep_entry(actor: Actor, entry: Entry) -> str:
    """Write an entry, or write it anew; answers its code. For hotline agents, and case workers of the entry's agency. Raises
    EntryWrong."""
    require(actor, "cases.work" if entry.agency else "cases.accept", entry.agency)
    _check(entry)
    known = Answer.objects.filter(code=entry.code).first()
    if known is not None:
        if known.case:
            raise EntryWrong(what="code")
        require(actor, "cases.work" if known.agency else "cases.accept", known.agency)
    write(entry, actor.id)
    record(f"answer:{entry.code}", digest=_digest(entry), new=known is None)
    return entry.code


@action("cases.end_entry")
def end_entry(actor: Actor, code: str, last: date | None = None) -> None:
    """Let an entry end on a day (yesterday: at once). Raises EntryUnknown."""
    row = Answer.objects.filter(code=code, case="").first()
    if row is None:
        raise EntryUnknown(entry=code)
    require(actor, "cases.work" if row.agency else "cases.accept", row.agency)
    row.until = last or clock.today() - timedelta(days=1)
    row.save(update_fields=["until"])
    record(f"answer:{code}", until=row.until.isoformat())


@action("cases.load_entries")
def load_entries(actor: Actor, path: Path, agencies: Mapping[str, str] | None = None) -> int:
    """Load the entries of a file (`entries:`); answers how many. `agencies` gives the id behind each code of the file. Raises
    EntriesRefused."""
    require(actor, "cases.configure")
    document = read_strictly(path.read_text("utf-8"), path.name)
    if document.problems:
        raise EntriesRefused(file=path.name, why="; ".join(map(str, document.problems)))
    try:
        found = [_read(one, agencies or {}) for one in document.content["entries"]]
        for one in found:
            _check(one)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EntriesRefused(file=path.name, why=repr(error)) from None
    except EntryWrong as error:
        raise EntriesRefused(file=path.name, why=str(error)) from None
    for one in found:
        write(one, actor.id)
    record(f"answers:{path.name}", entries=len(found), digest=sha256(path.read_bytes()).hexdigest())
    return len(found)


def _read(said: Mapping[str, Any], agencies: Mapping[str, str]) -> Entry:
    if unknown := set(said) - _KEYS:
        raise ValueError(f"{said.get('code')}: {', '.join(sorted(unknown))}")
    return Entry(
        code=said["code"],
        question=Text(en=said["question"]["en"], zh=said["question"]["zh"]),
        answer=Text(en=said["answer"]["en"], zh=said["answer"]["zh"]),
        keywords=" ".join(said.get("keywords", ())),
        agency=agencies.get(said.get("agency", ""), ""),
        since=_day(said.get("from")),
        until=_day(said.get("to")),
    )


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _check(entry: Entry) -> None:
    wrong = {
        "code": not _CODE.fullmatch(entry.code),
        "question": not _fits(entry.question, _QUESTION),
        "answer": not _fits(entry.answer, _ANSWER),
        "to": bool(entry.since and entry.until and entry.since > entry.until),
    }
    for what, is_wrong in wrong.items():
        if is_wrong:
            raise EntryWrong(what=what)


def _fits(text: Text, longest: int) -> bool:
    return all(0 < len(one.strip()) <= longest and "\0" not in one for one in (text.zh, text.en))


def write(entry: Entry, by: str) -> None:
    """Write the row of an answer and the words by which it is found."""
    row, _ = Answer.objects.update_or_create(
        code=entry.code,
        defaults={
            "question": entry.question.as_dict(), "answer": entry.answer.as_dict(), "keywords": entry.keywords,
            "agency": entry.agency, "kind": entry.kind, "case": entry.case, "since": entry.since, "until": entry.until,
            "at": entry.at or clock.now(), "by": by,
        },
    )  # fmt: skip
    row.grams.all().delete()
    AnswerGram.objects.bulk_create(
        AnswerGram(answer=row, text=word, weight=weight) for word, weight in _weights(entry).items()
    )


def _weights(entry: Entry) -> dict[str, int]:
    parts = (
        (_IN_QUESTION, entry.question.zh, entry.question.en),
        (_IN_KEYWORDS, entry.keywords, ""),
        (_IN_ANSWER, entry.answer.zh, entry.answer.en),
    )
    found: dict[str, int] = {}
    for weight, *texts in parts:
        for word in grams(" ".join(texts)):
            found[word[:LONGEST]] = max(weight, found.get(word, 0))
    return found


def _digest(entry: Entry) -> str:
    said: dict[str, Any] = {
        "question": entry.question.as_dict(),
        "answer": entry.answer.as_dict(),
        "keywords": entry.keywords,
    }
    return sha256(rfc8785.dumps(said)).hexdigest()
