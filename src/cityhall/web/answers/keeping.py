"""The knowledge base as clerks keep it: write an entry, change it, let it end."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from cityhall.cases.actions import end_entry, keep_entry
from cityhall.cases.errors import EntryUnknown, EntryWrong
from cityhall.cases.queries import Entry, entry
from cityhall.identity.queries import agencies, can
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.answers.reading import KEEPERS
from cityhall.web.cases.asked import day_of
from cityhall.web.filled import demand_same, mark_of
from cityhall.web.people.entry import done, field
from cityhall.web.rendering import show
from cityhall.web.visitor import who_may
from cityhall.web.words import language, say

Option = tuple[str, Text, bool]
EMPTY = Entry(code="", question=Text("", ""), answer=Text("", ""))


@dataclass(frozen=True, slots=True)
class EntryForm:
    """An entry as it is being written; `code` is empty for a new one."""

    entry: Entry
    new: bool
    agencies: tuple[Option, ...]
    problem: str = ""
    mark: str = ""


def keeper(request: HttpRequest) -> Actor:
    """Somebody who may write entries. Errors: `PageForbidden`."""
    return who_may(request, KEEPERS)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_new(request: HttpRequest) -> HttpResponse:
    """Write an entry."""
    return _form(request, keeper(request), EMPTY)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_change(request: HttpRequest, code: str) -> HttpResponse:
    """Write an entry anew."""
    actor = keeper(request)
    return _form(request, actor, entry(code))


@require_POST
def entry_end(request: HttpRequest, code: str) -> HttpResponse:
    """Let an entry end."""
    end_entry(keeper(request), code)
    return done(request, say("answers.ended"), "answers")


def _form(request: HttpRequest, actor: Actor, now: Entry) -> HttpResponse:
    new, present, problem, status = not now.code, _present(now), "", 200
    if request.method == "POST":
        now = _sent(request, now)
        try:
            if new:
                _demand_free(now.code)
            demand_same(request, present)
            return done(request, say("answers.kept"), "answer", keep_entry(actor, now))
        except CityhallError as error:
            problem, status = error.say(language()), error.status
    page = EntryForm(now, new, _agencies(actor, now.agency), problem, "" if new else mark_of(present))
    return show(request, "answers/entry.html", page, status=status)


def _present(now: Entry) -> dict[str, object]:
    """What people write of an entry."""
    texts = {"question": now.question.as_dict(), "answer": now.answer.as_dict(), "keywords": now.keywords}
    return {**texts, "agency": now.agency, "since": str(now.since), "until": str(now.until)}


def _demand_free(code: str) -> None:
    """A new entry takes nobody else's place. Errors: `EntryWrong`."""
    with suppress(EntryUnknown):
        entry(code)
        raise EntryWrong(what=Text(en="another one has this code", zh="编号已被其他条目使用"))


def _sent(request: HttpRequest, now: Entry) -> Entry:
    code = now.code or re.sub(r"[^a-z0-9]+", "-", field(request, "code").lower()).strip("-")[:60]
    return Entry(
        code=code,
        question=Text(en=field(request, "question_en").strip(), zh=field(request, "question_zh").strip()),
        answer=Text(en=field(request, "answer_en").strip(), zh=field(request, "answer_zh").strip()),
        keywords=field(request, "keywords").strip()[:500],
        agency=field(request, "agency")[:40],
        since=day_of("since", field(request, "since")),
        until=day_of("until", field(request, "until")),
        at=None,
    )


def _agencies(actor: Actor, chosen: str) -> tuple[Option, ...]:
    """The agencies for which the actor may write; the city itself for who takes calls."""
    own = tuple(
        (one.id, one.name, one.id == chosen) for one in agencies() if can(actor, "cases.work", one.id)
    )
    city = (("", Text(en="The whole city", zh="全市通用"), not chosen),) if can(actor, "cases.accept") else ()
    return city + own
