"""A profile as one actor may see it."""

from __future__ import annotations

from typing import Any, Final

from cityhall.catalog.queries import Dataset
from cityhall.kernel.actor import Actor
from cityhall.kernel.lately import Lately
from cityhall.opening.deciding import dataset_for
from cityhall.opening.profiling import rules
from cityhall.opening.profiling.areas import maps_of
from cityhall.opening.profiling.charts import charts_of
from cityhall.opening.profiling.keeping import address_of, body_of
from cityhall.opening.profiling.shapes import Mark, PlacesSeen, ProfileSeen, SmallMap
from cityhall.opening.rules import Decision
from cityhall.opening.versions import version_or_nothing
from cityhall.places.queries import shapes_version

MOST_KEPT: Final = 64
_SEEN: Final = Lately[ProfileSeen](MOST_KEPT)


class _NotYet(Exception):
    """It has not been computed; that is not kept."""


def profile(actor: Actor, subject: Dataset | str, version: int | None = None) -> ProfileSeen | None:
    """The profile of a version (default: the latest); None while it is not computed, or nothing may be seen in clear.

    Errors: `DatasetHidden`, `NoVersionYet`.
    """
    found, decision = dataset_for(actor, subject, "statistics")
    number = version or version_or_nothing(found.id, None).number
    address = address_of("items", found.id, number, decision)
    outlines = shapes_version()
    try:
        return (
            _SEEN.get((address, outlines), lambda: _read(found, decision, number, outlines), found)
            if decision.allowed
            else None
        )
    except _NotYet:
        return None


def places(actor: Actor, dataset_id: str) -> PlacesSeen | None:
    """The places of the latest version for the large map; None while they are not computed, there are none, or they
    would be those of persons.

    Errors: `DatasetHidden`, `NoVersionYet`.
    """
    found, decision = dataset_for(actor, dataset_id, "statistics")
    stored = version_or_nothing(found.id, None)
    body = body_of("places", found.id, stored.number, decision) if decision.allowed else None
    if not body or rules.about_persons(found):
        return None
    return PlacesSeen(
        version=stored.number,
        labels=tuple(body["labels"]),
        rows=tuple(map(tuple, body["rows"])),
        shapes=tuple(map(tuple, body["shapes"])),
        total=body["total"],
        system=body["system"],
    )


def _read(found: Dataset, decision: Decision, number: int, outlines: str) -> ProfileSeen:
    body = body_of("items", found.id, number, decision)
    if not body:
        raise _NotYet()
    return _seen(found, decision, number, body, outlines)


def _seen(
    found: Dataset, decision: Decision, number: int, body: dict[str, Any], outlines: str
) -> ProfileSeen:
    persons = rules.about_persons(found)
    facts = {one["name"]: one for one in body["items"]}
    items = tuple(
        rules.item_profile(item, facts.get(item.name), decision, body["rows"], persons=persons)
        for item in found.items
    )
    maps = maps_of(found, {one.name: one for one in items if not one.reason}, outlines)
    return ProfileSeen(
        version=number,
        rows=body["rows"],
        about_persons=persons,
        items=items,
        charts=charts_of(found, items, body["rows"], maps),
        map=_small(body.get("map"), rules.FEWEST if persons else 1),
        outlines=outlines,
    )


def _small(body: dict[str, Any] | None, fewest: int) -> SmallMap | None:
    marks = tuple(Mark(*one) for one in (body or {}).get("marks", ()) if one[2] >= fewest)
    if not body or not marks:
        return None
    west, south, east, north = body["box"]
    return SmallMap(
        marks=marks,
        box=(west, south, east, north),
        total=body["total"],
        system=body["system"],
    )
