"""The agency's desk of words: what waits to be released or answered."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.identity.queries import scopes
from cityhall.kernel.text import Text
from cityhall.opening.queries import Waiting, waiting
from cityhall.web.errors import PageForbidden
from cityhall.web.people.entry import signed_in, titles_of
from cityhall.web.rendering import show


@dataclass(frozen=True, slots=True)
class TalkDeskPage:
    """What waits, and the titles of the datasets it is about."""

    waiting: Waiting
    titles: dict[str, Text]


@require_safe
def talk_desk(request: HttpRequest) -> HttpResponse:
    """Requests by their last day, comments to release, uses to release."""
    actor = signed_in(request)
    own = scopes(actor, "opening.moderate")
    if not own:
        raise PageForbidden()
    found = waiting(actor, None if "" in own else own)
    about = {one.dataset_id for group in (found.requests, found.comments, found.reuses) for one in group}
    return show(request, "people/talk_desk.html", TalkDeskPage(found, titles_of(about)))
