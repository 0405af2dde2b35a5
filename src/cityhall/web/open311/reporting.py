"""POST Service Request: a report from a program, opened as any other; pictures come as `media`, links are never followed."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from cityhall.cases.actions import Opened, Who, attach, open_case
from cityhall.cases.queries import ENOUGH, public_case
from cityhall.kernel.actor import Actor
from cityhall.kernel.clock import CITY_ZONE
from cityhall.kernel.errors import CityhallError
from cityhall.web.cases.entry import origin_of
from cityhall.web.cases.questions import values_of
from cityhall.web.errors import ParameterUnusable
from cityhall.web.open311.answering import Told, answered, sender
from cityhall.web.open311.catalogue import Service, offered, required, service_of
from cityhall.web.open311.errors import ArgumentMissing, KeyNeeded, TokenUnknown
from cityhall.web.open311.parameters import position, text
from cityhall.web.words import language, say

_SALT: Final = "open311.token"
_ATTRIBUTE: Final = re.compile(r"attribute\[([a-z][a-z0-9_]*)\](?:\[\])?")
_HAN: Final = re.compile("[㐀-鿿]")
MOST_FILES: Final = 10


def post_request(request: HttpRequest) -> Told:
    """Open a case; answers its number (or, where the declaration says so, a token for it) and the code that follows it."""
    sent = request.POST
    jurisdiction = text(sent, "jurisdiction_id", 200)
    code = text(sent, "service_code", 200)
    if not code:
        offered(jurisdiction)
        raise ArgumentMissing(name="service_code")
    service = service_of(code, jurisdiction)
    actor = sender(request)
    if service.said.get("key") == "required" and actor.kind != "key":
        raise KeyNeeded()
    data = _data(service, sent)
    opened = open_case(
        actor, service.made.name, data, who=_who(request), act_name=service.opening.id, door="open311"
    )
    notice = " ".join((_follow(request, opened), *_media(request, actor, opened)))
    entry: dict[str, Any] = {"service_request_id": opened.number}
    if service.said.get("answer") == "token":
        entry = {"token": signing.dumps(opened.number, salt=_SALT)}
    return Told("service_requests", [{**entry, "service_notice": notice, "account_id": None}], 201)


@answered("GET")
def token(request: HttpRequest, token: str) -> Told:
    """GET service_request_id from a token."""
    offered(request.GET.get("jurisdiction_id", ""))
    try:
        number = str(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        raise TokenUnknown() from None
    return Told("service_requests", [{"service_request_id": number, "token": token}])


def _data(service: Service, sent: QueryDict) -> dict[str, Any]:
    """The values of the form: class, place, words and the attributes."""
    made, data = service.made, dict[str, Any]()
    place, address, words = position(sent), text(sent, "address_string", 500), text(sent, "description", 4000)
    if not (place or address) and service.said.get("location") != "optional":
        raise ArgumentMissing(name="lat & long / address_string")
    if service.kind:
        data[made.kind] = service.kind
    filled = {made.spot: list(place) if place else None, service.address: address, service.words: words}
    data |= {name: value for name, value in filled.items() if name and value}
    return data | _attributes(service, sent)


def _attributes(service: Service, sent: QueryDict) -> dict[str, Any]:
    """`attribute[code]=value`, `attribute[code][]=value`, or plainly `code=value` as some clients write it. What others fill is
    not offered; sent all the same, it is for the engine to refuse."""
    given = QueryDict(mutable=True)
    for name in sent:
        code = found[1] if (found := _ATTRIBUTE.fullmatch(name)) else name
        given[code] = "\n".join(sent.getlist(name))
    for one in service.asked:
        if one.type == "date" and one.id in given:
            given[one.id] = str(given[one.id])[:10]
    closed = service.brought & service.form.closed
    data = values_of(service.made, [*(one.id for one in service.asked), *closed], given)
    for one in service.asked:
        if required(service, one) and one.id not in data:
            raise ArgumentMissing(name=f"attribute[{one.id}]")
    return data


def _who(request: HttpRequest) -> Who:
    sent = request.POST
    email = text(sent, "email", 200)
    if email and "@" not in email:
        raise ParameterUnusable(name="email", form="name@example.org")
    return Who(
        name=_name(text(sent, "first_name", 40), text(sent, "last_name", 40)),
        phone=text(sent, "phone", 40),
        email=email,
        language=language(),
        origin=origin_of(request),
    )


def _name(first: str, last: str) -> str:
    return f"{last}{first}" if _HAN.search(first + last) else f"{first} {last}".strip()


def _follow(request: HttpRequest, opened: Opened) -> str:
    """What happens next: by when, and where the report is followed."""
    due = public_case(opened.number).due
    address = request.build_absolute_uri(reverse("tracked", args=[opened.number]))
    words = say("open311.follow", address=address, code=opened.code)
    return (
        say("open311.due", due=due.astimezone(CITY_ZONE).isoformat(timespec="minutes")) + words
        if due
        else words
    )


def _media(request: HttpRequest, actor: Actor, opened: Opened) -> list[str]:
    """Add the files; what is not taken is told, and the report stands."""
    told = [say("open311.no_links")] if request.POST.get("media_url") else []
    for sent in request.FILES.getlist("media")[:MOST_FILES]:
        try:
            attach(actor, opened.number, sent.name or "", sent.read(ENOUGH), code=opened.code)
        except CityhallError as error:
            told.append(error.say(language()))
    return told
