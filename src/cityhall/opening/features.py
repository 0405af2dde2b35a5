"""Rows with a place as features in WGS-84, for interfaces that ask by place and time.

A place stored in WGS-84 as two numbers is looked up by the engine. Any other (a shape, a pair in one text, the
offset systems of Chinese map services) is looked at row by row, a page at a time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import shapely

from cityhall.catalog.queries import Dataset, Filter, datasets
from cityhall.kernel.actor import Actor
from cityhall.kernel.clock import CITY_ZONE
from cityhall.opening.deciding import dataset_for, decide, demand
from cityhall.opening.errors import DatasetHidden, FeatureUnknown, NoPlace
from cityhall.opening.profiling.places import Where, geometry_of, where_of
from cityhall.opening.reading import restrict, rows
from cityhall.opening.rules import Decision
from cityhall.opening.versions import version_or_nothing
from cityhall.places.queries import to_wgs84
from cityhall.warehouse.queries import Box, Condition, Query, Version, bounds_of, latest_of, row_at, turn

Degrees = tuple[float, float, float, float]
"""West, south, east, north; a west greater than the east crosses the antimeridian."""
Period = tuple[datetime | None, datetime | None]
"""From, to, both included; None is open."""
MOST_PAGES: Final = 20
SECONDS: Final = 5.0
"""Pages without any feature of the box that are read on, and for how long, before an empty one is answered."""
_PLACE_ID: Final = re.compile(r"v(\d{1,9})\.(\d{1,9})\.(\d{1,18})")


@dataclass(frozen=True, slots=True)
class FeatureQuery:
    """Which features: `equals` pairs of item and value, all of which hold; `after` the mark of the page before."""

    limit: int = 100
    bbox: Degrees | None = None
    period: Period | None = None
    equals: tuple[tuple[str, str], ...] = ()
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One row: its lasting id, its geometry (GeoJSON), its other items as stored."""

    id: str
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Layer:
    """A dataset seen as features: where its rows are, the item of its time (empty when none), what may be asked by."""

    dataset: Dataset
    decision: Decision
    where: Where
    time: str
    asked_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeaturePage:
    """`matched` counts all features of the answer where that is known without counting, else it is None."""

    layer: Layer
    version: int
    features: tuple[Feature, ...]
    matched: int | None
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Extent:
    """Never narrower than the data; None where nothing tells."""

    bbox: Degrees | None
    period: tuple[str, str] | None


def layers(actor: Actor, after: str = "", limit: int = 200) -> tuple[tuple[Layer, ...], str]:
    """The published datasets whose rows have a place the actor may see, in the order of their codes, and the code to
    ask after next (empty at the end). At most 200 datasets are looked at.
    """
    page = datasets(Filter(state="published", with_place=True), after, limit)
    data = latest_of(one.id for one in page.datasets)
    seen = [(one, decide(actor, one, "api")) for one in page.datasets if one.id in data]
    return tuple(layer for one, decision in seen if (layer := _layer(one, decision))), page.next


def layer_of(actor: Actor, dataset_id: str) -> Layer:
    """One dataset as features. Errors: `DatasetHidden`, `NothingOpen`, `NoPlace`."""
    found, decision = dataset_for(actor, dataset_id, "api")
    if found.state == "draft":
        raise DatasetHidden()
    layer = _layer(found, demand(decision))
    if layer is None:
        raise NoPlace()
    return layer


def features(actor: Actor, dataset_id: str, asked: FeatureQuery) -> FeaturePage:
    """One page of features. A page may hold fewer than the limit although another follows.

    Errors: as `layer_of`, `NoVersionYet`, and those of the warehouse's language.
    """
    layer = layer_of(actor, dataset_id)
    query = _query(layer, asked)
    inside = _inside(layer.where, asked.bbox)
    until = time.monotonic() + SECONDS
    with turn():
        for _ in range(MOST_PAGES):
            seen = rows(actor, layer.dataset.id, query)
            found = _features(layer, seen.version, seen.columns, seen.rows, seen.places)
            kept = tuple(one for one in found if inside is None or inside(one))
            if kept or seen.next_cursor is None or time.monotonic() > until:
                break
            query = replace(query, after=seen.next_cursor)
    all_of_it = not (query.where or query.bbox or inside)
    matched = version_or_nothing(layer.dataset.id, seen.version).rows if all_of_it else None
    return FeaturePage(layer, seen.version, kept, matched, seen.next_cursor)


