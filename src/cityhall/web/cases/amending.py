"""Putting right what stands in a case: its whole form with the present values; what was changed is one act."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from cityhall.cases.actions import act
from cityhall.cases.errors import RoleMissing
from cityhall.cases.queries import CaseInfo, CaseType, case_type
from cityhall.kernel import clock
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.web.cases.acts import Refused, as_sent, refused
from cityhall.web.cases.questions import Question, agency_choice, answered, asked_again, written
from cityhall.web.cases.working import inside, seen_of, worker
from cityhall.web.people.entry import done
from cityhall.web.rendering import show
from cityhall.web.words import say

FILES = ("file", "files")


@dataclass(frozen=True, slots=True)
class AmendPage:
    """The form, and what was wrong with a first try."""

    case: CaseInfo
    questions: tuple[Question, ...]
    problem: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def amend_page(request: HttpRequest, number: str) -> HttpResponse:
    """Correct the answers of a case. What is the same as before is not sent on."""
    actor = worker(request)
    found = inside(actor, number)
    made = case_type(found.type, found.version)
    if "amend" not in {one.id for one in found.extras}:
        raise RoleMissing(act=Text(en="Correct it", zh="更正信息"), roles="")
    no: Refused | None = None
    status = 200
    if request.method == "POST":
        try:
            changed = _changed(request, made, found)
            if not set(changed) - {"note"}:
                messages.info(request, say("case.nothing_changed"))
            else:
                act(actor, number, "amend", changed, seen=seen_of(request))
                return done(request, say("case.done"), "case", number)
        except CityhallError as error:
            no, status = refused(made, "amend", request.POST, error), error.status
    day = clock.today().isoformat()
    values = _present(found)
    questions = (
        *asked_again(made, _names(made, found.closed), day, values),
        *asked_again(made, ("note",), day, {}),
    )
    page = AmendPage(found, as_sent(questions, no) if no else questions, no.why if no else "")
    return show(request, "cases/amend.html", page, status=status)


def _names(made: CaseType, closed: Collection[str] = ()) -> tuple[str, ...]:
    """What can be put right, but for what others fill."""
    names = (*(name for name, field in made.fields.items() if field.type not in FILES), "agency")
    return tuple(name for name in names if name not in made.fixed and name not in closed)


def _present(found: CaseInfo) -> dict[str, Any]:
    """What stands there, the agency as the form's choice names it."""
    return {**found.fields, "agency": agency_choice(found.agency)}


def _changed(request: HttpRequest, made: CaseType, found: CaseInfo) -> dict[str, Any]:
    """What differs from what stands there. A point is compared as the form showed it, so that rounding changes nothing."""
    sent = answered(made, (*_names(made), "note"), request)
    now = _present(found)
    return {name: value for name, value in sent.items() if written(value) != written(now.get(name))}
