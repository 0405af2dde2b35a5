"""Pages are made from one frozen dataclass each, under the name `page`; nothing else of a view reaches its
template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cityhall.identity.queries import can, scopes
from cityhall.kernel.actor import Actor
from cityhall.messaging.queries import News, unread_count, urgent_news
from cityhall.web.visitor import actor_for
from cityhall.web.words import settled

WORK = ("cases.work", "cases.dispatch", "cases.accept", "cases.inspect", "cases.supervise")
"""Rights of those who have an inbox of cases."""

URGENT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Frame:
    """What the layout around every page needs to know about who looks at it."""

    actor: Actor
    signed_in: bool
    steward: bool
    operator: bool
    worker: bool
    inspector: bool
    unread: int
    demo: bool
    sign_up: bool
    urgent: tuple[News, ...]
    place: str


def frame_of(request: HttpRequest) -> Frame:
    """The frame for a request."""
    actor = actor_for(request)
    signed_in = actor.kind == "person"
    return Frame(
        actor=actor,
        signed_in=signed_in,
        steward=bool(scopes(actor, "collection.run")),
        operator=can(actor, "identity.manage"),
        worker=any(scopes(actor, right) for right in WORK),
        inspector=bool(scopes(actor, "cases.inspect")),
        unread=unread_count(actor.id) if signed_in else 0,
        demo=bool(getattr(settings, "CITYHALL_DEMO", False)),
        sign_up=settings.CITYHALL_SIGN_UP == "open",
        urgent=_urgent(),
        place=request.path,
    )


def _urgent() -> tuple[News, ...]:
    """The news that stand on every page, asked for at most twice a minute."""
    found: tuple[News, ...] | None = caches["near"].get("urgent-news")
    if found is None:
        found = urgent_news()
        caches["near"].set("urgent-news", found, URGENT_SECONDS)
    return found


def frame_context(request: HttpRequest) -> dict[str, Frame]:
    """A context processor: every template has `frame`, those of the sign-in package too."""
    return {"frame": frame_of(request)}


def show(request: HttpRequest, template: str, page: Any, status: int = 200) -> HttpResponse:
    """The page as an answer."""
    with settled():
        content = render_to_string(template, {"page": page}, request)
    return HttpResponse(content, status=status)
