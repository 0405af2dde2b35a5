"""The parameters of the interface, read strictly: what is unknown, said twice or of another form is refused with 400
(OGC 17-069r4, 7.6.6 and 7.15)."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Final

from django.http import QueryDict

from cityhall.kernel.clock import CITY_ZONE
from cityhall.opening.queries import FeatureQuery
from cityhall.web.errors import ParameterUnknown, ParameterUnusable

DEFAULT_LIMIT: Final = 100
MOST: Final = 1000
CORE: Final = ("bbox", "datetime", "limit", "cursor", "f")
LONGEST: Final = 4000


def check(given: QueryDict, known: Collection[str]) -> dict[str, str]:
    """The parameters, each at most once and known. Errors: `ParameterUnknown`, `ParameterUnusable`."""
    for name, values in given.lists():
        if name not in known:
            raise ParameterUnknown(name=name[:80], known=", ".join(list(known)[:60]))
        if len(values) > 1 or len(values[0]) > LONGEST or "\0" in values[0]:
            raise ParameterUnusable(name=name[:80], form="one value")
    return {name: str(value) for name, value in given.items()}


def feature_query(given: QueryDict, asked_by: Collection[str]) -> FeatureQuery:
    """The features asked for; items are asked for by equal values. An item named like a parameter of the interface
    cannot be asked by here.
    """
    items = [name for name in asked_by if name not in CORE]
    word = check(given, (*CORE, *items))
    return FeatureQuery(
        limit=_limit(word.get("limit", "")),
        bbox=_bbox(word["bbox"]) if "bbox" in word else None,
        period=_period(word["datetime"]) if "datetime" in word else None,
        equals=tuple((name, word[name]) for name in items if name in word),
        after=word.get("cursor") or None,
    )


def _limit(text: str) -> int:
    """A limit above the most is the most, as the standard wants."""
    if not text:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise ParameterUnusable(name="limit", form=f"1 – {MOST}")
    return min(int(text[:9]), MOST)


def _bbox(text: str) -> tuple[float, float, float, float]:
    """Four numbers, or six with heights, which are not looked at."""
    form = "west,south,east,north (CRS84)"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise ParameterUnusable(name="bbox", form=form) from error
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise ParameterUnusable(name="bbox", form=form)
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ParameterUnusable(name="bbox", form=form)
    return west, south, east, north


def _period(text: str) -> tuple[datetime | None, datetime | None]:
    """A moment or day of RFC 3339, or two with a slash between; `..` or nothing is an open end."""
    first, slash, last = text.partition("/")
    start = _moment(first, time.min, open_end=bool(slash))
    end = _moment(last, time.max, open_end=True) if slash else _moment(first, time.max, open_end=False)
    if (start is None and end is None) or (start and end and start > end):
        raise ParameterUnusable(name="datetime", form="2024-05-01T00:00:00Z/..")
    return start, end


def _moment(text: str, of_day: time, *, open_end: bool) -> datetime | None:
    """A whole day begins or ends in the city's zone."""
    if open_end and text in ("", ".."):
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), of_day, CITY_ZONE)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(CITY_ZONE) if moment.tzinfo else moment.replace(tzinfo=CITY_ZONE)
    except (ValueError, OverflowError) as error:  # the last hours of the calendar are beyond it elsewhere
        raise ParameterUnusable(name="datetime", form="2024-05-01T00:00:00Z/..") from error
