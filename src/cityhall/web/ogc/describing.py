"""Collections and features in the words of the standard."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from cityhall.catalog.queries import Dataset
from cityhall.opening.queries import Extent, Feature, FeaturePage, Layer
from cityhall.web.ogc.answering import GEOJSON, HTML, JSON, Link, link
from cityhall.web.words import pick, say

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def name_of(dataset: Dataset) -> str:
    """The dataset's code as the collection's id, where it can stand in an address as it is; else its own id."""
    return dataset.code if _PLAIN.fullmatch(dataset.code) else dataset.id


def here(request: HttpRequest, media: str = JSON) -> list[Link]:
    """The links of an answer to itself and to its other form."""
    query = request.GET.copy()
    query.pop("f", None)
    address = request.build_absolute_uri(request.path)

    def form(code: str) -> str:
        query["f"] = code
        return f"{address}?{query.urlencode()}"

    return [
        {"href": form("json"), "rel": "self", "type": media, "title": say("ogc.self")},
        {"href": form("html"), "rel": "alternate", "type": HTML, "title": say("ogc.alternate")},
    ]


def collection_body(request: HttpRequest, layer: Layer, extent: Extent) -> dict[str, Any]:
    """A collection (7.14)."""
    dataset, name = layer.dataset, name_of(layer.dataset)
    page = request.build_absolute_uri(reverse("dataset", args=[dataset.id]))
    body: dict[str, Any] = {
        "id": name,
        "title": pick(dataset.title),
        "description": pick(dataset.abstract),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            link(request, "ogc-collection", name, rel="self"),
            link(request, "ogc-items", name, rel="items", media=GEOJSON),
            link(request, "ogc-items", name, rel="items", media=HTML),
            {"href": page, "rel": "describedby", "type": HTML, "title": say("ogc.describedby")},
        ],
    }
    return body | ({"extent": made} if (made := _extent(extent)) else {})


def _extent(extent: Extent) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if extent.bbox:
        found["spatial"] = {"bbox": [[round(edge, 7) for edge in extent.bbox]], "crs": CRS84}
    if extent.period:
        ends = [end.replace(" ", "T") if len(end) > 10 else f"{end}T00:00:00+08:00" for end in extent.period]
        found["temporal"] = {"interval": [ends], "trs": GREGORIAN}
    return found


def page_links(request: HttpRequest, page: FeaturePage) -> list[Link]:
    """The links of a page of features; `next` goes on from its mark, on the same version."""
    links = [
        *here(request, GEOJSON),
        link(request, "ogc-collection", name_of(page.layer.dataset), rel="collection"),
    ]
    if page.next_cursor:
        query = request.GET.copy()
        query["cursor"], query["f"] = page.next_cursor, "json"
        address = f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
        links.append({"href": address, "rel": "next", "type": GEOJSON, "title": say("ogc.next")})
    return links


def feature_body(one: Feature) -> dict[str, Any]:
    """A GeoJSON feature (RFC 7946, 3.2)."""
    return {"type": "Feature", "id": one.id, "geometry": one.geometry, "properties": one.properties}
