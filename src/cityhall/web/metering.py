"""How often somebody may ask, told in the headers of every answer to a program; and what is counted of use.

A caller is a key, a signed-in person, or an address; of an address only a code is kept, which means another
address tomorrow. Programs of other sites may read what is public (CORS, without cookies).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.errors import CityhallError
from cityhall.opening.actions import admit, charge, count_key, count_use
from cityhall.opening.errors import QuotaSpent
from cityhall.opening.queries import Admission, limits_of
from cityhall.web.ckan.calls import key_holder
from cityhall.web.error_pages import answer
from cityhall.web.visitor import actor_for_program

Kind = Literal["page", "call", "heavy"]
Next = Callable[[HttpRequest], HttpResponse]
_FREE: Final = re.compile(r"/(healthz$|static/|files/|robots\.txt$)")
_CALLS: Final = re.compile(r"/(api/.|ogc/|open311/|catalogue\.|sitemap|datasets/[^/]+/(dcat\.|datapackage))")
_HEAVY: Final = re.compile(
    r"/(api/v1/datasets/[^/]+/exports|datasets/[^/]+/(files|download)/|dataset/.+/download)"
    r"|/(cases/figures/[^/]+/bulletin\.|api/v1/case-types/[^/]+/bulletins/)"
    r"|/(api/v1/datasets/[^/]+/diff$|datasets/[^/]+/diff/)"
    r"|/(inventory/[^/]+\.csv|requests/decisions\.)"
)
_ROBOT: Final = re.compile(r"bot|crawl|spider|slurp|curl|wget|python|monitor|headless", re.IGNORECASE)
_FOR_OTHER_SITES: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, X-CKAN-API-Key",
    "Access-Control-Max-Age": "86400",
}
_WITH_PORT: Final = re.compile(r"^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$")
_SLOT: Final = "_cityhall_use"
PATIENCE: Final = 2.0
"""Seconds that one call may take; beyond, it counts as so many more a second. Who lets us work without end soon waits."""
CALLS_A_SECOND: Final = 20
_QUESTION: Final = 2**20


def used(request: HttpRequest, dataset_id: str, kind: str) -> None:
    """Note that an answer shows a dataset's page (`visit`) or its rows (`call`); counted when it succeeds."""
    setattr(request, _SLOT, (dataset_id, kind))


class Metering:
    """Admits or refuses, tells what is left, and counts."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on what is admitted."""
        if _FREE.match(request.path):
            return self.get_response(request)
        request.META["REMOTE_ADDR"] = client_address(
            request
        )  # for all who limit by address: one truth behind a proxy
        kind = _kind_of(request.path)
        if kind == "call" and request.method == "OPTIONS" and "Origin" in request.headers:
            return HttpResponse(status=204, headers=_FOR_OTHER_SITES | _PREFLIGHT)
        actor = _actor(request) if kind != "page" else ANONYMOUS
        limits = limits_of(settings.CITYHALL_LIMITS, actor.kind in ("key", "person"), kind)
        admission = admit(holder_of(request, actor), limits)
        refused = admission is not None and not admission.admitted
        began = time.monotonic()
        response = _refuse(request, admission) if refused and admission else self.get_response(request)
        if kind == "call" and (worth := _worth(request, time.monotonic() - began)):
            charge(holder_of(request, actor), limits, worth)
        _count(request, response, actor, refused)
        if kind != "page":
            _tell(response, admission)
        return response


def _worth(request: HttpRequest, seconds: float) -> int:
    """How many more calls an answer was worth that took long to find. What was sent with it may have been long on its way."""
    asked_only = int(request.META.get("CONTENT_LENGTH") or 0) <= _QUESTION
    return int((seconds - PATIENCE) * CALLS_A_SECOND) if asked_only and seconds > PATIENCE else 0


def _kind_of(path: str) -> Kind:
    return "heavy" if _HEAVY.match(path) else "call" if _CALLS.match(path) else "page"


def holder_of(request: HttpRequest, actor: Actor) -> str:
    """Who a limit belongs to."""
    return f"{actor.kind}:{actor.id}" if actor.kind in ("key", "person") else _code_of(request)


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: the peer, or what trusted proxies (CITYHALL_TRUSTED_PROXIES) say of it, the last one
    that is not itself trusted.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    while passed and _trusted(peer):
        peer = passed.pop()
    return str(_read(peer) or peer)


def client_network(request: HttpRequest) -> str:
    """The client's address; of IPv6 the network of 64 bits, for it belongs to one holder. Empty when it is none."""
    found = _read(client_address(request))
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found), 64), strict=False))
    return str(found or "")


def _read(written: str) -> IPv4Address | IPv6Address | None:
    """An address as servers and proxies write it, with or without a port; one of IPv4 within IPv6 (`::ffff:…`, what a
    server sees that listens on both) is that of IPv4, else all of IPv4 would be one network. None when it is none.
    """
    bare = _WITH_PORT.sub(r"\1\2", written)
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _code_of(request: HttpRequest) -> str:
    """A code of where somebody asks from, for today."""
    if not (place := client_network(request)):
        return "nowhere"
    secret = f"{settings.SECRET_KEY}{clock.today()}".encode()
    return "from:" + hmac.new(secret, place.encode(), hashlib.sha256).hexdigest()[:24]


def _trusted(address: str) -> bool:
    found = _read(address)
    return bool(found) and any(found in network for network in _networks(settings.CITYHALL_TRUSTED_PROXIES))


@cache
def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def _actor(request: HttpRequest) -> Actor:
    """Who calls; what is wrong with a key the view will say, and until then it is nobody's."""
    try:
        return key_holder(request) or actor_for_program(request)
    except CityhallError:
        return ANONYMOUS


def _refuse(request: HttpRequest, admission: Admission) -> HttpResponse:
    seconds = max(1, round((admission.resets - clock.now()).total_seconds()))
    response = answer(request, QuotaSpent(limit=admission.limit, seconds=seconds))
    response["Retry-After"] = str(seconds)
    return response


def _count(request: HttpRequest, response: HttpResponse, actor: Actor, refused: bool) -> None:
    if actor.kind == "key":
        count_key(actor.id, "refused" if refused else "call")
        if response.status_code >= 400 and not refused:
            count_key(actor.id, "error")
    noted = getattr(request, _SLOT, None)
    if noted and response.status_code < 400:
        dataset_id, kind = noted
        if kind != "visit" or not _ROBOT.search(request.headers.get("User-Agent", "bot")):
            count_use(dataset_id, kind)


def _tell(response: HttpResponse, admission: Admission | None) -> None:
    for name, value in _FOR_OTHER_SITES.items():
        response.setdefault(name, value)
    if admission:
        response["X-RateLimit-Limit"] = str(admission.limit)
        response["X-RateLimit-Remaining"] = str(admission.remaining)
        response["X-RateLimit-Reset"] = str(int(admission.resets.timestamp()))
