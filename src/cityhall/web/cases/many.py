"""The same act on many cases: chosen in the list, asked once what it needs, done one by one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cityhall.cases.actions import act_on_many
from cityhall.cases.errors import ActUnknown
from cityhall.cases.queries import Act, case_type
from cityhall.kernel import clock
from cityhall.web.cases.questions import Question, answered, asked_to_act
from cityhall.web.cases.working import PAGE, inside, worker
from cityhall.web.people.entry import field
from cityhall.web.rendering import show
from cityhall.web.words import language, say


@dataclass(frozen=True, slots=True)
class ManyPage:
    """What an act asks before it is done on these cases."""

    act: Act
    numbers: tuple[str, ...]
    questions: tuple[Question, ...]
    back: str


@require_POST
def act_on_chosen(request: HttpRequest) -> HttpResponse:
    """Do an act on the cases chosen in the list; one that asks something is asked first. Those that refuse are named with their
    reason."""
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
    questions = asked_to_act(made, chosen, clock.now().date().isoformat(), {}, found.closed)
    if questions and "asked" not in request.POST:
        return show(request, "cases/many.html", ManyPage(chosen, tuple(numbers), questions, back))
    data = answered(made, [one.id for one in questions], request)
    outcomes = act_on_many(actor, numbers, chosen.id, data)
    good = sum(one.error is None for one in outcomes)
    messages.success(request, say("case.many_done", n=good, total=len(outcomes)))
    for one in outcomes:
        if one.error is not None:
            messages.warning(request, f"{one.number}: {one.error.say(language())}")
    return HttpResponseRedirect(back)
