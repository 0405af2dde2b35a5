"""The acts that are open to somebody, each as a small form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from django.http import QueryDict

from cityhall.cases.errors import StaleCase
from cityhall.cases.queries import Act, CaseInfo, CaseType
from cityhall.kernel import clock
from cityhall.kernel.errors import CityhallError
from cityhall.web.cases.colleagues import asked_of_colleagues
from cityhall.web.cases.questions import LONGEST, Question, asked_to_act, own_question, refusal_in_words
from cityhall.web.words import pick, say

# The engine's own acts that a form of fields cannot do: they have places of their own on the page.
ELSEWHERE = ("amend", "finish_task")
BATCHED = ("claim", "assign", "release", "comment", "urge", "supervise")


@dataclass(frozen=True, slots=True)
class ActForm:
    """An act and what it asks; `page` names the address of an act that has a page of its own. `plain`: one press is enough;
    `tried`: it was sent and refused."""

    act: Act
    questions: tuple[Question, ...]
    page: str = ""
    tried: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing must be filled in."""
        return not self.questions


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that was refused: what was sent with it, why not, and the question that this is about (empty: the whole); `stale`:
    because somebody acted in between."""

    act: str
    sent: QueryDict
    why: str
    about: str
    stale: bool


def refused(made: CaseType, act_name: str, sent: QueryDict, error: CityhallError) -> Refused:
    """A refusal as its page tells it."""
    about = str(error.facts.get("field", ""))
    return Refused(act_name, sent, refusal_in_words(made, error), about, isinstance(error, StaleCase))


def forms_of(made: CaseType, found: CaseInfo) -> tuple[ActForm, ...]:
    """The forms of all acts open to the reader of `found`, the declared ones first, of those last what ends the case undone.
    What is in nobody's hands cannot be given back."""
    day = clock.today().isoformat()
    return tuple(
        ActForm(one, (*_asked(made, one, day, found), *_notes(one, found.inside)), _page(made, one))
        for one in (*sorted(found.acts, key=partial(_undone, made)), *found.extras)
        if one.id not in ELSEWHERE and (one.id != "release" or found.holder)
    )


def _asked(made: CaseType, act: Act, day: str, found: CaseInfo) -> tuple[Question, ...]:
    asked = asked_to_act(made, act, day, found.fields, found.closed)
    return asked_of_colleagues(asked, found.agency) if act.id == "assign" else asked


def tried_again(forms: tuple[ActForm, ...], no: Refused) -> tuple[ActForm, ...]:
    """The forms with what was sent in the one that was refused, its reason beside the question it is about."""
    return tuple(
        replace(one, tried=True, questions=as_sent(one.questions, no)) if one.act.id == no.act else one
        for one in forms
    )


def as_sent(questions: tuple[Question, ...], no: Refused) -> tuple[Question, ...]:
    """Questions with the answers that were sent; files stay with who sent them, as no page can hand them back. Where somebody was
    faster, each says what stands there now, so that it is not overwritten unseen."""
    return tuple(
        replace(one, value=sent, problem=_wrong(one, sent, no))
        for one, sent in ((one, no.sent.get(one.id, "")[:LONGEST]) for one in questions)
    )


def _wrong(one: Question, sent: str, no: Refused) -> str:
    if no.stale and one.value not in ("", sent):
        title = dict(one.options).get(one.value)
        return say("case.stands", value=pick(title) if title else one.value)
    return no.why if one.id == no.about else ""


def _undone(made: CaseType, one: Act) -> bool:
    """Whether an act ends a case without its being settled."""
    return one.target >= 0 and made.states[one.target].end not in ("", "settled")


def acts_on_many(made: CaseType, state: str) -> tuple[Act, ...]:
    """What can be done with many cases of one state at once: the declared acts, and taking and passing on; last what ends them
    undone. Acts that take files, or have a page of their own, are done one by one."""
    number = made.state_numbers.get(state, -1)
    return tuple(
        one
        for one in sorted(made.acts, key=partial(_undone, made))
        if number in one.sources
        and (not one.built_in or one.id in BATCHED)
        and not (one.opens or _page(made, one))
    )


def _page(made: CaseType, one: Act) -> str:
    """Answers are looked for, and public replies are read before they go out."""
    if made.extras.get("knowledge", {}).get("act") == one.id:
        return "case-answer"
    return "case-reply" if made.extras.get("public_reply", {}).get("answer") in one.needs else ""


def _notes(one: Act, inside: bool) -> tuple[Question, ...]:
    """Those who work on a case may add words to whatever they do."""
    if not inside or one.id in ("claim", "release", "attach", "merge", "assign"):
        return ()
    if one.id == "comment":
        return (own_question("note"),)
    return (own_question("note"), own_question("public_note"))
