"""The resources of the interface."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.opening.queries import Layer, extent_of, feature, features, layer_of, layers
from cityhall.web.metering import used
from cityhall.web.ogc import openapi
from cityhall.web.ogc.answering import GEOJSON, HTML, OPENAPI, Told, answered, link, wants_page
from cityhall.web.ogc.describing import (
    CRS84,
    collection_body,
    feature_body,
    here,
    name_of,
    page_links,
)
from cityhall.web.ogc.parameters import check, feature_query
from cityhall.web.visitor import actor_for, actor_for_program
from cityhall.web.words import pick, say

CONFORMS_TO: Final = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}"
    for part in ("core", "oas30", "html", "geojson")
)
PAGE_SIZE: Final = 200
"""Collections on a page."""


@answered
def landing(request: HttpRequest) -> Told:
    """Where everything is (7.2)."""
    check(request.GET, ("f",))
    links = [
        *here(request),
        {**link(request, "ogc-api", rel="service-desc", media=OPENAPI)},
        link(request, "ogc-api", rel="service-doc", media=HTML),
        link(request, "ogc-conformance", rel="conformance"),
        link(request, "ogc-collections", rel="data"),
    ]
    body = {"title": say("site.name"), "description": say("ogc.text"), "links": links}
    entries = [(one["title"], one["href"].replace("f=json", "f=html"), "") for one in links[2:]]
    return Told(body, say("ogc.title"), say("ogc.text"), entries=entries)


@answered
def conformance(request: HttpRequest) -> Told:
    """What is kept to (7.4)."""
    check(request.GET, ("f",))
    entries = [(one, one, "") for one in CONFORMS_TO]
    return Told({"conformsTo": CONFORMS_TO}, say("ogc.conformance"), entries=entries, crumbs=_crumbs())


@answered
def api(request: HttpRequest) -> Told:
    """The description of the interface (7.3), as OpenAPI 3.0."""
    check(request.GET, ("f",))
    body = openapi.document(request.build_absolute_uri("/"))
    entries = [(path, "", words["get"]["summary"]) for path, words in body["paths"].items()]
    return Told(body, say("ogc.service_desc"), media_type=OPENAPI, entries=entries, crumbs=_crumbs())


@answered
def collections(request: HttpRequest) -> Told:
    """The datasets whose rows have a place (7.13)."""
    word = check(request.GET, ("f", "cursor"))
    found, following = layers(_actor(request), word.get("cursor", "")[:100], PAGE_SIZE)
    links = here(request)
    if following:
        links.append(_next(request, following))
    body = {"links": links, "collections": [collection_body(request, one, extent_of(one)) for one in found]}
    entries = [_entry(one) for one in found]
    return Told(body, say("ogc.data"), say("ogc.data_text"), entries=entries, crumbs=_crumbs())


@answered
def collection(request: HttpRequest, collection_id: str) -> Told:
    """One of them (7.14)."""
    check(request.GET, ("f",))
    layer = layer_of(_actor(request), collection_id[:200])
    body = collection_body(request, layer, extent_of(layer))
    bbox = body.get("extent", {}).get("spatial", {}).get("bbox", [[]])[0]
    facts = [
        (say("ogc.asked_by"), say("site.comma").join(layer.asked_by)),
        *([(say("ogc.bbox"), ", ".join(map(str, bbox)))] if bbox else []),
        *([(say("ogc.time"), layer.time)] if layer.time else []),
    ]
    items = reverse("ogc-items", args=[name_of(layer.dataset)])
    entries = [
        (say("ogc.items"), f"{items}?f=html", ""),
        (say("ogc.describedby"), reverse("dataset", args=[layer.dataset.id]), ""),
    ]
    return Told(
        body, body["title"], body["description"], facts=facts, entries=entries, crumbs=_crumbs(data=True)
    )


@answered
def items(request: HttpRequest, collection_id: str) -> Told:
    """A page of features (7.15, 7.16)."""
    actor = _actor(request)
    layer = layer_of(actor, collection_id[:200])
    page = features(actor, layer.dataset.id, feature_query(request.GET, layer.asked_by))
    used(request, layer.dataset.id, "call")
    links = page_links(request, page)
    counted = {} if page.matched is None else {"numberMatched": page.matched}
    body = {
        "type": "FeatureCollection",
        "timeStamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        **counted,
        "numberReturned": len(page.features),
        "links": links,
        "features": [feature_body(one) for one in page.features],
    }
    columns = [name for name in page.layer.decision.items if name not in page.layer.where.items]
    return Told(
        body,
        pick(layer.dataset.title),
        say("ogc.version", n=page.version),
        media_type=GEOJSON,
        columns=columns,
        rows=[[one.properties.get(name) for name in columns] for one in page.features],
        crumbs=_crumbs(layer, data=True),
        headers={"Content-Crs": f"<{CRS84}>"} | _link_header(links),
    )


@answered
def item(request: HttpRequest, collection_id: str, feature_id: str) -> Told:
    """One feature (7.17, 7.18)."""
    check(request.GET, ("f",))
    layer, found = feature(_actor(request), collection_id[:200], feature_id[:1000])
    used(request, layer.dataset.id, "call")
    links = [
        *here(request, GEOJSON),
        link(request, "ogc-collection", name_of(layer.dataset), rel="collection"),
    ]
    facts = [(name, "" if value is None else str(value)) for name, value in found.properties.items()]
    return Told(
        feature_body(found) | {"links": links},
        found.id,
        media_type=GEOJSON,
        facts=facts,
        crumbs=_crumbs(layer, data=True),
        headers={"Content-Crs": f"<{CRS84}>"},
    )


def _actor(request: HttpRequest) -> Actor:
    """The person who looks at a page, or the holder of a key."""
    return (
        actor_for(request)
        if wants_page(request) and "Authorization" not in request.headers
        else actor_for_program(request)
    )


def _next(request: HttpRequest, cursor: str) -> dict[str, str]:
    query = request.GET.copy()
    query["cursor"] = cursor
    address = f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
    return {"href": address, "rel": "next", "type": "application/json", "title": say("ogc.next")}


def _link_header(links: list) -> dict[str, str]:  # type: ignore[type-arg]
    following = [one["href"] for one in links if one["rel"] == "next"]
    return {"Link": f'<{following[0]}>; rel="next"; type="{GEOJSON}"'} if following else {}


def _entry(layer: Layer) -> tuple[str, str, str]:
    address = reverse("ogc-collection", args=[name_of(layer.dataset)])
    return pick(layer.dataset.title), f"{address}?f=html", pick(layer.dataset.abstract)


def _crumbs(layer: Layer | None = None, *, data: bool = False) -> tuple[tuple[str, str], ...]:
    """The way back: the interface, its collections, the collection."""
    way = [(f"{reverse('ogc')}?f=html", say("ogc.title"))]
    if data:
        way.append((f"{reverse('ogc-collections')}?f=html", say("ogc.data")))
    if layer:
        name = name_of(layer.dataset)
        way.append((f"{reverse('ogc-collection', args=[name])}?f=html", pick(layer.dataset.title)))
    return tuple(way)
