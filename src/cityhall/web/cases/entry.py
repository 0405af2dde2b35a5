"""Who stands before a case: an account, or somebody who knows a number and its code."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest

from cityhall.cases.errors import CaseUnknown
from cityhall.cases.queries import CaseInfo, case, public_case
from cityhall.kernel.actor import Actor
from cityhall.web.metering import client_network
from cityhall.web.visitor import actor_for

_SLOT = "case_codes"
_KEPT = 50


def known_code(request: HttpRequest, number: str) -> str:
    """The code that this browser has shown for the case; empty for none."""
    codes: dict[str, str] = request.session.get(_SLOT, {}) if request.COOKIES else {}
    return codes.get(number, "")


def remember_code(request: HttpRequest, number: str, code: str) -> None:
    """Keep the code for this browser's session, so that no address ever carries it."""
    codes = dict(request.session.get(_SLOT, {}))
    codes.pop(number, None)
    codes[number] = code
    request.session[_SLOT] = dict(list(codes.items())[-_KEPT:])


def seen_case(request: HttpRequest, number: str) -> tuple[Actor, CaseInfo]:
    """The case as this visitor may see it: as an official, its reporter, or anybody. Errors: `CaseUnknown`."""
    actor = actor_for(request)
    try:
        return actor, case(actor, number, known_code(request, number))
    except CaseUnknown:
        return actor, public_case(number)


def origin_of(request: HttpRequest) -> str:
    """Where a report comes from, as a digest that only serves to count: addresses are not kept."""
    return sha256(f"{settings.SECRET_KEY}|{client_network(request)}".encode()).hexdigest()[:32]
