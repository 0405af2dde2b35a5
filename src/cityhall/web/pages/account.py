"""My keys and my notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.identity.actions import create_key, revoke_key
from cityhall.identity.queries import KeyInfo, keys_of, right_titles, scopes
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.messaging.actions import mark_read, open_notice
from cityhall.messaging.queries import Gathered, gathered
from cityhall.web.people.entry import signed_in
from cityhall.web.rendering import show
from cityhall.web.words import say

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysPage:
    """My keys, and which have expired; `new_key` is a token shown this once; `rights` are those a key may be narrowed to,
    in the order of the table; `titles` say what each right is.
    """

    keys: tuple[KeyInfo, ...]
    expired: frozenset[str]
    new_key: str
    may_make_keys: bool
    rights: tuple[str, ...]
    titles: Mapping[str, Text]


def _keys_page(request: HttpRequest, actor: Actor, new_key: str = "") -> HttpResponse:
    found = keys_of(actor.id)
    page = KeysPage(
        keys=found,
        expired=frozenset(key.id for key in found if key.expires <= clock.now()),
        new_key=new_key,
        may_make_keys=bool(scopes(actor, "identity.own_keys")),
        rights=tuple(right for right in right_titles() if scopes(actor, right)),
        titles=right_titles(),
    )
    return show(request, "pages/keys.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """My keys; POST makes one, for who has just given the password, and shows its token this once."""
    actor = signed_in(request)
    answer: HttpResponse = _make_key(request) if request.method == "POST" else _keys_page(request, actor)
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]
def _make_key(request: HttpRequest) -> HttpResponse:
    """Make a key. The password is asked for again: a key outlives the session that it is made in."""
    actor = signed_in(request)
    days = request.POST.get("days", "")
    name = request.POST.get("name", "").strip()[:LONGEST_NAME] or "API"
    _, token = create_key(
        actor,
        name,
        int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
        rights=request.POST.getlist("rights") if request.POST.get("narrow") else None,
    )
    return _keys_page(request, actor, token)


@require_POST
def key_revoke(request: HttpRequest, key_id: str) -> HttpResponse:
    """End a key."""
    revoke_key(signed_in(request), key_id)
    messages.success(request, say("keys.revoked_now"))
    return HttpResponseRedirect(reverse("keys"))


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """My notices, those of one kind and day together, the newest first."""

    lines: tuple[Gathered, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def notices_page(request: HttpRequest) -> HttpResponse:
    """My notices; POST marks all as read."""
    actor = signed_in(request)
    if request.method == "POST":
        mark_read(actor)
        return HttpResponseRedirect(reverse("notices"))
    return show(request, "pages/notices.html", NoticesPage(gathered(actor.id)))


@require_safe
def notice(request: HttpRequest, notice_id: str) -> HttpResponse:
    """On to what a notice is about; it, and those that lie with it, are read."""
    return HttpResponseRedirect(open_notice(signed_in(request), notice_id) or reverse("notices"))
