"""Two acts of a case that need more than a form of fields: an answer from the knowledge base, and the public reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from cityhall.cases.actions import act
from cityhall.cases.queries import CaseInfo, CaseType, answers_to, case, case_type, entry
from cityhall.cleaning.queries import Personal, hidden, personal_in
from cityhall.kernel.errors import CityhallError
from cityhall.web.answers.reading import Listed, listed
from cityhall.web.cases.tracking import facts_of
from cityhall.web.cases.working import seen_of, worker
from cityhall.web.people.entry import done, field
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import language, say

BEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAtOnce:
    """A case, the entries that say what it asks, and the one that was chosen with its words, filled in as the caller reads them:
    in the language `spoken`."""

    case: CaseInfo
    facts: tuple[tuple[str, str, str], ...]
    words: str
    found: tuple[Listed, ...]
    chosen: Listed | None
    spoken: str
    answer: str
    problem: str


@require_http_methods(["GET", "HEAD", "POST"])
def answer_at_once(request: HttpRequest, number: str) -> HttpResponse:
    """Find an entry, look at its words, answer with them: the case is settled and names the entry."""
    found, made, said = _opened(request, number, "knowledge")
    problem, status = "", 200
    if request.method == "POST":
        data = {said["entry"]: field(request, "entry")[:60], said["answer"]: field(request, "answer").strip()}
        try:
            act(actor_for(request), number, said["act"], data, seen=seen_of(request))
            return done(request, say("case.done"), "case", number)
        except CityhallError as error:
            problem, status = error.say(language()), error.status
    chosen = request.GET.get("entry", "") or field(request, "entry")
    picked = listed((entry(chosen[:60]),))[0] if chosen else None
    spoken = (found.reporter.language if found.reporter else "") or language()
    words = request.GET.get("q", "").replace("\0", "").strip()[:400] or _asked(made, found)
    page = AnswerAtOnce(
        case=found,
        facts=facts_of(made, found),
        words=words,
        found=listed(answers_to(words, source="knowledge", limit=BEST)),
        chosen=picked,
        spoken=spoken,
        answer=field(request, "answer") or (picked.entry.answer.in_language(spoken) if picked else ""),
        problem=problem,
    )
    return show(request, "answers/at_once.html", page, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicReply:
    """A case, what was asked and answered, the drafts without names, and what was hidden in each."""

    case: CaseInfo
    question: str
    answer: str
    draft_question: str
    draft_answer: str
    hidden: tuple[str, ...]
    problem: str
    warned: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def public_reply(request: HttpRequest, number: str) -> HttpResponse:
    """Publish a reply: names and numbers are hidden in a draft, a clerk reads it and says that it may be read by everybody."""
    found, made, said = _opened(request, number, "public_reply")
    publishing = reply_act(made)
    if publishing is None:
        raise Http404
    question, answer = _asked(made, found), _answered(made, found)
    drafts, problem, status = _drafts(found, question, answer), "", 200
    warned: tuple[str, ...] = ()
    if request.method == "POST":
        texts = {part: field(request, part).strip() for part in ("question", "answer")}
        drafts = (texts["question"], texts["answer"], ())
        warned = _names_left(found, texts.values())
        problem = _problem(request, warned)
        if not problem:
            try:
                data = {said[part]: text for part, text in texts.items()}
                act(actor_for(request), number, publishing, data, seen=seen_of(request))
                return done(request, say("answers.published"), "case", number)
            except CityhallError as error:
                problem, status = error.say(language()), error.status
        else:
            status = 422
    page = PublicReply(
        case=found, question=question, answer=answer, draft_question=drafts[0], draft_answer=drafts[1], hidden=drafts[2],
        problem=problem, warned=warned,
    )  # fmt: skip
    return show(request, "answers/reply.html", page, status=status)


def reply_act(made: CaseType) -> str | None:
    """The act that publishes a reply: the one that needs its answer."""
    answer = made.extras.get("public_reply", {}).get("answer")
    return next((one.id for one in made.acts if answer and answer in one.needs), None)


def _opened(request: HttpRequest, number: str, name: str) -> tuple[CaseInfo, CaseType, Mapping[str, str]]:
    """The case for somebody who works on it, its type, and what the declaration says under `name`."""
    found = case(worker(request), number)
    made = case_type(found.type, found.version)
    said: Mapping[str, str] = made.extras.get(name, {})
    if not said or not found.inside:
        raise Http404
    return found, made, said


def _asked(made: CaseType, found: CaseInfo) -> str:
    """What the caller asked: the long text of the opening form."""
    return _first_long(made, found, set(next(one for one in made.acts if one.opens).takes))


def _answered(made: CaseType, found: CaseInfo) -> str:
    """What was answered: the long text that is neither the caller's nor part of a public reply."""
    opening = set(next(one for one in made.acts if one.opens).takes)
    return _first_long(made, found, set(made.fields) - opening - set(made.extras["public_reply"].values()))


def _first_long(made: CaseType, found: CaseInfo, names: set[str]) -> str:
    texts = (
        str(found.fields[name])
        for name, declared in made.fields.items()
        if name in names and declared.type == "long_text" and found.fields.get(name)
    )
    return next(texts, "")


def _drafts(found: CaseInfo, question: str, answer: str) -> tuple[str, str, tuple[str, ...]]:
    """Both texts with everything hidden that tells of somebody, and what that was."""
    parts = [(text, _personal(found, text)) for text in (question, answer)]
    words = tuple(one.text for _, personal in parts for one in personal)
    return hidden(*parts[0]), hidden(*parts[1]), tuple(dict.fromkeys(words))


def _personal(found: CaseInfo, text: str) -> tuple[Personal, ...]:
    return personal_in(text, (found.reporter.name,) if found.reporter else ())


def _names_left(found: CaseInfo, texts: Any) -> tuple[str, ...]:
    """What may still tell of somebody in the final texts; numbers are refused anyway, guesses are shown once."""
    return tuple(dict.fromkeys(one.text for text in texts for one in _personal(found, text)))


def _problem(request: HttpRequest, warned: tuple[str, ...]) -> str:
    """Why the reply is not published yet: nobody said it was read, or something in it was not looked at."""
    if "confirmed" not in request.POST:
        return say("answers.confirm_first")
    if warned and field(request, "looked") != "|".join(warned):
        return say("answers.look_again", words=say("site.comma").join(warned))
    return ""
