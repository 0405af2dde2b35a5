"""The catalogue for harvesters: DCAT-AP in Turtle, RDF/XML and JSON-LD, of everything or of one dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cityhall.catalog.queries import cycles, licences
from cityhall.identity.queries import AgencyInfo, agencies
from cityhall.kernel.text import Text
from cityhall.opening.queries import Fetchable, offer, offers
from cityhall.web.dcat.describing import (
    Entry,
    Offered,
    Site,
    agency_node,
    catalogue_node,
    dataset_nodes,
    publisher_node,
)
from cityhall.web.dcat.graph import Node
from cityhall.web.dcat.jsonld import jsonld
from cityhall.web.dcat.rdfxml import rdfxml
from cityhall.web.dcat.shapes import Breach, breaches
from cityhall.web.dcat.turtle import turtle
from cityhall.web.errors import AddressUnknown, RequestUnusable
from cityhall.web.visitor import actor_for_program
from cityhall.web.words import catalogue as words

PAGE_SIZE = 100
"""Datasets on a page of the catalogue."""
FIRST = "1"
_AFTER = "after:"
FORMS: dict[str, tuple[str, Callable[[Iterable[Node]], Iterator[str]]]] = {
    "ttl": ("text/turtle", turtle),
    "rdf": ("application/rdf+xml", rdfxml),
    "jsonld": ("application/ld+json", jsonld),
}


@require_safe
@vary_on_headers("Authorization", "Cookie")
def catalogue(request: HttpRequest, form: str) -> HttpResponse:
    """A page of the catalogue; the next one is in the header `Link: rel="next"`. Pages follow the datasets'
    codes, so that a dataset published meanwhile moves no other from one page to the next unseen.
    """
    page = offers(actor_for_program(request), _after(request), PAGE_SIZE)
    site, entries = site_here(), entries_of(page.offers)
    response = _answer(form, [catalogue_node(site, entries), *_nodes(site, entries)])
    if page.next:
        following = urlencode({"page": f"{_AFTER}{page.next}"})
        response["Link"] = f'<{site.address}/catalogue.{form}?{following}>; rel="next"'
    return response


@require_safe
@vary_on_headers("Authorization", "Cookie")
def dataset(request: HttpRequest, dataset_id: str, form: str) -> HttpResponse:
    """One published dataset, with its publisher and its distributions."""
    found = offer(actor_for_program(request), dataset_id)
    return _answer(form, _nodes(site_here(), entries_of((found,))))


def site_here() -> Site:
    """This node, as the catalogue's description names it."""
    name = words()["site.name"]
    zh, _, en = settings.CITYHALL_PUBLISHER.partition("|")
    publisher = Text(en=en.strip() or zh.strip(), zh=zh.strip()) if zh.strip() else name
    return Site(settings.CITYHALL_ADDRESS, name, words()["site.description"], publisher)


def _after(request: HttpRequest) -> str:
    """The code that the page asked for follows; empty for the first."""
    page = request.GET.get("page", FIRST)
    if page == FIRST:
        return ""
    if not page.startswith(_AFTER):
        raise RequestUnusable(problem=f"page={page[:40]}; follow the Link header from the first page")
    return page.removeprefix(_AFTER)


def entries_of(found: Iterable[Fetchable]) -> list[Entry]:
    """The entries as linked data describes them."""
    bodies = {one.id: one for one in agencies()}
    return [_entry(one, bodies[one.dataset.agency_id]) for one in found]


def problems_of(found: Fetchable, body: AgencyInfo) -> tuple[Breach, ...]:
    """What the description of an entry of this agency lacks of what DCAT-AP demands."""
    return breaches(_nodes(site_here(), (_entry(found, body),)))


def _entry(found: Fetchable, body: AgencyInfo) -> Entry:
    licence = next((one for one in licences() if one.code == found.dataset.licence), None)
    cycle = next((one for one in cycles() if one.code == found.dataset.update_cycle), None)
    return Entry(found.dataset, body, licence, cycle, _offered(found), found.changed)


def _offered(found: Fetchable) -> tuple[Offered, ...]:
    return tuple(
        Offered(kind.code, kind.media_type, (file.bytes or 0) if file else 0, file.sha256 if file else "")
        for kind, file in found.forms
    )


def _nodes(site: Site, entries: Iterable[Entry]) -> Iterator[Node]:
    """The agents, once each, then the datasets with their distributions."""
    known = list(entries)
    yield publisher_node(site)
    for body in {one.agency.id: one.agency for one in known}.values():
        yield agency_node(site, body)
    for one in known:
        yield from dataset_nodes(site, one)


def _answer(form: str, nodes: Iterable[Node]) -> HttpResponse:
    if form not in FORMS:
        raise AddressUnknown()
    media_type, write = FORMS[form]
    return HttpResponse("".join(write(nodes)), content_type=f"{media_type}; charset=utf-8")
