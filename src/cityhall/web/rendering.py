"""Pages are made from one frozen dataclass each, under the name `page`; nothing else of a view reaches its
template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from cityhall.identity.queries import can, scopes
from cityhall.kernel.actor import Actor
from cityhall.messaging.queries import unread_count
from cityhall.web.visitor import actor_for

WORK = ("cases.work", "cases.dispatch", "cases.accept", "cases.inspect", "cases.supervise")
"""Rights of those who have an inbox of cases."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the layout around every page needs to know about who looks at it."""

    actor: Actor
    signed_in: bool
    steward: bool
    operator: bool
    worker: bool
    unread: int
    demo: bool
    sign_up: bool
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
        unread=unread_count(actor.id) if signed_in else 0,
        demo=bool(getattr(settings, "CITYHALL_DEMO", False)),
        sign_up=settings.CITYHALL_SIGN_UP == "open",
        place=request.path,
    )


def frame_context(request: HttpRequest) -> dict[str, Frame]:
    """A context processor: every template has `frame`, those of the sign-in package too."""
    return {"frame": frame_of(request)}


def show(request: HttpRequest, template: str, page: Any, status: int = 200) -> HttpResponse:
    """The page as an answer."""
    content = render_to_string(template, {"page": page}, request)
    return HttpResponse(content, status=status)
