"""Who is asking: the actor behind a request, found once, from an API key or from the session."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from ninja.utils import check_csrf

from cityhall.identity.queries import actor_for_key, actor_of, scopes
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.web.errors import FormExpired, PageForbidden

_SLOT = "_cityhall_actor"
_PROGRAM = "_cityhall_program"


def actor_for(request: HttpRequest) -> Actor:
    """The actor of a page: the signed-in person, or nobody in particular."""
    known: Actor | None = getattr(request, _SLOT, None)
    if known is None:
        known = actor_of(getattr(request, "user", None))
        setattr(request, _SLOT, known)
    return known


def who_may(request: HttpRequest, rights: Iterable[str]) -> Actor:
    """The actor of a page for those who hold one of the rights somewhere. Errors: `PageForbidden`."""
    actor = actor_for(request)
    if not any(scopes(actor, right) for right in rights):
        raise PageForbidden()
    return actor


def actor_for_program(request: HttpRequest) -> Actor:
    """The actor of an API call: by `Authorization: Bearer <key>` when sent, else by session.

    A key that is sent must be good; it never falls back to anonymous. A session that changes something must send the
    token of its forms, so that no foreign page can act with it. Errors: `KeyRefused`, `FormExpired`.
    """
    known: Actor | None = getattr(request, _PROGRAM, None)
    if known is None:
        known = _program(request)
        setattr(request, _PROGRAM, known)
    return known


def _program(request: HttpRequest) -> Actor:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return actor_for_key(token.strip() if scheme.lower() == "bearer" else "")
    if not request.COOKIES:
        return ANONYMOUS
    if request.method not in ("GET", "HEAD", "OPTIONS") and check_csrf(request) is not None:
        raise FormExpired()
    return actor_for(request)
