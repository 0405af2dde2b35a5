"""From counts by division to a map: at which level it is drawn, which areas it shows, and what each of them is worth."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from cityhall.catalog.queries import Dataset, Item
from cityhall.kernel import clock
from cityhall.kernel.lately import Lately
from cityhall.kernel.text import Text
from cityhall.opening.profiling.rules import is_division
from cityhall.opening.profiling.shapes import AreaCount, AreaMap, AreaPoint, ItemProfile, Worth
from cityhall.places.queries import ShapeInfo, shapes

MOST_AREAS: Final = 120
ENOUGH: Final = 0.8  # of the rows have to lie in an area of the map
_DIGITS: Final = {"town": 9, "county": 6, "city": 4, "province": 2}
# What is not added up: shares, means, prices, measurements.
_LEVELLED: Final = re.compile(
    r"率|占比|比例|均|单价|价格|指数|浓度|温度|得分|评分|分数|年龄|\brate\b|ratio|price|mean|average|index|score|\bage\b|\bper\b",
    re.IGNORECASE,
)
_TIME: Final = re.compile(r"年|月|日期|季度|year|month|date|quarter", re.IGNORECASE)
_OUTLINES: Final = Lately[Mapping[str, ShapeInfo]](4)


def maps_of(dataset: Dataset, profiles: Mapping[str, ItemProfile], version: str) -> dict[str, AreaMap | None]:
    """Item -> its map; None for an item whose map would be the same as another's. Items that suit no map are not there. `version`
    is that of the outlines."""
    made: dict[str, AreaMap | None] = {}
    if not version or not any(one.areas for one in profiles.values()):
        return made
    known = _OUTLINES.get((version, clock.today()), lambda: {one.code: one for one in shapes()})
    items = {item.name: item for item in dataset.items}
    for name, profile in profiles.items():
        drawn = _map(items, profile, dataset.key, known) if profile.areas else None
        if drawn:
            made[name] = None if drawn.points in [one.points for one in made.values() if one] else drawn
    return made


def _map(
    items: Mapping[str, Item], profile: ItemProfile, key: Sequence[str], known: Mapping[str, ShapeInfo]
) -> AreaMap | None:
    worth = _worth(items.get(profile.amount), [items[name] for name in key if name in items])
    if worth is None:
        return None
    for level, digits in _DIGITS.items():
        areas = [code for code, one in known.items() if one.level == level]
        placed = _folded(profile.areas, digits, set(areas))
        rows = sum(one.rows for one in placed.values())
        if len(placed) > 1 and rows >= ENOUGH * (sum(one.rows for one in profile.areas) + profile.elsewhere):
            above = {known[code].parent for code in placed}
            shown = [code for code in areas if known[code].parent in above]
            if len(placed) <= MOST_AREAS:
                shown = sorted(shown if len(shown) <= MOST_AREAS else placed)
                points = tuple(_point(known[code], placed.get(code), worth) for code in shown)
                return AreaMap(points=points, level=level, worth=worth, amount=_title(items, profile.amount))
    return None


def _worth(amount: Item | None, key: Sequence[Item]) -> Worth | None:
    """What an area is worth: its rows, unless a division is part of the key (then every area has as many rows as there are
    months or kinds): the sum of an amount, or its mean where adding up says nothing."""
    if not any(is_division(item) for item in key):
        return "rows"
    if amount is None:
        return None
    words = f"{amount.name} {amount.title.zh} {amount.title.en}"
    dated = any(
        item.type in ("date", "datetime") or _TIME.search(f"{item.name} {item.title.zh}") for item in key
    )
    return "mean" if dated or amount.element == "share" or _LEVELLED.search(words) else "sum"


def _folded(counts: Iterable[AreaCount], digits: int, areas: set[str]) -> dict[str, AreaCount]:
    """The counts of a level: what is below belongs to the area that it lies in."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0])
    for one in counts:
        code = one.code[:digits].ljust(6, "0")
        if code in areas and (digits <= 4 or len(one.code) >= digits):
            sums[code] = [a + b for a, b in zip(sums[code], (one.rows, one.total, one.filled), strict=True)]
    return {
        code: AreaCount(code, int(rows), total, int(filled)) for code, (rows, total, filled) in sums.items()
    }


def _point(area: ShapeInfo, count: AreaCount | None, worth: Worth) -> AreaPoint:
    rows = count.rows if count else 0
    value: float | None = rows or None
    if worth != "rows":
        value = count.total if count and count.filled else None
        value = value / count.filled if count and value is not None and worth == "mean" else value
    return AreaPoint(area.code, area.title, rows, value)


def _title(items: Mapping[str, Item], name: str) -> Text:
    item = items.get(name)
    return Text(en=item.title.en or name, zh=item.title.zh or name) if item else Text(en="", zh="")
