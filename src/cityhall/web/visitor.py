"""Who is asking: the actor behind a request, found once, from an API key or from the session."""

from __future__ import annotations

from django.http import HttpRequest

from cityhall.identity.queries import actor_for_key, actor_of
from cityhall.kernel.actor import ANONYMOUS, Actor

_SLOT = "_cityhall_actor"


def actor_for(request: HttpRequest) -> Actor:
    """The actor of a page: the signed-in person, or nobody in particular."""
    known: Actor | None = getattr(request, _SLOT, None)
    if known is None:
        known = actor_of(getattr(request, "user", None))
        setattr(request, _SLOT, known)
    return known


def actor_for_program(request: HttpRequest) -> Actor:
    """The actor of an API call: by `Authorization: Bearer <key>` when sent, else by session.

    A key that is sent must be good; it never falls back to anonymous. Errors: `KeyRefused`.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return actor_for_key(token.strip() if scheme.lower() == "bearer" else "")
    return actor_for(request) if request.COOKIES else ANONYMOUS
