"""The acts that are open to somebody, each as a small form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from cityhall.cases.queries import Act, CaseInfo, CaseType
from cityhall.kernel import clock
from cityhall.web.cases.questions import Question, asked_to_act, own_question

# The engine's own acts that a form of fields cannot do: they have places of their own on the page.
ELSEWHERE = ("amend", "finish_task")
BATCHED = ("claim", "assign", "release", "comment", "urge", "supervise")


@dataclass(frozen=True, slots=True)
class ActForm:
    """An act and what it asks; `page` names the address of an act that has a page of its own. `plain`: one press is enough."""

    act: Act
    questions: tuple[Question, ...]
    page: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing must be filled in."""
        return not self.questions


def forms_of(made: CaseType, found: CaseInfo) -> tuple[ActForm, ...]:
    """The forms of all acts open to the reader of `found`, the declared ones first, of those last what ends the case undone."""
    day = clock.now().date().isoformat()
    return tuple(
        ActForm(
            one,
            (*asked_to_act(made, one, day, found.fields, found.closed), *_notes(one, found.inside)),
            _page(made, one),
        )
        for one in (*sorted(found.acts, key=partial(_undone, made)), *found.extras)
        if one.id not in ELSEWHERE
    )


def _undone(made: CaseType, one: Act) -> bool:
    """Whether an act ends a case without its being settled."""
    return one.target >= 0 and made.states[one.target].end not in ("", "settled")


def acts_on_many(made: CaseType, state: str) -> tuple[Act, ...]:
    """What can be done with many cases of one state at once: the declared acts, and taking and passing on. Acts that take files,
    or have a page of their own, are done one by one."""
    number = made.state_numbers.get(state, -1)
    return tuple(
        one
        for one in made.acts
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
