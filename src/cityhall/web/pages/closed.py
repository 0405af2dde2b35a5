"""Addresses that the sign-in package knows and this node does not offer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cityhall.web.errors import AddressUnknown


def closed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (Django's signature)
    """Always 404."""
    raise AddressUnknown()
