"""The same act on many cases: chosen in the list, asked once what it needs, done one by one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cityhall.cases.actions import act_on_many
from cityhall.cases.errors import ActUnknown
from cityhall.cases.queries import Act, CaseInfo, CaseType, case_type
from cityhall.kernel import clock
from cityhall.web.cases.acts import as_sent, refused
from cityhall.web.cases.colleagues import asked_of_colleagues
from cityhall.web.cases.questions import Question, answered, asked_to_act, refusal_in_words
from cityhall.web.cases.working import PAGE, inside, worker
from cityhall.web.people.entry import field
from cityhall.web.rendering import show
from cityhall.web.words import language, say


@dataclass(frozen=True, slots=True)
class ManyPage:
    """What an act asks before it is done on these cases; `problems` say of which it was refused, and why."""

    act: Act
    numbers: tuple[str, ...]
    questions: tuple[Question, ...]
    back: str
    problems: tuple[tuple[str, str], ...] = ()


@require_POST
def act_on_chosen(request: HttpRequest) -> HttpResponse:
    """Do an act on the cases chosen in the list; one that asks something is asked first. Those that refuse are named with their
    reason, and what was written stays for them."""
    actor = worker(request)
    numbers, back = request.POST.getlist("number")[:PAGE], field(request, "back")
    back = back if back.startswith(reverse("cases")) else reverse("cases")
    if not numbers:
        messages.warning(request, say("case.none_chosen"))
        return HttpResponseRedirect(back)
    found = inside(actor, numbers[0])
    made = case_type(found.type, found.version)
    chosen = made.act(field(request, "act"))
    if chosen is None:
        raise ActUnknown(act=field(request, "act"))
    questions = _asked(made, chosen, found)
    if questions and "asked" not in request.POST:
        return show(request, "cases/many.html", ManyPage(chosen, tuple(numbers), questions, back))
    data = answered(made, [one.id for one in questions], request)
    outcomes = act_on_many(actor, numbers, chosen.id, data)
    good = sum(one.error is None for one in outcomes)
    if good:
        messages.success(request, say("case.many_done", n=good, total=len(outcomes)))
    bad = [(one.number, one.error) for one in outcomes if one.error is not None]
    if questions and bad:
        no = refused(made, chosen.id, request.POST, bad[0][1])
        problems = tuple((number, refusal_in_words(made, error)) for number, error in bad)
        page = ManyPage(chosen, tuple(number for number, _ in bad), as_sent(questions, no), back, problems)
        return show(request, "cases/many.html", page, status=bad[0][1].status)
    for number, error in bad:
        messages.warning(request, f"{number}: {error.say(language())}")
    return HttpResponseRedirect(back)


def _asked(made: CaseType, chosen: Act, found: CaseInfo) -> tuple[Question, ...]:
    """What is asked once for all of them."""
    asked = asked_to_act(made, chosen, clock.today().isoformat(), {}, found.closed)
    return asked_of_colleagues(asked, found.agency) if chosen.id == "assign" else asked
