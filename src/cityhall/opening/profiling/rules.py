"""Which figures may be told, and which chart suits an item. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cityhall.catalog.queries import Dataset, Item
from cityhall.cleaning.queries import elements
from cityhall.kernel.text import Text
from cityhall.opening.profiling.shapes import AreaCount, ChartKind, ItemProfile
from cityhall.opening.rules import Decision
from cityhall.warehouse.queries import Bin

FEWEST: Final = 5
"""Groups of fewer rows than this are not told in data about persons."""
PERSONAL_LEVEL: Final = 3
MOST_CHARTS: Final = 6
_MOST_CATEGORIES: Final = 40
_DIVISIONS: Final = re.compile(
    r"区县|区划|街道|乡镇|行政区|所属区|县区|district|division|county|township", re.IGNORECASE
)
_NO_AMOUNT: Final = re.compile(
    r"编号|编码|代码|序号|号码|年份|年度|\bid\b|_id$|code|year|number$", re.IGNORECASE
)
_PLACE: Final = frozenset({"longitude", "latitude", "coordinate_pair"})
_CONTACT: Final = frozenset({"cn_mobile_phone", "phone_e164", "email", "cn_person_name"})
_NO_CATEGORY: Final = frozenset(
    {"free_text", "address", "url", "email", "phone_e164", "cn_landline_phone", "cn_mobile_phone", "cn_uscc"}
)
MASKED: Final = Text(en="shown masked, so not counted", zh="脱敏展示，不作统计")


def about_persons(dataset: Dataset) -> bool:
    """Whether a row is about a person: it carries what identifies one (an identity number, a plate, a card). A name or a
    phone alone may be the contact of a park or of an enterprise."""
    return any(is_personal(item) and item.element not in _CONTACT for item in dataset.items)


def is_personal(item: Item) -> bool:
    """Whether its values are about a person by what they are."""
    element = elements().get(item.element or "")
    return element is not None and element.personal


def item_profile(
    item: Item, facts: Mapping[str, Any] | None, decision: Decision, rows: int, *, persons: bool
) -> ItemProfile:
    """One item as it may be told: facts when its values are shown in clear, else the reason. Small groups are left out
    where rows are about persons, and of items that are personal themselves."""
    reason = decision.reasons.get(item.name) or (MASKED if item.name in decision.masks else None)
    if reason or facts is None or item.name not in decision.clear:
        return ItemProfile(
            name=item.name, title=item.title, element=item.element or "", type=item.type, reason=reason
        )
    persons = persons or item.level >= PERSONAL_LEVEL or is_personal(item)
    top, rest = without_small_groups([(value, count) for value, count in facts["top"]], persons=persons)
    bins = tuple(Bin(one["low"], one["high"], one["rows"]) for one in facts["bins"])
    return ItemProfile(
        name=item.name,
        title=item.title,
        element=item.element or "",
        type=item.type,
        filled=facts["filled"] / rows if rows else None,
        distinct=facts["distinct"],
        least="" if persons else facts["least"],
        greatest="" if persons else facts["greatest"],
        top=tuple(top),
        rest=rest,
        bins=_wide_enough(bins, persons=persons),
        step=facts["step"],
        names=facts.get("names", {}),
        **_areas(facts.get("divisions"), persons=persons),
    )


def _areas(told: Mapping[str, Any] | None, *, persons: bool) -> dict[str, Any]:
    """The counts by division that may be told; of persons no amounts, and no division with few of them."""
    if not told:
        return {}
    counts = [AreaCount(code, rows, total, filled) for code, rows, total, filled in told["rows"]]
    if not persons:
        return {"areas": tuple(counts), "elsewhere": told["other"], "amount": told["amount"]}
    ordered = sorted(((one.code, one.rows) for one in counts), key=lambda one: -one[1])
    kept, rest = without_small_groups(ordered, persons=True)
    areas = tuple(AreaCount(code, rows) for code, rows in sorted(kept))
    return {"areas": areas, "elsewhere": told["other"] + rest}


def without_small_groups(top: list[tuple[str, int]], *, persons: bool) -> tuple[list[tuple[str, int]], int]:
    """The frequent values that may be told, and the rows of those that may not. A single one left out could be worked
    out from the total, so the next smallest goes with it."""
    if not persons:
        return top, 0
    kept = [one for one in top if one[1] >= FEWEST]
    if len(top) - len(kept) == 1 and kept:
        kept = kept[:-1]
    return kept, sum(count for _, count in top) - sum(count for _, count in kept)


def _wide_enough(bins: tuple[Bin, ...], *, persons: bool) -> tuple[Bin, ...]:
    """No distribution where a step would show fewer than five persons."""
    return () if persons and any(0 < one.rows < FEWEST for one in bins) else bins


def chart_kind(
    item: Item, profile: ItemProfile, key: Sequence[str], rows: int, *, mapped: bool = False
) -> ChartKind | None:
    """Which chart the item's element, type and values ask for; None when no chart says anything. `mapped`: its divisions have
    outlines."""
    if profile.reason or profile.filled in (None, 0):
        return None
    if mapped:
        return "map"
    if item.name in key or item.element in _PLACE:
        return None
    if item.type in ("date", "datetime"):
        return "line" if len(profile.bins) > 2 else None
    if is_division(item) and len(profile.top) > 1:
        return "division"
    if item.type in ("integer", "decimal"):
        return "histogram" if is_measured(item) and len(profile.bins) > 2 else None
    return "bars" if _is_category(item, profile, rows) else None


def is_measured(item: Item) -> bool:
    """Whether it holds numbers that say how much, not which."""
    if item.type not in ("integer", "decimal") or item.element in _PLACE:
        return False
    return item.element in ("amount", "share") or not _NO_AMOUNT.search(f"{item.name} {item.title.zh}")


def is_division(item: Item) -> bool:
    """Whether it holds divisions, as codes or as names."""
    named = f"{item.name} {item.title.zh} {item.title.en}"
    return item.element == "cn_division_code" or (item.type == "text" and bool(_DIVISIONS.search(named)))


def _is_category(item: Item, profile: ItemProfile, rows: int) -> bool:
    """Few values that come again: at most forty, and a tenth of the rows."""
    few = 1 < (profile.distinct or 0) <= min(_MOST_CATEGORIES, max(rows // 3, 2))
    return few and len(profile.top) > 1 and not is_personal(item) and item.element not in _NO_CATEGORY


ORDER: Final[tuple[ChartKind, ...]] = ("line", "map", "division", "bars", "histogram")


def chosen(kinds: Sequence[tuple[str, ChartKind]]) -> tuple[tuple[str, ChartKind], ...]:
    """At most six (item, kind): first one of each kind, then the rest in the dataset's order."""
    first = {kind: (name, kind) for name, kind in reversed(kinds)}
    ordered = [first[kind] for kind in ORDER if kind in first]
    rest = [one for one in kinds if one not in ordered]
    return tuple([*ordered, *rest][:MOST_CHARTS])
