"""Under a dataset: comments, uses, favourites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from cityhall.catalog.queries import Dataset
from cityhall.identity.queries import AgencyInfo, agency, can
from cityhall.kernel.actor import Actor
from cityhall.opening.actions import (
    comment,
    decide_comment,
    decide_reuse,
    report_comment,
    set_favourite,
    show_reuse,
    withdraw_comment,
    withdraw_reuse,
)
from cityhall.opening.queries import Talk, talk
from cityhall.web.errors import AddressUnknown
from cityhall.web.people.entry import back, done, field, known_dataset, signed_in
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkPage:
    """Everything said about a dataset; `may_write` for signed-in people, `reply_to` the comment that is answered."""

    dataset: Dataset
    agency: AgencyInfo
    talk: Talk
    may_write: bool
    reviewed: bool
    reply_to: str


@require_safe
def talk_page(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """All comments and uses of a dataset, and the forms to add to them."""
    actor = actor_for(request)
    found = known_dataset(actor, dataset_id)
    seen = talk(actor, found.id)
    asked = request.GET.get("reply", "")
    page = TalkPage(
        dataset=found,
        agency=agency(found.agency_id),
        talk=seen,
        may_write=actor.kind == "person" and found.state == "published",
        reviewed=waits_for_release(actor, found),
        reply_to=asked if asked in {one.id for one in seen.comments} else "",
    )
    return show(request, "people/talk.html", page)


def waits_for_release(actor: Actor, found: Dataset) -> bool:
    """Whether what the actor writes waits for the agency."""
    return settings.CITYHALL_COMMENTS != "at_once" and not can(actor, "opening.moderate", found.agency_id)


@require_POST
def comment_new(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Write a comment or a reply."""
    actor = signed_in(request)
    found = known_dataset(actor, dataset_id)
    comment(actor, found.id, field(request, "text"), reply_to=field(request, "reply_to"))
    told = say("talk.sent_waits") if waits_for_release(actor, found) else say("talk.sent")
    return done(request, told, "dataset-talk", found.id)


@require_POST
def reuse_new(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Show where the dataset is used."""
    actor = signed_in(request)
    found = known_dataset(actor, dataset_id)
    show_reuse(
        actor, found.id, field(request, "title"), field(request, "address"), field(request, "description")
    )
    return done(request, say("talk.reuse_sent"), "dataset-talk", found.id, anchor="#uses")


@require_POST
def favourite(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """Remember the dataset, or forget it."""
    actor = signed_in(request)
    wanted = field(request, "wanted") != "no"
    set_favourite(actor, dataset_id, wanted)
    return back(request, say("talk.favourite_on") if wanted else say("talk.favourite_off"))


Verb = Callable[[Actor, str, HttpRequest], None]
COMMENT_VERBS: dict[str, tuple[Verb, str]] = {
    "withdraw": (lambda actor, key, _: withdraw_comment(actor, key), "withdrawn"),
    "report": (lambda actor, key, request: report_comment(actor, key, field(request, "why")), "reported"),
    "show": (lambda actor, key, _: decide_comment(actor, key, True), "shown"),
    "hide": (lambda actor, key, request: decide_comment(actor, key, False, field(request, "why")), "hidden"),
}
REUSE_VERBS: dict[str, tuple[Verb, str]] = {
    "withdraw": (lambda actor, key, _: withdraw_reuse(actor, key), "withdrawn"),
    "show": (lambda actor, key, _: decide_reuse(actor, key, True), "shown"),
    "hide": (lambda actor, key, request: decide_reuse(actor, key, False, field(request, "why")), "hidden"),
}


@require_POST
def comment_verb(request: HttpRequest, comment_id: str, verb: str) -> HttpResponse:
    """Withdraw, report, release or hide a comment."""
    return _do(request, COMMENT_VERBS, verb, comment_id)


@require_POST
def reuse_verb(request: HttpRequest, reuse_id: str, verb: str) -> HttpResponse:
    """Withdraw, release or hide a use."""
    return _do(request, REUSE_VERBS, verb, reuse_id)


def _do(request: HttpRequest, verbs: dict[str, tuple[Verb, str]], verb: str, key: str) -> HttpResponse:
    if verb not in verbs:
        raise AddressUnknown()
    act, word = verbs[verb]
    act(signed_in(request), key, request)
    return back(request, say(f"talk_done.{word}"))
