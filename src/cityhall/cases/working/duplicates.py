"""Cases that look like the same thing: equal fields, near in place and time, as the type declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.models import Case
from cityhall.cases.storing.rows import moment, seconds
from cityhall.cases.storing.types import calendar_of, calendar_row
from cityhall.kernel import clock

MOST = 20
DEGREE = 111_195.0  # metres of latitude


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open case that may be the same; `metres` is None where places are not compared."""

    number: str
    state: str
    opened: str
    metres: float | None


def candidates(made: CaseType, data: Mapping[str, Any], but: str = "") -> tuple[Candidate, ...]:
    """Open cases that the declaration calls alike, the nearest first."""
    rule = made.duplicates
    if rule is None:
        return ()
    now = seconds(clock.now())
    reach = calendar_of(calendar_row(made.calendar)).due(now, rule.within.ticks, rule.within.unit) - now
    rows = Case.objects.filter(type__name=made.name, ended=None, opened__gte=moment(now - reach)).exclude(
        number=but
    )
    spot = data.get(made.spot) if made.spot else None
    if rule.metres and spot:
        lat = rule.metres / DEGREE
        lon = lat / max(cos(radians(spot[1])), 0.01)
        rows = rows.filter(
            lon__range=(spot[0] - lon, spot[0] + lon), lat__range=(spot[1] - lat, spot[1] + lat)
        )
    columns = {made.kind: "kind", made.area: "area"}
    for name in rule.same:
        column = columns.get(name, f"fields__{name}")
        rows = rows.filter(**{column: data.get(name)})
    found = [_candidate(row, spot if rule.metres else None) for row in rows.order_by("-opened")[: MOST * 10]]
    near = [one for one in found if one.metres is None or one.metres <= rule.metres]
    return tuple(sorted(near, key=lambda one: one.metres or 0)[:MOST])


def _candidate(row: Case, spot: Any) -> Candidate:
    far = (
        None
        if spot is None or row.lon is None or row.lat is None
        else metres((row.lon, row.lat), (spot[0], spot[1]))
    )
    return Candidate(row.number, row.state, row.opened.isoformat(), far)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance between two positions (longitude, latitude in degrees) on the sphere."""
    lon, lat, lon2, lat2 = map(radians, (*one, *other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * 6_371_009 * asin(sqrt(half))
