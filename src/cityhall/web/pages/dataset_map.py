"""The large map of a dataset: its places beside a list of them, and the places as data for the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from cityhall.catalog.queries import Dataset
from cityhall.opening.actions import ask_profile
from cityhall.opening.errors import NoPlaces
from cityhall.opening.queries import PlacesSeen, dataset_for, places, profile
from cityhall.web.pages.dataset_charts import MapView, map_view
from cityhall.web.rendering import show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick

LISTED = 60


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
        listed=seen.rows[:LISTED],
        shown=len(seen.rows) + len(seen.shapes),
        total=seen.total,
        system=seen.system,
        small=map_view(whole.map) if whole and whole.map else None,
    )
    return show(request, "pages/dataset_map.html", page)


@require_safe
@gzip_page
def dataset_places(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """The places as compact JSON: points as [longitude, latitude, words…], shapes as [geometry, words…], WGS-84."""
    _, seen = _places(request, dataset_id)
    body = {
        "version": seen.version,
        "labels": seen.labels,
        "points": seen.rows,
        "shapes": seen.shapes,
        "total": seen.total,
    }
    return HttpResponse(orjson.dumps(body), content_type="application/json")


def _places(request: HttpRequest, dataset_id: str) -> tuple[Dataset, PlacesSeen]:
    """The dataset with its places. Errors: `DatasetHidden`, `NoVersionYet`, `NoPlaces`."""
    actor = actor_for(request)
    found, _ = dataset_for(actor, dataset_id, "statistics")
    ask_profile(actor, found.id)
    seen = places(actor, found.id)
    if seen is None:
        raise NoPlaces()
    return found, seen
