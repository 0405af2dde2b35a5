"""The arguments of the interface. An empty one counts as absent, an unknown one is not looked at (as the specification says)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cityhall.cases.queries import Asked
from cityhall.kernel import clock
from cityhall.web.errors import ParameterUnusable
from cityhall.web.open311.errors import ServiceUnknown

SPAN: Final = timedelta(days=90)
MOST: Final = 1000
_LONGEST: Final = 40_000
_MOMENT: Final = "2010-01-01T00:00:00Z"
Given = Mapping[str, str]
Period = tuple[datetime, datetime]


def text(given: Given, name: str, longest: int = 4000) -> str:
    """An argument without what no text holds. Errors: `ParameterUnusable`."""
    value = given.get(name, "").strip()
    if "\0" in value or len(value) > longest:
        raise ParameterUnusable(name=name, form=f"≤ {longest}")
    return value


def several(given: Given, name: str) -> tuple[str, ...]:
    """An argument that may hold many, separated by commas."""
    return tuple(dict.fromkeys(one.strip() for one in text(given, name, _LONGEST).split(",") if one.strip()))


def asked_of(given: Given, known: Mapping[str, tuple[str, str]]) -> Asked:
    """The requests asked for; `known` are the services as code -> (type, class).

    Errors: `ParameterUnusable`, `ServiceUnknown`.
    """
    numbers = several(given, "service_request_id")
    if numbers:  # overrides all other arguments
        return Asked(kinds=tuple(known.values()), numbers=numbers[:MOST])
    codes = several(given, "service_code")
    for code in codes:
        if code not in known:
            raise ServiceUnknown(name=code[:80])
    first, last = period(given)
    return Asked(
        kinds=tuple(known[code] for code in codes) or tuple(known.values()),
        first=first,
        last=last,
        open=_status(given),
        box=_box(given),
        circle=_circle(given),
    )


def period(given: Given, usual: timedelta = SPAN) -> Period:
    """From `start_date` to `end_date`: the last 90 days when neither is said, 90 days from or to the one that is."""
    start, end = _moment(given, "start_date"), _moment(given, "end_date")
    now = clock.now()
    if end is None:
        end = now if start is None else min(now, start + SPAN) if start < now else start
    if start is None:
        start = end - usual
    if start > end or end - start > SPAN + timedelta(days=1):
        raise ParameterUnusable(name="start_date, end_date", form="start_date ≤ end_date ≤ start_date + 90 d")
    return start, end


def _moment(given: Given, name: str) -> datetime | None:
    """A moment of ISO 8601 with its zone; a day alone is one of the city's."""
    said = text(given, name, 40)
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said.replace(" ", "+"))  # a plus sign that was not escaped
    except ValueError:
        raise ParameterUnusable(name=name, form=_MOMENT) from None
    if not 1900 < found.year < 2200:
        raise ParameterUnusable(name=name, form=_MOMENT)
    return found if found.tzinfo else found.replace(tzinfo=clock.CITY_ZONE)


def _status(given: Given) -> bool | None:
    """Open (True), closed (False), or either."""
    wanted = set(several(given, "status"))
    if not wanted <= {"open", "closed"}:
        raise ParameterUnusable(name="status", form="open, closed")
    return wanted == {"open"} if len(wanted) == 1 else None


def number(given: Given, name: str) -> float | None:
    """A finite number. Errors: `ParameterUnusable`."""
    said = text(given, name, 40)
    try:
        found = float(said) if said else None
    except ValueError:
        found = math.nan
    if found is not None and not math.isfinite(found):
        raise ParameterUnusable(name=name, form="120.6994")
    return found


def position(given: Given) -> tuple[float, float] | None:
    """(longitude, latitude) of `long` and `lat`, which need each other. Errors: `ParameterUnusable`."""
    lat, lon = number(given, "lat"), number(given, "long")
    if lat is None and lon is None:
        return None
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        raise ParameterUnusable(name="lat, long", form="lat=27.9943&long=120.6994")
    return lon, lat


def _box(given: Given) -> tuple[float, float, float, float] | None:
    """`bbox=west,south,east,north`."""
    said = text(given, "bbox", 200)
    if not said:
        return None
    try:
        west, south, east, north = (float(part) for part in said.split(","))
    except ValueError:
        raise ParameterUnusable(name="bbox", form="west,south,east,north") from None
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise ParameterUnusable(name="bbox", form="west,south,east,north")
    return west, south, east, north


def _circle(given: Given) -> tuple[float, float, float] | None:
    """`lat`, `long` and `radius` in metres; wider than the earth is the earth."""
    place, radius = position(given), number(given, "radius")
    if radius is None and place is None:
        return None
    if place is None or radius is None or radius <= 0:
        raise ParameterUnusable(name="lat, long, radius", form="lat=27.9943&long=120.6994&radius=500")
    return (*place, min(radius, 20_040_000.0))


def page_of(given: Given, most: int = MOST) -> tuple[int, int]:
    """How many to pass over and how many to answer, of `page` (from 1) and `page_size`."""
    size = min(_whole(given, "page_size", most), most)
    return (_whole(given, "page", 1) - 1) * size, size


def _whole(given: Given, name: str, usual: int) -> int:
    said = text(given, name, 40)
    if not said:
        return usual
    if not (said.isascii() and said.isdigit() and len(said) < 8 and int(said)):
        raise ParameterUnusable(name=name, form="1, 2, 3 …")
    return int(said)
