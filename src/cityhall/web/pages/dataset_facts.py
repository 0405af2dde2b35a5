"""What a dataset's entry says about itself, as lines for its page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from markupsafe import Markup, escape

from cityhall.catalog.queries import Dataset, cycles, functions, licences, systems
from cityhall.cleaning.queries import elements
from cityhall.federation.queries import origins_of
from cityhall.identity.queries import AgencyInfo
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.opening.queries import Decision, ItemProfile
from cityhall.places.queries import division_titles
from cityhall.web.api.examples import groupable, suitable
from cityhall.web.formatting import day
from cityhall.web.words import known, language, pick, say

_KINDS: Final = {
    "MultiPoint": "points",
    "LineString": "line",
    "MultiLineString": "lines",
    "Polygon": "area",
    "MultiPolygon": "areas",
    "GeometryCollection": "several",
}


@dataclass(frozen=True, slots=True)
class Freshness:
    """How the newest data stands to what its agency promised: `words` such as `due daily`; `late` in days, 0 when in
    time."""

    updated: datetime
    words: str
    late: int


def freshness_of(found: Dataset, updated: datetime) -> Freshness:
    """Updated when, due how often, late by how many days: a quarter of the cycle is let pass first."""
    cycle = next((one for one in cycles() if one.code == found.update_cycle), None)
    if cycle is None or not cycle.days:
        return Freshness(updated, pick(cycle.title) if cycle else "", 0)
    over = clock.now() - updated - timedelta(days=cycle.days * 1.25)
    due = (updated + timedelta(days=cycle.days)).astimezone(clock.CITY_ZONE)
    words = say("dataset.due", cycle=pick(cycle.title).lower(), day=day(due))
    return Freshness(updated, words, max(over.days + 1, 0) if over > timedelta() else 0)


def element_titles(found: Dataset) -> dict[str, Text]:
    """The standard elements of the items, by code."""
    known = elements()
    codes = {item.element for item in found.items if item.element}
    return {code: known[code].name for code in codes if code in known}


def in_words(profiles: tuple[ItemProfile, ...]) -> tuple[ItemProfile, ...]:
    """The profiles with the names of their divisions in the reader's language; they are kept in Chinese."""
    codes = {code for one in profiles for code in one.names} if language() == "en" else set()
    if not codes:
        return profiles
    titles = {code: title.en for code, title in division_titles(codes).items()}
    return tuple(replace(one, names={**one.names, **titles}) if one.names else one for one in profiles)


def facts_of(found: Dataset, owner: AgencyInfo) -> tuple[tuple[str, str], ...]:
    """(label, value) for everything that is filled in."""
    lines: tuple[tuple[str, str], ...] = (
        ("legal_basis", pick(found.legal_basis)),
        (
            "licence",
            next((pick(one.title) for one in licences() if one.code == found.licence), found.licence),
        ),
        ("contact", _contact(found, owner)),
        ("system", _system(found)),
        ("region", _region(found.region)),
        ("spatial", _box(found)),
        ("keywords", say("site.comma").join(found.keywords)),
        ("linked", say("site.comma").join(found.linked_codes)),
        ("temporal", _period(found)),
        ("origin", _origin(found)),
        ("published_on", day(found.published) if found.published else ""),
        ("created_on", day(found.created)),
    )
    return tuple((say(f"dataset.{name}"), value) for name, value in lines if value)


def _contact(found: Dataset, owner: AgencyInfo) -> str:
    """Whom to ask; the agency itself in the reader's language."""
    given = found.contact
    name = pick(owner.name) if given.name == owner.name.zh else given.name
    return " · ".join(part for part in (name, given.phone, given.email) if part)


def _system(found: Dataset) -> str:
    """The information system that holds the data, and the function it serves."""
    if not found.system_id:
        return ""
    system = next((one for one in systems(found.agency_id) if one.id == found.system_id), None)
    if system is None:
        return ""
    served = next((one for one in functions(found.agency_id) if one.id == system.function_id), None)
    return " · ".join(pick(one.title) for one in (system, served) if one)


