"""Service requests as anybody may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cityhall.cases.queries import Asked, Published, agency_titles, public_case, published
from cityhall.kernel.clock import CITY_ZONE
from cityhall.kernel.text import Text
from cityhall.web.open311.answering import Told, answered
from cityhall.web.open311.catalogue import Service, code_of, offered
from cityhall.web.open311.errors import RequestUnknown
from cityhall.web.open311.parameters import asked_of, page_of
from cityhall.web.open311.reporting import post_request
from cityhall.web.words import pick


@answered("GET", "POST")
def request_list(request: HttpRequest) -> Told:
    """GET Service Requests, and POST Service Request, which share their address."""
    return post_request(request) if request.method == "POST" else _list(request)


def _list(request: HttpRequest) -> Told:
    found = offered(request.GET.get("jurisdiction_id", ""))
    asked = asked_of(request.GET, {one.code: (one.made.name, one.kind) for one in found})
    skip, limit = page_of(request.GET)
    services, agencies = {one.code: one for one in found}, agency_titles()
    return Told(
        "service_requests",
        [_entry(request, one, services, agencies) for one in published(asked, skip=skip, limit=limit)],
    )


@answered("GET")
def one_request(request: HttpRequest, number: str) -> Told:
    """GET Service Request: one, with the last words that were said in public."""
    found = offered(request.GET.get("jurisdiction_id", ""))
    kinds = tuple({(one.made.name, "") for one in found})
    rows = published(Asked(kinds=kinds, numbers=(number[:80],)), limit=1) if "\0" not in number else ()
    if not rows:
        raise RequestUnknown(name=number[:80])
    entry = _entry(request, rows[0], {one.code: one for one in found}, agency_titles())
    notes = [
        str(one.data["public_note"]) for one in public_case(number).timeline if "public_note" in one.data
    ]
    if notes:
        entry["status_notes"] = f"{entry['status_notes']}: {notes[-1]}"
    return Told("service_requests", [entry])


def _entry(
    request: HttpRequest, one: Published, services: dict[str, Service], agencies: dict[str, Text]
) -> dict[str, Any]:
    service = services.get(code_of(one.type, one.kind)) or services.get(one.type)
    words, address = (service.words, service.address) if service else ("", "")
    media = reverse("case-file", args=[one.number, one.file]) if one.file else ""
    return {
        "service_request_id": one.number,
        "status": "closed" if one.ended else "open",
        "status_notes": pick(one.state),
        "service_name": pick(service.title if service else one.title),
        "service_code": service.code if service else code_of(one.type, one.kind),
        "description": _public_words(one, words),
        "agency_responsible": pick(agencies.get(one.agency)) or None,
        "service_notice": None,
        "requested_datetime": moment(one.opened),
        "updated_datetime": moment(one.ended or one.changed),
        "expected_datetime": moment(one.due) if one.due else None,
        "address": one.fields.get(address) or None,
        "address_id": None,
        "zipcode": None,
        "lat": one.lat,
        "long": one.lon,
        "media_url": request.build_absolute_uri(media) if media else None,
    }


def _public_words(one: Published, name: str) -> str | None:
    said = one.fields.get(name)
    return str(said)[:4000] if said else None


def moment(when: datetime) -> str:
    """A moment in the city's zone, in seconds, as ISO 8601."""
    return when.astimezone(CITY_ZONE).isoformat(timespec="seconds")