def feature(actor: Actor, dataset_id: str, feature_id: str) -> tuple[Layer, Feature]:
    """One feature by its id. Errors: as `layer_of`, `FeatureUnknown`."""
    layer = layer_of(actor, dataset_id)
    if key := _key(layer):
        seen = rows(actor, layer.dataset.id, Query(where=(Condition(key, "eq", feature_id),), limit=1))
        found = _features(layer, seen.version, seen.columns, seen.rows, seen.places)
    else:
        found = _at_place(layer, feature_id)
    if not found:
        raise FeatureUnknown()
    return layer, found[0]


def extent_of(layer: Layer) -> Extent:
    """Where and when the rows of the latest version are, by the statistics of its files."""
    version = version_or_nothing(layer.dataset.id, None)
    bounds = bounds_of(version, (*layer.where.items, layer.time))
    period = bounds.get(layer.time)
    declared = layer.dataset.spatial.bbox
    if declared or layer.where.kind != "point" or not set(layer.where.items) <= set(bounds):
        return Extent(declared, period)
    (west, east), (south, north) = (bounds[name] for name in layer.where.items)
    low = to_wgs84(float(west), float(south), layer.where.system)
    high = to_wgs84(float(east), float(north), layer.where.system)
    return Extent((*low, *high), period)


def _layer(dataset: Dataset, decision: Decision) -> Layer | None:
    where = where_of(dataset, decision.clear)
    if where is None:
        return None
    shown = [item for item in dataset.items if item.name in decision.clear]
    times = [item.name for item in shown if item.type in ("date", "datetime")]
    asked_by = tuple(item.name for item in shown if item.name not in where.items and item.type != "geometry")
    return Layer(dataset, decision, where, times[0] if times else "", asked_by)


def _query(layer: Layer, asked: FeatureQuery) -> Query:
    conditions = [Condition(item, "eq", value) for item, value in asked.equals]
    if asked.period and layer.time:
        conditions += _within(layer, asked.period)
    box = _box(layer.where, asked.bbox) if asked.bbox else None
    return Query(where=tuple(conditions), bbox=box, limit=asked.limit, after=asked.after)


def _within(layer: Layer, period: Period) -> list[Condition]:
    """The period on the item of the time; a day counts when any moment of it is within, in the city's zone."""
    item = next(one for one in layer.dataset.items if one.name == layer.time)
    ends = [
        end.astimezone(CITY_ZONE).date().isoformat()
        if end and item.type == "date"
        else end and end.isoformat()
        for end in period
    ]
    return [Condition(item.name, op, end) for op, end in zip(("ge", "le"), ends, strict=True) if end]  # type: ignore[arg-type]


def _box(where: Where, bbox: Degrees) -> Box | None:
    """What the engine can look up: two numbers in WGS-84. Other places are looked at by `_inside`."""
    if where.kind != "point" or where.system != "wgs84":
        return None
    return Box(*bbox, *where.items)


def _inside(where: Where, bbox: Degrees | None) -> Any:
    """Whether a feature touches the box; None where every row found does already."""
    if bbox is None or _box(where, bbox):
        return None
    west, south, east, north = bbox
    halves = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    area = shapely.union_all([shapely.box(left, south, right, north) for left, right in halves])

    def touches(one: Feature) -> bool:
        try:
            return bool(one.geometry and area.intersects(shapely.geometry.shape(one.geometry)))
        except (ValueError, TypeError, shapely.errors.ShapelyError):
            return False

    return touches


def _features(
    layer: Layer,
    version: int,
    columns: Sequence[str],
    found: Sequence[Sequence[Any]],
    places: Sequence[tuple[int, int]],
) -> tuple[Feature, ...]:
    at = {name: index for index, name in enumerate(columns)}
    key, where = _key(layer), [at[name] for name in layer.where.items if name in at]
    rest = [(name, index) for name, index in at.items() if index not in where]
    made = []
    for row, place in zip(found, places, strict=True):
        own = str(row[at[key]]) if key else f"v{version}.{place[0]}.{place[1]}"
        made.append(
            Feature(
                own,
                geometry_of(layer.where, [row[index] for index in where]) if where else None,
                {name: row[index] for name, index in rest},
            )
        )
    return tuple(made)


def _key(layer: Layer) -> str:
    """The item by whose value a row is known; empty when its place in the version must do."""
    key = layer.dataset.key
    return key[0] if len(key) == 1 and key[0] in layer.asked_by else ""


def _at_place(layer: Layer, feature_id: str) -> tuple[Feature, ...]:
    match = _PLACE_ID.fullmatch(feature_id)
    if match is None:
        return ()
    number, place = int(match[1]), (int(match[2]), int(match[3]))
    version: Version = version_or_nothing(layer.dataset.id, number)
    query = restrict(Query(), layer.decision, version)
    row = row_at(version, place, query, layer.decision.masks)
    return () if row is None else _features(layer, number, query.select, (row,), (place,))
