"""The catalogue of a synthetic city as plain data, ready for catalogue.yaml: what each dataset is, and what
is agreed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cityhall.packing.synthesis.declared_city import City, Declared
from cityhall.packing.synthesis.districts import divisions

BOX = [120.2, 27.5, 121.2, 28.5]  # degrees WGS-84 within which the city's true coordinates lie
RANGES = {"longitude": (BOX[0], BOX[2]), "latitude": (BOX[1], BOX[3])}
KEPT = ("code", "title", "abstract", "agency", "field", "update_cycle", "key")
ITEM_KEPT = ("name", "title", "element", "type", "level", "mask", "sharing", "opening")


def catalogue_of(city: City, files: dict[str, Declared]) -> Declared:
    """Agencies, functions, systems, fields and datasets; `files` tells where each dataset's file lies."""
    return {
        "label": city.pack["title"],
        "synthetic": True,
        "fields": city.fields,
        "divisions": list(_divisions(city)),
        "agencies": [_agency(agency, city) for agency in city.agencies],
        "functions": [_part(agency, "function") for agency in city.agencies],
        "systems": [
            {**_part(agency, "system"), "function": f"{agency['code']}.function"} for agency in city.agencies
        ],
        "datasets": [_dataset(city.datasets[code], city, files[code]) for code in files],
    }


def _divisions(city: City) -> Iterator[Declared]:
    """The city, its districts and their streets, each with its name in both languages."""
    name = city.pack.get("division_name")
    if name:
        yield {"code": city.pack["division"], "name": name["zh"], "english": name["en"]}
    for district in city.districts:
        yield from divisions(district)


def _agency(agency: Declared, city: City) -> Declared:
    return {
        "code": agency["code"],
        "uscc": agency["uscc"],
        "title": agency["title"],
        "level": agency["level"],
        "division": agency.get("division", city.pack["division"]),
    }


def _part(agency: Declared, part: str) -> Declared:
    return {"code": f"{agency['code']}.{part}", "agency": agency["code"], "title": agency[part]}


def _dataset(dataset: Declared, city: City, file: Declared) -> Declared:
    agency = next(one for one in city.agencies if one["code"] == dataset["agency"])
    region = dataset.get("region") or agency.get("division") or city.pack["division"]
    return {
        **{name: dataset[name] for name in KEPT},
        "system": f"{dataset['agency']}.system",
        "region": region,
        "legal_basis": dataset.get("legal_basis", city.pack["legal_basis"]),
        "licence": dataset.get("licence", city.pack["licence"]),
        "contact": {
            "name": agency["title"]["zh"],
            "email": f"{dataset['agency'].replace('_', '-')}@example.cn",
            "phone": "0577-80000000",
        },
        "keywords": [city.pack["keyword"], dataset["title"]["zh"]],
        "spatial": {"division": region, "bbox": BOX},
        "temporal": {"start": "2020-01-01", "end": "2025-06-30"},
        "linked_codes": sorted(set(dataset.get("links", {}).values())),
        "mode": dataset.get("mode", "replace"),
        "coordinates": dataset.get("coordinates"),
        "file": file,
        "items": [*(_item(item) for item in dataset["items"]), *_shape_item(dataset)],
        "rules": list(rules_of(dataset, city)),
    }


def _item(item: Declared) -> Declared:
    return {
        **{name: item[name] for name in ITEM_KEPT if name in item},
        "required": item.get("required", False),
        "unique": item.get("unique", False),
    }


def _shape_item(dataset: Declared) -> Iterator[Declared]:
    """A GeoJSON file also brings each feature's shape, which says no less than the coordinates do."""
    if dataset["file"]["format"] != "geojson":
        return
    place = next(item for item in dataset["items"] if item["name"] == dataset["coordinates"][0])
    title = {"zh": "几何图形", "en": "Shape"}
    shape = {
        **place,
        "name": "geometry",
        "title": title,
        "type": "geometry",
        "required": False,
        "unique": False,
    }
    yield _item({name: value for name, value in shape.items() if name != "element"})


def rules_of(dataset: Declared, city: City) -> Iterator[Declared]:
    """The rules agreed for a dataset: its key, and what follows from how its items are declared. (That an
    item is required is said by the item itself.)"""
    if dataset["key"]:
        yield {"code": "key", "kind": "key", "items": list(dataset["key"]), "params": {}, "severity": "error"}
    for item in dataset["items"]:
        if "unlisted_division" in item.get("dirt", {}):
            yield _rule("list", [item], codes=list(city.words["divisions"]))
        yield from _value_rules(item)
        yield from _relation_rules(item, dataset)


def _value_rules(item: Declared) -> Iterator[Declared]:
    """List and range of one item, and how fresh it must be."""
    make, dirt = item["make"], item.get("dirt", {})
    if "not_in_list" in dirt:
        yield _rule("list", [item], codes=list(make.get("from", ("男", "女"))))
    if item.get("element") in RANGES:
        low, high = RANGES[item["element"]]
        yield _rule("range", [item], low=low, high=high)
    elif "out_of_range" in dirt:
        yield _rule("range", [item], low=make["low"], high=make["high"])
    elif "negative" in dirt:
        yield _rule("range", [item], low=0)
    if "fresh_within_days" in item:
        yield {**_rule("freshness", [item], days=item["fresh_within_days"]), "severity": "warning"}


def _relation_rules(item: Declared, dataset: Declared) -> Iterator[Declared]:
    """References to other datasets and comparisons with other items."""
    make, dirt = item["make"], item.get("dirt", {})
    if "broken_reference" in dirt:
        yield _rule("reference", [item], dataset=dataset["links"][make["link"]], item=make["item"])
    if make["kind"] == "days_after":
        yield _rule("compare", [{"name": make["of"]}, item], op="<=")


def _rule(kind: str, of: list[Declared], /, **params: Any) -> Declared:
    """A rule about items, the last of which gives it its name."""
    items = [item["name"] for item in of]
    return {
        "code": f"{kind}_{items[-1]}",
        "kind": kind,
        "items": items,
        "params": params,
        "severity": "error",
    }
