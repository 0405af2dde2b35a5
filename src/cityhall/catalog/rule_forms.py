"""What each kind of quality rule needs to be asked of rows: how many items, of which types, with which parameters. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from cityhall.catalog.shapes import CheckRule, RuleKind
from cityhall.kernel.text import Text

Types = tuple[str, ...]
NEEDS: Final[Mapping[RuleKind, Text]] = {
    "required": Text(en="at least one item", zh="至少一个数据项"),
    "key": Text(en="at least one item", zh="至少一个数据项"),
    "range": Text(
        en="one item, and “low” or “high” as values of its type",
        zh="一个数据项，以及与其类型一致的 low 或 high",
    ),
    "pattern": Text(
        en="one item of text, and “pattern”: a regular expression without look-around and back references",
        zh="一个文本数据项，以及 pattern：不含环视和反向引用的正则表达式",
    ),
    "list": Text(
        en="one item, and “codes”: a list of values of its type",
        zh="一个数据项，以及 codes：与其类型一致的取值列表",
    ),
    "reference": Text(
        en="one item, “dataset”: a code, and “item”: the item there that holds the values",
        zh="一个数据项，以及 dataset（数据集编码）和 item（其中的数据项）",
    ),
    "compare": Text(
        en="two items of comparable types, and “op”: one of < <= = >= > !=",
        zh="两个类型可比的数据项，以及 op：< <= = >= > != 之一",
    ),
    "freshness": Text(
        en="one item with dates, and “days”: a whole number", zh="一个日期数据项，以及 days：整数天数"
    ),
}
OPERATORS: Final = ("<", "<=", "=", ">=", ">", "!=")
_NUMBERS, _DAYS = ("integer", "decimal"), ("date", "datetime")
_READ: Final[Mapping[str, Callable[[str], object]]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}
# What the engine's expressions (RE2) do not know although Python's do: look-around, atomic groups, back references,
# possessive repetition.
_FOREIGN: Final = re.compile(r"\(\?(?!:|P<|[ims]+[:)])|\\[1-9]|[*+?}]\+")


def rule_usable(rule: CheckRule, types: Mapping[str, str]) -> bool:
    """Whether a rule of a known kind has everything its kind needs; `types` are those of the dataset's items by name. Items
    that the dataset does not have are complained of elsewhere.
    """
    known = tuple(types.get(name, "") for name in rule.items)
    return bool(known) and (not all(known) or _CHECKS[rule.kind](rule.params, known))


def _any(_params: Mapping[str, Any], _types: Types) -> bool:
    return True


def _range(params: Mapping[str, Any], types: Types) -> bool:
    bounds = [params[name] for name in ("low", "high") if params.get(name) is not None]
    return len(types) == 1 and bool(bounds) and all(_fits(bound, types[0]) for bound in bounds)


def _pattern(params: Mapping[str, Any], types: Types) -> bool:
    pattern = params.get("pattern")
    if types != ("text",) or not isinstance(pattern, str) or not pattern or _FOREIGN.search(pattern):
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _list(params: Mapping[str, Any], types: Types) -> bool:
    codes = params.get("codes")
    return (
        len(types) == 1
        and isinstance(codes, list | tuple)
        and bool(codes)
        and all(_fits(code, types[0]) for code in codes)
    )


def _reference(params: Mapping[str, Any], types: Types) -> bool:
    named = [params.get(name) for name in ("dataset", "item")]
    return len(types) == 1 and all(isinstance(name, str) and name for name in named)


def _compare(params: Mapping[str, Any], types: Types) -> bool:
    both = set(types)
    alike = len(both) == 1 or both <= set(_NUMBERS) or both <= set(_DAYS)
    return len(types) == 2 and alike and params.get("op") in OPERATORS


def _freshness(params: Mapping[str, Any], types: Types) -> bool:
    days = params.get("days")
    return (
        len(types) == 1
        and types[0] in _DAYS
        and isinstance(days, int)
        and not isinstance(days, bool)
        and 0 <= days <= 36_500
    )


def _fits(value: Any, kind: str) -> bool:
    """Whether a parameter can be compared with values of an item of this type."""
    if kind in _NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    try:
        _READ.get(kind, str)(value)
    except ValueError:
        return False
    return True


_CHECKS: Final[Mapping[RuleKind, Callable[[Mapping[str, Any], Types], bool]]] = {
    "required": _any,
    "key": _any,
    "range": _range,
    "pattern": _pattern,
    "list": _list,
    "reference": _reference,
    "compare": _compare,
    "freshness": _freshness,
}
