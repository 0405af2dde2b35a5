"""My page: what I follow, wrote and asked; what is known about me; leaving."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cityhall.cases.queries import case, own_check_ins
from cityhall.identity.actions import become_developer, change_profile
from cityhall.identity.queries import (
    SIGN_IN_DAYS,
    KeyInfo,
    PersonInfo,
    SignIn,
    agency_names,
    has_second_factor,
    keys_of,
    person,
    roles,
    sign_ins_of,
)
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.queries import EntryInfo, entries
from cityhall.messaging.queries import SubscriptionInfo, notices, subscriptions
from cityhall.opening.actions import leave
from cityhall.opening.queries import Mine, mine
from cityhall.web.errors import PasswordWrong
from cityhall.web.people.entry import done, field, signed_in, titles_of
from cityhall.web.rendering import show
from cityhall.web.words import say

ENTRIES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPage:
    """Everything of mine; `titles` of the datasets it is about, roles as (title, agency name or None)."""

    person: PersonInfo
    roles: tuple[tuple[Text, Text | None], ...]
    languages: tuple[tuple[str, str, bool], ...]
    second_factor: bool
    keys: tuple[KeyInfo, ...]
    mine: Mine
    titles: dict[str, Text]
    searches: tuple[SubscriptionInfo, ...]


@require_safe
def my_page(request: HttpRequest) -> HttpResponse:
    """My page."""
    actor = signed_in(request)
    names, known = agency_names(), roles()
    found, own = person(actor.id), mine(actor)
    about = {one.dataset_id for group in (own.comments, own.reuses, own.requests) for one in group}
    page = MyPage(
        person=found,
        roles=tuple(
            (known[role].title, names.get(scope)) for role, scope in sorted(found.roles) if role in known
        ),
        languages=tuple((code, words, code == found.language) for code, words in settings.LANGUAGES),
        second_factor=has_second_factor(actor.id),
        keys=tuple(key for key in keys_of(actor.id) if key.revoked is None),
        mine=own,
        titles=titles_of(about | set(own.favourites)),
        searches=subscriptions(actor.id),
    )
    return show(request, "people/mine.html", page)


@require_POST
def profile(request: HttpRequest) -> HttpResponse:
    """Change the name others see, and the language of letters."""
    change_profile(signed_in(request), field(request, "public_name"), field(request, "language"))
    return done(request, say("mine.saved"), "account")


@require_POST
def developer(request: HttpRequest) -> HttpResponse:
    """Become a developer: the role that makes keys."""
    become_developer(signed_in(request))
    return done(request, say("mine.developer_now"), "keys")


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What is known about me, beside what my page shows."""

    person: PersonInfo
    sign_ins: tuple[SignIn, ...]
    days: int
    entries: tuple[EntryInfo, ...]
    may_leave: bool


@require_safe
def known_about_me(request: HttpRequest) -> HttpResponse:
    """What is kept about me, where, and what stays when I leave."""
    actor = signed_in(request)
    found = person(actor.id)
    page = KnownPage(
        found,
        sign_ins_of(actor.id),
        SIGN_IN_DAYS,
        entries(actor=actor.id, limit=20),
        not (_offices(found) & roles().keys()),
    )
    return show(request, "people/known.html", page)


def _offices(found: PersonInfo) -> set[str]:
    return {role for role, _ in found.roles} - {"citizen", "developer"}


@require_safe
def my_data(request: HttpRequest) -> JsonResponse:
    """Everything kept about me, as a file."""
    actor = signed_in(request)
    answer = JsonResponse(_everything(actor), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


def _everything(actor: Actor) -> dict[str, object]:
    return {
        **_account(actor),
        **_written(actor),
        "check_ins": [
            {"at": one.at, "lon": one.lon, "lat": one.lat, "cell": one.cell} for one in own_check_ins(actor)
        ],
        "searches": [{"name": one.name, "query": one.query} for one in subscriptions(actor.id)],
        "notices": [
            {"at": one.created, "subject": one.subject.as_dict()} for one in notices(actor.id, limit=1000)
        ],
        "ledger": [
            {"at": one.at, "verb": one.verb, "subject": one.subject}
            for one in entries(actor=actor.id, limit=ENTRIES_SHOWN)
        ],
    }


def _account(actor: Actor) -> dict[str, object]:
    found = person(actor.id)
    return {
        "account": {
            "id": found.id,
            "username": found.username,
            "email": found.email,
            "public_name": found.public_name,
            "language": found.language,
            "joined": found.joined,
            "roles": sorted(found.roles),
        },
        "keys": [
            {"id": one.id, "name": one.name, "created": one.created, "expires": one.expires}
            for one in keys_of(actor.id)
        ],
        "sign_ins": [
            {"at": one.at, "address": one.ip_address, "program": one.program}
            for one in sign_ins_of(actor.id, 1000)
        ],
    }


def _written(actor: Actor) -> dict[str, object]:
    own = mine(actor)
    return {
        "favourites": own.favourites,
        "comments": [
            {"dataset": one.dataset_id, "at": one.created, "state": one.state, "text": one.body}
            for one in own.comments
        ],
        "uses": [
            {"dataset": one.dataset_id, "at": one.created, "title": one.title, "address": one.address}
            for one in own.reuses
        ],
        "requests": [
            {
                "number": one.number,
                "kind": one.kind,
                "dataset": one.dataset_id,
                "at": one.created,
                "state": one.state,
                "fields": dict(case(actor, one.number).fields),
            }
            for one in own.requests
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest) -> HttpResponse:
    """Delete my account, after the password."""
    actor = signed_in(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("known-about-me") + "#leave")
    if not request.user.check_password(field(request, "password")):
        raise PasswordWrong()
    leave(actor)
    logout(request)
    return done(request, say("leaving.done"), "home")
