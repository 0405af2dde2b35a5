"""Masks: how an item is shown when it may not be shown whole, as SQL over its column.

A profile (`identity_number`) is data in `masks.yaml`; a technique is one function here. A mask can also be
given as a technique with its numbers, `keep_edges(3,4)`. Empty cells stay empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from cityhall.kernel.clock import CITY_ZONE
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.home import secret
from cityhall.kernel.sql import quoted
from cityhall.kernel.text import Text
from cityhall.warehouse.errors import MaskUnusable
from cityhall.warehouse.query.fragments import Fragment
from cityhall.warehouse.shapes import Column

_CALL = re.compile(r"([a-z_]{1,30})(?:\((\d{1,6}(?:,\d{1,6})?)\))?", re.ASCII)


def profiles() -> tuple[str, ...]:
    """The names of all mask profiles."""
    return tuple(_profiles())


def profile_titles() -> Mapping[str, Text]:
    """Mask profile -> what it does, for people."""
    return {name: Text.from_dict(profile["title"]) for name, profile in _profiles().items()}


def masked(column: Column, mask: str | None) -> Fragment:
    """The column as shown under a mask (profile, or technique with numbers); the plain column when there is none.

    Errors: `MaskUnusable` for a mask nobody declared, so that a misspelt mask never shows everything.
    """
    if not mask:
        return Fragment(quoted(column.name))
    technique, numbers = _technique(mask)
    return technique(column, *numbers)


def masked_local(column: Column, mask: str | None) -> Fragment:
    """As `masked`, with moments in the city's time and without their zone, for readers that know no zones."""
    if "ZONE" not in column.stored or not shows_all(mask):
        return masked(column, mask)
    return Fragment(f"timezone('{CITY_ZONE.key}', {quoted(column.name)})")


def shows_all(mask: str | None) -> bool:
    """Whether the mask leaves every value as it is."""
    return not mask or _technique(mask)[0] is _show


def _technique(mask: str) -> tuple[Callable[..., Fragment], tuple[int, ...]]:
    if mask in _profiles():
        profile = {name: value for name, value in _profiles()[mask].items() if name != "title"}
        return _TECHNIQUES[profile.pop("technique")], tuple(int(number) for number in profile.values())
    match = _CALL.fullmatch(mask)
    numbers = tuple(int(number) for number in match[2].split(",")) if match and match[2] else ()
    if not match or match[1] not in _TECHNIQUES or len(numbers) != _NUMBERS[match[1]]:
        raise MaskUnusable(mask=mask[:80], known=", ".join([*_profiles(), *_TECHNIQUES]))
    return _TECHNIQUES[match[1]], numbers


@cache
def _profiles() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = read_yaml(files("cityhall.warehouse") / "masks.yaml")
    return found


def _text(column: Column) -> str:
    return f"CAST({quoted(column.name)} AS VARCHAR)"


def _unless_empty(column: Column, sql: str, values: tuple[Any, ...] = ()) -> Fragment:
    return Fragment(f"CASE WHEN {quoted(column.name)} IS NULL THEN NULL ELSE {sql} END", values)


def _show(column: Column) -> Fragment:
    return Fragment(quoted(column.name))


def _hide(column: Column) -> Fragment:
    return _unless_empty(column, "'***'")


def _keep_edges(column: Column, first: int, last: int) -> Fragment:
    text, kept = _text(column), first + last
    middle = f"left({text}, {first:d}) || repeat('*', length({text}) - {kept:d}) || right({text}, {last:d})"
    # a text that is hardly longer than its kept edges would be given away: it is hidden whole
    return _unless_empty(
        column, f"CASE WHEN length({text}) > {kept:d} THEN {middle} ELSE repeat('*', length({text})) END"
    )


def _email(column: Column) -> Fragment:
    text = _text(column)
    return _unless_empty(
        column,
        f"CASE WHEN contains({text}, '@') THEN left({text}, 1) || '***@' || split_part({text}, '@', -1)"
        " ELSE '***' END",
    )


def _year_only(column: Column) -> Fragment:
    return _unless_empty(column, f"left({_text(column)}, 4)")


def _month_only(column: Column) -> Fragment:
    return _unless_empty(column, f"left({_text(column)}, 7)")


def _round(column: Column, places: int) -> Fragment:
    number = f"TRY_CAST({quoted(column.name)} AS DOUBLE)"
    return Fragment(f"round({number}, {places:d})")


def _step(column: Column, of: int) -> Fragment:
    number = f"TRY_CAST({quoted(column.name)} AS DOUBLE)"
    return Fragment(f"CAST(floor({number} / {max(of, 1):d}) * {max(of, 1):d} AS BIGINT)")


def _hash(column: Column) -> Fragment:
    """The same value gets the same pseudonym everywhere on this node; without the node's secret it cannot
    be tried out.
    """
    return _unless_empty(column, f"left(sha256(? || {_text(column)}), 16)", (secret("pseudonyms"),))


_TECHNIQUES: dict[str, Callable[..., Fragment]] = {
    "show": _show,
    "hide": _hide,
    "keep_edges": _keep_edges,
    "email": _email,
    "year_only": _year_only,
    "month_only": _month_only,
    "round": _round,
    "step": _step,
    "hash": _hash,
}
_NUMBERS = {"keep_edges": 2, "round": 1, "step": 1} | dict.fromkeys(
    ("show", "hide", "email", "year_only", "month_only", "hash"), 0
)
