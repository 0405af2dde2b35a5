"""Which division a feature draws: the property that holds codes is found by what it holds, then by what it is called."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from cityhall.places.rules import normalised
from cityhall.places.shapes.drawn import Feature

CODES: Final = (
    "adcode", "code", "division", "区划代码", "行政区划代码", "区划码", "xzqdm", "pac", "qhdm", "gb", "adminCode", "id",
)  # fmt: skip
NAMES: Final = ("name", "fullname", "名称", "区划名称", "行政区名称", "xzqmc", "mc", "NAME", "title")
PARENTS: Final = ("parent", "parent_code", "pcode", "pid", "上级代码", "acroutes")
_CHINA: Final = "156"  # ISO 3166: put before the six digits in national map data
_IN_NAME: Final = re.compile(r"(?<![0-9])([0-9]{12}|[0-9]{9}|[0-9]{6}|[0-9]{4}|[0-9]{2})(?![0-9])")


def code_in(value: Any) -> str:
    """A value as a code of a division; empty when it has not the form of one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    if len(text) == 9 and text.startswith(_CHINA):
        text = text[3:]
    return normalised(text)


def candidates(features: Iterable[Feature], file: str) -> set[str]:
    """Every code that could be meant anywhere: in properties, or in the file's name."""
    found = {code_in(value) for one in features for value in one.properties.values()}
    found |= {code for one in features for code in parent_codes(one)}
    return (found | set(codes_in_name(file))) - {""}


def codes_in_name(file: str) -> list[str]:
    """The codes in a file's name, the last and longest first."""
    found = [normalised(one) for one in _IN_NAME.findall(file.rsplit("/", 1)[-1])]
    return sorted((one for one in found if one), key=len, reverse=True)


def code_property(features: Sequence[Feature], known: Collection[str]) -> str:
    """The property that names the most different divisions; empty where none names any."""
    names = dict.fromkeys(name for one in features for name in one.properties if name not in PARENTS)

    def worth(name: str) -> tuple[int, int]:
        named = {code_in(one.properties.get(name)) for one in features} & set(known)
        return len(named), -_rank(name, CODES)

    best = max(names, key=worth, default="")
    return best if best and worth(best)[0] else ""


def name_property(features: Sequence[Feature]) -> str:
    """The property that names features in words; empty where there is none."""
    present = dict.fromkeys(name for one in features for name in one.properties)
    named = [name for name in present if _rank(name, NAMES) < len(NAMES)]
    return min(named, key=lambda name: _rank(name, NAMES), default="")


def parent_codes(feature: Feature) -> Iterator[str]:
    """The codes of what a feature says to lie in."""
    for name in PARENTS:
        value = feature.properties.get(name)
        value = value.get("adcode") if isinstance(value, dict) else value
        for one in value[-1:] if isinstance(value, list) else [value]:
            if code := code_in(one):
                yield code


def words_of(feature: Feature, name: str) -> str:
    """What a feature is called."""
    value = feature.properties.get(name, "")
    return str(value).strip()[:100] if isinstance(value, str | int) else ""


def _rank(name: str, wanted: Sequence[str]) -> int:
    low = name.lower()
    return next((at for at, one in enumerate(wanted) if one.lower() == low), len(wanted))
