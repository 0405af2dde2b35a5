"""Answers for everybody: search them, read the latest public replies, read one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from cityhall.cases.queries import Entry, Source, agency_titles, answers_to, entry, latest_answers
from cityhall.identity.queries import scopes
from cityhall.kernel.text import Text
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for

PAGE = 20
KEEPERS = ("cases.accept", "cases.work")
_SOURCES: Mapping[str, Source] = {"knowledge": "knowledge", "reply": "reply"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An answer in a list, and whose it is."""

    entry: Entry
    agency: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersPage:
    """What was asked, what was found for it (the latest replies, when nothing was asked), and the way to the next page."""

    words: str
    source: str
    found: tuple[Listed, ...]
    keeper: bool
    more: str


@require_safe
def answers_page(request: HttpRequest) -> HttpResponse:
    """Search answers, or read the latest."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:200]
    source = _SOURCES.get(request.GET.get("source", ""), "")
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 5 else 1
    if words:
        found, more = answers_to(words, source=source, limit=PAGE), ""
    else:
        found = latest_answers(source=source, skip=(max(page, 1) - 1) * PAGE, limit=PAGE + 1)
        asked = {"source": str(source), "page": str(max(page, 1) + 1)}
        more = f"{reverse('answers')}?{urlencode(asked)}" if len(found) > PAGE else ""
    shown = AnswersPage(
        words=words, source=source, found=listed(found[:PAGE]), keeper=keeps(request), more=more
    )
    return show(request, "answers/answers.html", shown)


@require_safe
def answer_page(request: HttpRequest, code: str) -> HttpResponse:
    """One answer."""
    (found,) = listed((entry(code),))
    return show(request, "answers/answer.html", AnswerPage(found, keeps(request)))


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """One answer, and whether the reader keeps the knowledge base."""

    one: Listed
    keeper: bool


def keeps(request: HttpRequest) -> bool:
    """Whether the visitor may write entries, for the city or for an agency."""
    actor = actor_for(request)
    return any(scopes(actor, right) for right in KEEPERS)


def listed(found: tuple[Entry, ...]) -> tuple[Listed, ...]:
    """Answers with the names of their agencies."""
    names = agency_titles()
    return tuple(Listed(entry=one, agency=names.get(one.agency)) for one in found)
