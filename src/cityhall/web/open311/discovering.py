"""Service discovery: where the interface is, in which forms, and whether what clients keep of it is still true."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from cityhall.cases.queries import types
from cityhall.web.open311.answering import Told, answered
from cityhall.web.words import say

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"


@answered("GET")
def discovery(request: HttpRequest) -> Told:
    """GET discovery."""
    changed = _changeset()
    root = request.build_absolute_uri(reverse("open311-services", args=["json"]))
    body = {
        "changeset": changed,
        "contact": say("open311.contact", address=request.build_absolute_uri(reverse("developers"))),
        "key_service": say("open311.key_service", address=request.build_absolute_uri(reverse("keys"))),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": root.rpartition("/")[0],
                "changeset": changed,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return Told("discovery", body)


def _changeset() -> str:
    """What changes when a declaration does: versions and digests of the types, in one sortable text."""
    found = [one for one in types() if "open311" in one.extras]
    return f"{sum(one.version for one in found):06d}-{''.join(one.digest[:4] for one in found)}"
