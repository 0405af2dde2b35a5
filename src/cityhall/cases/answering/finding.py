"""Reading answers: by their code, by the words of a question, the latest replies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import log
from typing import Literal

from django.db.models import Q, QuerySet

from cityhall.cases.answering.errors import EntryUnknown
from cityhall.cases.answering.words import grams
from cityhall.cases.models import Answer, AnswerGram
from cityhall.kernel import clock
from cityhall.kernel.text import Text

Source = Literal["", "knowledge", "reply"]
LONGEST = 400
_MOST_WORDS = 80
# Of what a question says, an answer must share this much to be one.
_LEAST = 0.2
_NOWHERE = 0.7
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An answer as it is read: an entry of the knowledge base, valid from a day to a day (both included; None: always), or the
    public reply to the case that it names."""

    code: str
    question: Text
    answer: Text
    keywords: str = ""
    agency: str = ""
    kind: str = ""
    case: str = ""
    since: date | None = None
    until: date | None = None
    at: datetime | None = None


def entry(code: str, day: date | None = None) -> Entry:
    """The answer with this code, valid on a day (today); raises EntryUnknown."""
    row = _valid(day or clock.today()).filter(code=code).first()
    if row is None:
        raise EntryUnknown(entry=code)
    return as_entry(row)


def answers_to(question: str, *, source: Source = "", limit: int = 10) -> tuple[Entry, ...]:
    """Answers valid today that say what the question says, the best first. A word that few answers have counts for more; what
    stands in the question of an answer counts for more than what stands in its text."""
    wanted = [word for word, _ in grams(question[:LONGEST]).most_common(_MOST_WORDS)]
    if not wanted:
        return ()
    total = max(Answer.objects.count(), 1)
    shares: dict[int, dict[str, int]] = defaultdict(dict)
    spread: dict[str, int] = defaultdict(int)
    for key, word, weight in AnswerGram.objects.filter(text__in=wanted).values_list(
        "answer_id", "text", "weight"
    ):
        shares[key][word] = weight
        spread[word] += 1
    # What no answer has is seldom a word: two words of the question that touch make a pair, too.
    rare = {word: log(1 + total / (spread[word] + 0.5)) if word in spread else _NOWHERE for word in wanted}
    scores = {key: _score(words, rare) for key, words in shares.items()}
    best = [key for key in sorted(scores, key=lambda it: -scores[it]) if scores[key] >= _LEAST][:_MOST]
    rows = {row.id: row for row in _of_source(_valid(clock.today()), source).filter(id__in=best)}
    found = [as_entry(rows[key]) for key in best if key in rows]
    return tuple({one.question.zh: one for one in reversed(found)}.values())[::-1][
        :limit
    ]  # the same, said twice, once


def _score(words: Mapping[str, int], rare: Mapping[str, float]) -> float:
    """The share of the question, weighed by how rare its words are, that the answer has; its own question counts in full."""
    return sum(rare[word] * min(weight, 3) / 3 for word, weight in words.items()) / sum(rare.values())


def latest_answers(*, source: Source = "", skip: int = 0, limit: int = 20) -> tuple[Entry, ...]:
    """What was answered lately, the newest first."""
    rows = _of_source(_valid(clock.today()), source).order_by("-at", "-id")[skip : skip + limit]
    return tuple(map(as_entry, rows))


def replied(numbers: Collection[str]) -> frozenset[str]:
    """Which of these cases have a public reply."""
    return frozenset(Answer.objects.filter(case__in=numbers).exclude(case="").values_list("case", flat=True))


def _valid(day: date) -> QuerySet[Answer]:
    return Answer.objects.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gte=day))


def _of_source(rows: QuerySet[Answer], source: Source) -> QuerySet[Answer]:
    match source:
        case "knowledge":
            return rows.filter(case="")
        case "reply":
            return rows.exclude(case="")
    return rows


def as_entry(row: Answer) -> Entry:
    """A row as it is read."""
    return Entry(
        code=row.code, question=Text.from_dict(row.question), answer=Text.from_dict(row.answer), keywords=row.keywords,
        agency=row.agency, kind=row.kind, case=row.case, since=row.since, until=row.until, at=row.at,
    )  # fmt: skip
