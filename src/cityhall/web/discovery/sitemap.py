"""The site's map (sitemaps.org 0.9) and the rules for crawlers (RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Every
from cityhall.identity.queries import agencies
from cityhall.opening.queries import published_codes
from cityhall.web.errors import AddressUnknown

MOST: Final = 50_000
"""Addresses in one file, by the protocol."""
NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
CLOSED: Final = (
    "/api/v1/", "/api/3/", "/account/", "/desk/", "/operator/", "/runs/", "/sources/", "/files/", "/exports/",
    "/ledger/", "/dataset/", "/datasets/*/files/", "/datasets/*/download/", "/datasets/*/diff/",
    "/datasets/*/quarantine/", "/ogc/collections/*/items", "/*?*after=", "/*?*cursor=", "/*?*page=", "/*?*q=",
    "/*?*sort=", "/*&",
)  # fmt: skip
"""Desks; what makes work or never ends: files to be written, queries, pages of pages, combined filters."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers may read the catalogue, at a walk."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "Crawl-delay: 2",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All addresses; an index of parts when they are too many for one file."""
    first = _part(request, 1)
    if len(first) < MOST:
        return _xml(_urlset(first))
    parts, number = [1], 2
    while _part(request, number):
        parts.append(number)
        number += 1
    names = (request.build_absolute_uri(reverse("sitemap-part", args=[one])) for one in parts)
    body = "".join(f"<sitemap><loc>{escape(name)}</loc></sitemap>" for name in names)
    return _xml(f'<sitemapindex xmlns="{NAMESPACE}">{body}</sitemapindex>')


@require_safe
def part(request: HttpRequest, number: int) -> HttpResponse:
    """One part. Errors: `AddressUnknown` beyond the last."""
    found = _part(request, number) if 0 < number < 10_000 else []
    if not found:
        raise AddressUnknown()
    return _xml(_urlset(found))


def _part(request: HttpRequest, number: int) -> Sequence[str]:
    """The addresses of a part: the pages that stand first, then the published datasets."""
    standing, start = _standing(), (number - 1) * MOST
    found = standing[start : start + MOST]
    if len(found) < MOST:
        codes = published_codes(Every(()), max(start - len(standing), 0), MOST - len(found))
        found += [reverse("dataset", args=[dataset_id]) for dataset_id, _ in codes]
    root = request.build_absolute_uri("/").rstrip("/")
    return [f"{root}{path}" for path in found]


def _standing() -> list[str]:
    pages = ("home", "datasets", "agencies", "statistics", "developers", "ogc-collections")
    return [*map(reverse, pages), *(reverse("agency", args=[one.id]) for one in agencies())]


def _urlset(addresses: Iterable[str]) -> str:
    body = "".join(f"<url><loc>{escape(address)}</loc></url>" for address in addresses)
    return f'<urlset xmlns="{NAMESPACE}">{body}</urlset>'


def _xml(body: str) -> HttpResponse:
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', content_type="application/xml")
