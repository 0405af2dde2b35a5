"""The monthly bulletin as a file."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.cases.errors import MonthRefused
from cityhall.cases.queries import bulletin, last_day
from cityhall.identity.queries import scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.web.cases.asked import month_of
from cityhall.web.errors import AddressUnknown
from cityhall.web.rendering import WORK
from cityhall.web.visitor import actor_for
from cityhall.web.words import language

KINDS = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@require_safe
def bulletin_file(request: HttpRequest, type_name: str, form: str) -> HttpResponse:
    """The bulletin of a month (`month=2026-10`; the last full one, unless said otherwise) in the reader's language."""
    if form not in KINDS:
        raise AddressUnknown()
    month = month_of(request.GET.get("month", ""))
    return bulletin_answer(actor_for(request), type_name, month, form, language())


def bulletin_answer(actor: Actor, type_name: str, month: date, form: str, in_language: str) -> HttpResponse:
    """A bulletin as an answer; the running month's is for those who work on cases. Raises TypeUnknown, MonthRefused."""
    if last_day(month) >= clock.today() and not any(scopes(actor, right) for right in WORK):
        raise MonthRefused(month=f"{month:%Y-%m}")
    made = bulletin(
        type_name,
        month,
        language=in_language,
        form="csv" if form == "csv" else "pdf",
        synthetic=bool(getattr(settings, "CITYHALL_DEMO", False)),
    )
    answer = HttpResponse(made, content_type=KINDS[form])
    shown = "inline" if form == "pdf" else "attachment"
    answer.headers["Content-Disposition"] = f'{shown}; filename="{type_name}-{month:%Y-%m}.{form}"'
    return answer