def _region(code: str) -> str:
    """The division that the data is about, as a link to its page."""
    if not code:
        return ""
    title = division_titles([code]).get(code)
    name = pick(title) if title else code
    return Markup('<a href="{}">{}</a>').format(reverse("region", args=[code]), name)


def _box(found: Dataset) -> str:
    """The box around the data: longitudes, then latitudes."""
    if found.spatial.bbox is None:
        return ""
    west, south, east, north = found.spatial.bbox
    return say("dataset.box", west=f"{west:g}", east=f"{east:g}", south=f"{south:g}", north=f"{north:g}")


def _origin(found: Dataset) -> str:
    """Where a harvested entry comes from, with the address of its page there as a link."""
    origin = origins_of([found.id]).get(found.id)
    if origin is None:
        return ""
    told = [escape(part) for part in (origin.harvest_name, origin.publisher) if part]
    if origin.address.startswith(("https://", "http://")):
        told.append(Markup('<a href="{0}" rel="noopener nofollow">{0}</a>').format(origin.address))
    return Markup(" · ").join(told)


def _period(found: Dataset) -> str:
    if not (found.temporal.start or found.temporal.end):
        return ""
    return f"{day(found.temporal.start)} – {day(found.temporal.end)}"


def class_reasons(found: Dataset) -> tuple[tuple[str, Text], ...]:
    """Why the dataset has its classes and its level: the reason of the strictest item of each."""
    reasons: list[tuple[str, Text]] = []
    for axis, strictest in (("opening", found.opening_class), ("sharing", found.sharing_class)):
        given = [getattr(item, axis).reason for item in found.items if getattr(item, axis).kind == strictest]
        said = next((reason for reason in given if reason.zh or reason.en), None)
        if said and strictest != "unconditional":
            reasons.append((say(f"dataset.{axis}_reason"), said))
    if found.level > 1:
        highest = [item for item in found.items if item.level == found.level][:4]
        reasons.append(("", _level_words(found.level, highest)))
    return tuple(reasons)


def _level_words(level: int, highest: list) -> Text:  # type: ignore[type-arg]
    def names(choose: Callable[[Text], str], comma: str) -> str:
        return comma.join(choose(item.title) or item.name for item in highest)

    return Text(
        en=f"Level L{level}: set by {names(lambda title: title.en, ', ')}",
        zh=f"分级 L{level}：由{names(lambda title: title.zh, '、')}决定",
    )


def history_words(verb: str) -> str:
    """A catalogue verb in words."""
    name = verb.rpartition(".")[2]
    return say(f"verb.{name}") if known(f"verb.{name}") else verb


def reason_words(why: str) -> str:
    """Why an entry was changed: the platform's own reasons in the reader's language, people's as written."""
    name = why.replace(" ", "_")
    return say(f"reason.{name}") if known(f"reason.{name}") else why


def shape_words(value: Any) -> Any:
    """A shape (GeoJSON, RFC 7946, 3.1) in a word or two: a point with its coordinates, of others the kind. What is no shape
    stays as it is."""
    try:
        shape = json.loads(value)
        kind = shape["type"]
        if kind == "Point":
            return say("shape.point", lon=shape["coordinates"][0], lat=shape["coordinates"][1])
        return say(f"shape.{_KINDS[kind]}")
    except (TypeError, ValueError, KeyError, IndexError):
        return value


def api_examples(root: str, found: Dataset, decision: Decision) -> tuple[tuple[str, str], ...]:
    """Three lines to copy, with items that may really be asked for."""
    rows = f"{root}api/v1/datasets/{found.code}/rows"
    clear = suitable(found, decision)
    groups = groupable(clear, found.key)
    lines = [(say("dataset.api_first"), f'curl "{rows}?limit=10"')]
    if clear:
        lines.append(
            (say("dataset.api_filter"), _curl(rows, f"{clear[0].name}__notnull=1", f"sort=-{clear[-1].name}"))
        )
    if groups:
        lines.append((say("dataset.api_count"), _curl(rows, f"group_by={groups[0].name}", "agg=count:*")))
    return tuple(lines)


def _curl(address: str, *parameters: str) -> str:
    return f'curl -G "{address}"' + "".join(f' --data-urlencode "{one}"' for one in parameters)
