"""Saved searches: keep one, change how one hears of it, end its mails by the link in them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.messaging.actions import set_channel, subscribe, unsubscribe, unsubscribe_by
from cityhall.messaging.errors import SubscriptionUnknown
from cityhall.messaging.queries import SubscriptionInfo, subscription_of, subscriptions
from cityhall.opening.queries import kept_query
from cityhall.web.people.entry import done, field, signed_in
from cityhall.web.rendering import show
from cityhall.web.words import say


@require_POST
def search_keep(request: HttpRequest) -> HttpResponse:
    """Keep the search whose parameters the form carries."""
    actor = signed_in(request)
    query = kept_query({name: str(value) for name, value in request.POST.items()})
    name = field(request, "name") or " · ".join(query.values()) or say("search.everything")
    subscribe(actor, name, query, field(request, "channel") or "page")
    return done(request, say("search.kept"), "account", anchor="#searches")


@require_safe
def search_go(request: HttpRequest, subscription_id: str) -> HttpResponse:
    """To the search page with a kept search."""
    actor = signed_in(request)
    found = next((one for one in subscriptions(actor.id) if one.id == subscription_id), None)
    if found is None:
        raise SubscriptionUnknown()
    return HttpResponseRedirect(f"{reverse('datasets')}?{urlencode(found.query)}")


@require_POST
def search_change(request: HttpRequest, subscription_id: str) -> HttpResponse:
    """Change how one hears of a search, or forget it."""
    actor = signed_in(request)
    if field(request, "channel"):
        set_channel(actor, subscription_id, field(request, "channel"))
    else:
        unsubscribe(actor, subscription_id)
    return done(request, say("search.changed"), "account", anchor="#searches")


@dataclass(frozen=True, slots=True)
class UnsubscribePage:
    """The search a link in a mail stands for; `ended` once its mails are ended."""

    search: SubscriptionInfo
    token: str
    ended: bool


@csrf_exempt  # the link itself is signed; mail programs send it by one click (RFC 8058) and know no form token
@require_http_methods(["GET", "HEAD", "POST"])
def mails_end(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of one search, without signing in."""
    found = subscription_of(token)
    if request.method == "POST":
        unsubscribe_by(token)
    return show(request, "people/unsubscribe.html", UnsubscribePage(found, token, request.method == "POST"))
