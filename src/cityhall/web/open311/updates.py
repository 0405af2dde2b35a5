"""The updates extension: what happened to service requests lately, and words that a reporter or an official adds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest

from cityhall.cases.actions import act
from cityhall.cases.errors import CaseUnknown
from cityhall.cases.queries import Happened, happenings
from cityhall.kernel.actor import ANONYMOUS
from cityhall.web.open311.answering import Told, answered, sender
from cityhall.web.open311.catalogue import offered
from cityhall.web.open311.errors import ArgumentMissing, RequestUnknown
from cityhall.web.open311.parameters import page_of, period, several, text
from cityhall.web.open311.reading import moment
from cityhall.web.words import pick

MOST: Final = 200
DAY: Final = timedelta(days=1)


@answered("GET", "POST")
def update_list(request: HttpRequest) -> Told:
    """GET Service Request Updates (the last day, when no dates are said), and POST Service Request Update."""
    return _post(request) if request.method == "POST" else _list(request)


def _list(request: HttpRequest) -> Told:
    names = {one.made.name for one in offered(request.GET.get("jurisdiction_id", ""))}
    first, last = period(request.GET, DAY)
    skip, limit = page_of(request.GET, MOST)
    numbers = several(request.GET, "service_request_id")[:MOST]
    found = happenings(names, first, last, numbers=numbers, skip=skip, limit=limit)
    return Told("service_request_updates", [_entry(one) for one in found])


def _entry(one: Happened) -> dict[str, Any]:
    return {
        "update_id": f"{one.number}-{one.seq}",
        "service_request_id": one.number,
        "status": "open" if one.open else "closed",
        "updated_datetime": moment(one.at),
        "description": f"{pick(one.title)}: {one.said}" if one.said else pick(one.title),
        "media_url": None,
    }


def _post(request: HttpRequest) -> Told:
    """Words for a case, by its reporter (`token` is the code of the receipt) or an official's key."""
    sent = request.POST
    number, words = text(sent, "service_request_id", 80), text(sent, "description", 4000)
    for name, value in (("service_request_id", number), ("description", words)):
        if not value:
            raise ArgumentMissing(name=name)
    code = text(sent, "token", 80)
    try:
        seen = act(
            ANONYMOUS if code else sender(request), number, "comment", {"public_note": words}, code=code
        )
    except CaseUnknown:
        raise RequestUnknown(name=number) from None
    return Told("service_request_updates", [{"update_id": f"{number}-{seen}"}], 201)
