"""The large map of a dataset: its places beside a list of them, and the places as data for the map."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Dataset
from cityhall.kernel.actor import Actor
from cityhall.kernel.lately import Lately
from cityhall.opening.actions import ask_profile
from cityhall.opening.errors import NoPlaces, NothingOpen
from cityhall.opening.queries import places, profile, view
from cityhall.web.pages.dataset_charts import MapView, map_view
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick

LISTED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The places of a version as one kind of visitor sees them: the first few, how many, and all as compressed JSON."""

    labels: tuple[str, ...]
    listed: tuple[tuple[Any, ...], ...]
    shown: int
    total: int
    system: str
    packed: bytes


_PLACES: Final = Lately[Places](8 * 2**20, lambda one: len(one.packed))


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """The map's page: `listed` places are (number, longitude, latitude, words…) for people without the map."""

    dataset: Dataset
    titles: tuple[str, ...]
    listed: tuple[tuple[Any, ...], ...]
    shown: int
    total: int
    system: str
    small: MapView | None


@require_safe
def dataset_map(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The places of a dataset on a map, beside a list."""
    found, seen = _places(request, dataset_id)
    whole = profile(actor_for(request), found.id)
    titles = {item.name: pick(item.title) or item.name for item in found.items}
    page = MapPage(
        dataset=found,
        titles=tuple(titles.get(name, name) for name in seen.labels),
        listed=seen.listed,
        shown=seen.shown,
        total=seen.total,
        system=seen.system,
        small=map_view(whole.map, whole.outlines) if whole and whole.map else None,
    )
    return show(request, "pages/dataset_map.html", page)


@require_safe
def dataset_places(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The places as compact JSON: points as [longitude, latitude, words…], shapes as [geometry, words…], WGS-84."""
    _, seen = _places(request, dataset_id)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        seen.packed if packed else gzip.decompress(seen.packed), content_type="application/json"
    )
    if packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response


def _places(request: HttpRequest, dataset_id: str) -> tuple[Dataset, Places]:
    """The dataset with its places, packed once for all who see the same of it.

    Errors: `DatasetHidden`, `NoVersionYet`, `NoPlaces`.
    """
    actor = actor_for(request)
    try:
        now = view(actor, dataset_id, purpose="statistics")
    except NothingOpen as error:
        raise NoPlaces() from error
    return now.dataset, _PLACES.get(now.fingerprint(), lambda: _pack(actor, now.dataset), now.dataset)


def _pack(actor: Actor, found: Dataset) -> Places:
    ask_profile(actor, found.id)
    seen = places(actor, found.id)
    if seen is None:
        raise NoPlaces()
    body = {
        "version": seen.version,
        "labels": seen.labels,
        "points": seen.rows,
        "shapes": seen.shapes,
        "total": seen.total,
    }
    return Places(
        labels=seen.labels,
        listed=seen.rows[:LISTED],
        shown=len(seen.rows) + len(seen.shapes),
        total=seen.total,
        system=seen.system,
        packed=gzip.compress(orjson.dumps(body), 6),
    )
