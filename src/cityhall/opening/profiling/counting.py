"""How many rows each division has, and how much of an amount: computed once per version, whether or not there is a map yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cityhall.catalog.queries import Dataset, Item
from cityhall.opening.profiling.rules import PERSONAL_LEVEL, is_division, is_measured, is_personal
from cityhall.places.queries import find_named, normalised
from cityhall.warehouse.queries import Aggregate, Query, Version, run

MOST_GROUPS: Final = 5_000
_PAGE: Final = 1_000
_TOWN: Final = 9  # digits: nothing finer is drawn


def divisions_in(found: Dataset, stored: Version, clear: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Item -> {amount, rows: [[code, rows, sum, filled]], other}: for each item that holds divisions, by code or by name.
    `amount` is the item that was added up, or empty; `other` are rows of values that are no division."""
    items = [item for item in found.items if item.name in clear]
    amount = _amount(items, found.key)
    told = {}
    for item in items:
        if is_division(item) and item.name not in {amount}:
            groups = _groups(stored, item.name, amount)
            if groups is not None:
                told[item.name] = {"amount": amount, **_coded(item, groups, found.region)}
    return told


def _amount(items: Iterable[Item], key: Sequence[str]) -> str:
    """The number that is worth adding up: one recognised as an amount, else the first that is measured."""
    fit = [
        item
        for item in items
        if is_measured(item)
        and item.name not in key
        and item.level < PERSONAL_LEVEL
        and not is_personal(item)
    ]
    return next((item.name for item in fit if item.element == "amount"), fit[0].name if fit else "")


def _groups(stored: Version, name: str, amount: str) -> list[Sequence[Any]] | None:
    """(value, rows, sum, filled) for each value; None where there are too many for divisions."""
    asked = [Aggregate("count", "*", "rows")]
    asked += [Aggregate("sum", amount, "total"), Aggregate("count", amount, "filled")] if amount else []
    found: list[Sequence[Any]] = []
    after: str | None = None
    while len(found) <= MOST_GROUPS:
        page = run(stored, Query(group_by=(name,), aggregates=tuple(asked), limit=_PAGE, after=after))
        found += page.rows
        after = page.next_cursor
        if after is None:
            return found
    return None


def _coded(item: Item, groups: Iterable[Sequence[Any]], region: str | None) -> dict[str, Any]:
    """The groups by code; those of several ways to write a code are one."""
    filled = [group for group in groups if group[0] is not None]
    codes = _codes(item, [str(group[0]) for group in filled], region or "")
    sums: dict[str, list[Any]] = defaultdict(lambda: [0, 0.0, 0])
    other = 0
    for value, rows, *measured in filled:
        code = codes.get(str(value), "")[:_TOWN]
        if not code:
            other += rows
            continue
        total, many = measured or (0, 0)
        sums[code] = [a + b for a, b in zip(sums[code], (rows, float(total or 0), many), strict=True)]
    return {"rows": [[code, *one] for code, one in sorted(sums.items())], "other": other}


def _codes(item: Item, values: Sequence[str], region: str) -> Mapping[str, str]:
    if item.element == "cn_division_code":
        return {value: normalised(value) for value in values}
    return find_named(values, region)
