"""My account: roles, keys, notices."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.identity.actions import create_key, revoke_key
from cityhall.identity.queries import KeyInfo, PersonInfo, agency_names, keys_of, person, roles, scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.messaging.actions import mark_read
from cityhall.messaging.queries import NoticeInfo, notices
from cityhall.web.errors import PageForbidden
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import say

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The person, the roles as (title, agency name or None), keys; `new_key` is a token shown this once."""

    person: PersonInfo
    roles: tuple[tuple[Text, Text | None], ...]
    keys: tuple[KeyInfo, ...]
    expired: frozenset[str]
    new_key: str
    may_make_keys: bool


def signed_in(request: HttpRequest) -> Actor:
    """The signed-in person. Errors: `PageForbidden`, which leads anybody else to the sign-in."""
    actor = actor_for(request)
    if actor.kind != "person":
        raise PageForbidden()
    return actor


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the platform knows about my account."""
    return _account_page(request, signed_in(request))


def _account_page(request: HttpRequest, actor: Actor, new_key: str = "") -> HttpResponse:
    names, titles = agency_names(), roles()
    found = person(actor.id)
    keys = keys_of(actor.id)
    page = AccountPage(
        person=found,
        roles=tuple(
            (titles[role].title, names.get(scope)) for role, scope in sorted(found.roles) if role in titles
        ),
        keys=keys,
        expired=frozenset(key.id for key in keys if key.expires <= clock.now()),
        new_key=new_key,
        may_make_keys=bool(scopes(actor, "identity.own_keys")),
    )
    return show(request, "pages/account.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """My keys; POST makes one and shows its token this once."""
    actor = signed_in(request)
    if request.method != "POST":
        return _account_page(request, actor)
    days = request.POST.get("days", "")
    name = request.POST.get("name", "").strip()[:LONGEST_NAME] or "API"
    _, token = create_key(
        actor, name, int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    )
    return _account_page(request, actor, token)


@require_POST
def key_revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    """End a key."""
    revoke_key(signed_in(request), key_id)
    messages.success(request, say("keys.revoked_now"))
    return HttpResponseRedirect(reverse("keys"))


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """My notices, newest first."""

    notices: tuple[NoticeInfo, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def notices_page(request: HttpRequest) -> HttpResponse:
    """My notices; POST marks all as read."""
    actor = signed_in(request)
    if request.method == "POST":
        mark_read(actor)
        return HttpResponseRedirect(reverse("notices"))
    return show(request, "pages/notices.html", NoticesPage(notices(actor.id)))
