"""Districts of a city: the service centre of each, and what one keeps for its own district and others keep alike for theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Declared = dict[str, Any]
_DEGREES = {"longitude": 0, "latitude": 1}


def centres(districts: Iterable[Declared]) -> list[Declared]:
    """The agencies of the districts whose service centre is not declared by itself."""
    return [
        {
            "code": f"{one['code']}_district",
            "level": "county_or_district",
            "division": one["division"],
            "title": _both(one, "{}政务服务中心（合成）", "{} Service Centre (synthetic)"),
            "serial": one["serial"],
            "function": {"zh": "区级政务与便民服务", "en": "District services"},
            "system": {"zh": "区级一体化平台", "en": "District platform"},
        }
        for one in districts
        if "agency" not in one
    ]


def local_datasets(dataset: Declared, districts: Iterable[Declared]) -> list[Declared]:
    """A dataset written out, and the same list of every district that it names with its number of rows. What lies somewhere lies
    in the district then. A dataset that names no districts is itself."""
    wanted = dataset.get("districts")
    if wanted is None:
        return [dataset]
    by_code = {one["code"]: one for one in districts}
    own = next(one for one in by_code.values() if one.get("agency") == dataset["agency"])
    copies = (
        {
            **_local(dataset, by_code[code]),
            "code": f"{dataset['code']}_{code}",
            "agency": f"{code}_district",
            "rows": rows,
        }
        for code, rows in wanted.items()
    )
    return [_local(dataset, own), *copies]


def divisions(district: Declared) -> list[Declared]:
    """The district and its streets: code, name and English name of each."""
    own, streets = district["division"], enumerate(district["streets"].items(), start=1)
    return [
        {"code": own, "name": district["name"]["zh"], "english": district["name"]["en"]},
        *({"code": f"{own}{at:03d}", "name": zh, "english": en} for at, (zh, en) in streets),
    ]


def _local(dataset: Declared, district: Declared) -> Declared:
    title, abstract = dataset["title"], dataset["abstract"]
    return {
        **dataset,
        "title": _both(district, f"{{}}{title['zh']}", f"{title['en']} of {{}}"),
        "abstract": _both(district, f"{{}}{abstract['zh']}", f"{abstract['en'].rstrip('.')} in {{}}."),
        "items": [{**item, "make": {**item["make"], **_place(item, district)}} for item in dataset["items"]],
    }


def _place(item: Declared, district: Declared) -> Mapping[str, Any]:
    """How an item is made for a district: coordinates inside it, a street of it."""
    if (axis := _DEGREES.get(item.get("element", ""))) is not None:
        return {"middle": district["middle"][axis], "spread": district["reach"]}
    return {"from": list(district["streets"])} if item["make"].get("from") == "streets" else {}


def _both(district: Declared, zh: str, en: str) -> Declared:
    return {"zh": zh.format(district["name"]["zh"]), "en": en.format(district["name"]["en"])}
