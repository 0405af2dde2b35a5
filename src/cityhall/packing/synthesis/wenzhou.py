"""The catalogue of a whole city, for measuring: as many units, datasets and items as Wenzhou's open platform
had in April 2023, with synthetic titles put together from word lists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from cityhall.kernel.declared import read_yaml
from cityhall.packing.places import pack_folder
from cityhall.packing.synthesis.declared_city import Declared
from cityhall.packing.synthesis.identifiers import uscc_of

CYCLES = ("daily", "weekly", "monthly", "quarterly", "yearly", "irregular", "realtime")


def wenzhou_agencies() -> list[Declared]:
    """72 municipal units, 12 counties and districts, 2 functional areas: code, uscc, title, place, level,
    division."""
    words = _words()
    named = [("市", zh, f"Municipal {en}", "municipal_unit", "330300") for zh, en in words["units"]]
    named += [(zh, "人民政府", en, "county_or_district", code) for code, zh, en in words["areas"]]
    named += [(zh, "管理委员会", en, "functional_area", "330303") for zh, en in words["functional"]]
    return [
        {
            "code": f"unit_{number:02d}",
            "uscc": uscc_of("11", division, f"MB{200000 + number}"),
            "title": {"zh": f"{place}{body}（合成）", "en": f"{en} (synthetic)"},
            "place": {"zh": place, "en": en},
            "level": level,
            "division": division,
        }
        for number, (place, body, en, level, division) in enumerate(named, start=1)
    ]


def wenzhou_catalogue() -> list[Declared]:
    """2,149 datasets with 13,365 items over 22 fields, 1,180 open unconditionally and 969 on application.

    Each is shaped like a dataset of catalogue.yaml, without a file; `agency` is a code of `wenzhou_agencies`.
    """
    words, agencies = _words(), wenzhou_agencies()
    counts = words["counts"]
    titles = list(_titles(words, agencies))[: counts["datasets"]]
    sizes = _sizes(counts["datasets"], counts["items"])
    opened = [bool(share) for share in _spread(counts["datasets"], counts["unconditional"])]
    return [
        _dataset(number, *title, size, unconditional, words)
        for number, (title, size, unconditional) in enumerate(
            zip(titles, sizes, opened, strict=True), start=1
        )
    ]


def _words() -> Any:
    return read_yaml(pack_folder("demo_city") / "wenzhou.yaml")


def _titles(words: Any, agencies: list[Declared]) -> Iterator[tuple[Declared, str, str, str]]:
    """(agency, field, Chinese title, English title), all different: first the city's units, then district by
    district."""
    subjects = [(field, zh, en) for field, pairs in words["subjects"].items() for zh, en in pairs]
    topics = list(product(subjects, words["aspects"]))
    units = [agency for agency in agencies if agency["level"] == "municipal_unit"]
    local = agencies[len(units) :]
    for number, ((field, zh, en), (aspect_zh, aspect_en)) in enumerate(topics):
        yield (
            units[number * len(units) // len(topics)],
            field,
            f"{zh}{aspect_zh}",
            f"{en.capitalize()}: {aspect_en}",
        )
    for (field, zh, en), (aspect_zh, aspect_en) in topics[:: len(words["aspects"]) // 2 + 1]:
        for agency in local:
            place = agency["place"]
            yield (
                agency,
                field,
                f"{place['zh']}{zh}{aspect_zh}",
                f"{en.capitalize()} in {place['en']}: {aspect_en}",
            )


def _spread(length: int, count: int) -> list[int]:
    """`count` ones among `length` numbers, as even as can be."""
    return [(number + 1) * count // length - number * count // length for number in range(length)]


def _sizes(datasets: int, items: int) -> list[int]:
    """How many items each dataset has: between 4 and 9, `items` in all."""
    swings = (-2, 2, -1, 1, 0)
    even, rest = divmod(items, datasets)
    swung = [swings[number % 5] if number < datasets // 5 * 5 else 0 for number in range(datasets)]
    return [even + swing + extra for swing, extra in zip(swung, _spread(datasets, rest), strict=True)]


def _dataset(
    number: int, agency: Declared, field: str, zh: str, en: str, size: int, unconditional: bool, words: Any
) -> Declared:
    return {
        "code": f"wenzhou_{number:04d}",
        "title": {"zh": zh, "en": en},
        "abstract": {"zh": f"{zh}（合成目录条目）。", "en": f"{en} (a synthetic entry)."},
        "agency": agency["code"],
        "field": field,
        "region": agency["division"],
        "update_cycle": CYCLES[number % len(CYCLES)],
        "licence": "CC0-1.0",
        "legal_basis": {"zh": "仅供测试", "en": "For tests only"},
        "contact": {"name": agency["title"]["zh"], "email": "data@example.cn", "phone": "0577-80000000"},
        "keywords": ["合成数据", zh],
        "spatial": {"division": agency["division"]},
        "temporal": {"start": "2020-01-01", "end": "2025-06-30"},
        "linked_codes": [],
        "mode": "replace",
        "key": ["编号"],
        "items": list(_items(number, size, unconditional, words)),
        "rules": [],
    }


def _items(number: int, size: int, unconditional: bool, words: Any) -> Iterator[Declared]:
    """The first open item is the key; a restricted dataset ends with items that are not for everybody."""
    restricted = words["restricted_items"]
    limited = 0 if unconditional else 1 + number % 2
    others = words["open_items"][1:]
    chosen = [words["open_items"][0]]
    chosen += [others[(number + step) % len(others)] for step in range(size - limited - 1)]
    for name, english, kind, element in chosen:
        yield _item(name, english, kind, element, "", 1)
    for step in range(limited):
        yield _item(*restricted[(number + step) % len(restricted)])


def _item(name: str, english: str, kind: str, element: str, mask: str, level: int) -> Declared:
    classes = ("unconditional", "unconditional") if level == 1 else ("restricted", "restricted")
    reason = {"zh": "不涉及敏感信息", "en": "Nothing sensitive"}
    if level > 1:
        reason = {"zh": "涉及个人或管理信息，须申请", "en": "Touches people or administration; apply for it"}
    return {
        "name": name,
        "title": {"zh": name, "en": english},
        **({"element": element} if element else {}),
        "type": kind,
        "level": level,
        **({"mask": mask} if mask else {}),
        "sharing": {"class": classes[0], "reason": reason},
        "opening": {"class": classes[1], "reason": reason},
        "required": name == "编号",
        "unique": name == "编号",
    }
