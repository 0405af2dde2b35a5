"""A city as its pack declares it, with every shorthand written out: items that name a shared item, links, rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cityhall.kernel.declared import read_yaml
from cityhall.packing.synthesis.declaring import table_from, whole, words_with
from cityhall.packing.synthesis.districts import centres, local_datasets
from cityhall.packing.synthesis.making import Words
from cityhall.packing.synthesis.table import Table

Declared = dict[str, Any]
TYPES = {"date": "date", "datetime": "datetime", "integer": "integer"}


@dataclass(frozen=True, slots=True)
class City:
    """What a pack says about its city. `datasets` are written out in full, by code."""

    pack: Declared
    agencies: list[Declared]
    districts: list[Declared]
    fields: list[Declared]
    sources: list[Declared]
    datasets: dict[str, Declared]
    words: Words


def read_city(folder: Path) -> City:
    """Read a pack's folder: pack, agencies, districts, fields, rights, shared items, sources, words and datasets."""
    shared = {"items": read_yaml(folder / "items.yaml"), "rights": read_yaml(folder / "rights.yaml")}
    declared = (read_yaml(path) for path in sorted((folder / "datasets").glob("*.yaml")))
    districts = read_yaml(folder / "districts.yaml") if (folder / "districts.yaml").is_file() else []
    return City(
        pack=read_yaml(folder / "pack.yaml"),
        agencies=[*read_yaml(folder / "agencies.yaml"), *centres(districts)],
        districts=districts,
        fields=read_yaml(folder / "fields.yaml"),
        sources=read_yaml(folder / "sources.yaml"),
        datasets={
            local["code"]: local
            for dataset in declared
            for local in local_datasets(_written_out(dataset, shared), districts)
        },
        words=words_with(folder / "words"),
    )


def tables_of(city: City, scale: float) -> dict[str, Table]:
    """The tables to be made, by code, those that others point at before the others."""
    made: dict[str, Table] = {}

    def make(code: str) -> Table:
        if code not in made:
            declared = city.datasets[code]
            links = {link: make(other) for link, other in declared.get("links", {}).items()}
            made[code] = table_from(declared, rows=whole(declared["rows"] * scale), links=links)
        return made[code]

    for code in city.datasets:
        make(code)
    return made


def _written_out(dataset: Declared, shared: Mapping[str, Any]) -> Declared:
    """A dataset whose items stand for themselves."""
    rights = dataset.get("rights", "open")
    return {**dataset, "items": [_item(item, rights, shared) for item in dataset["items"]]}


def _item(declared: str | Declared, rights: str, shared: Mapping[str, Any]) -> Declared:
    """One item: the shared item it uses, what it says itself over that, its rights, its type."""
    own: Declared = {"use": declared} if isinstance(declared, str) else dict(declared)
    item: Declared = {"rights": rights, **shared["items"].get(own.pop("use", ""), {})}
    if item["rights"] == "open" and "rights" not in own:
        item["rights"] = rights  # a dataset that is not open has no open items
    item.update(own)
    if link := item.pop("of", None):
        item["make"] = {"kind": "linked", "link": link, "item": item.pop("item", item["name"])}
    if english := item.pop("en", None):
        item["title"] = {"zh": item["name"], "en": english}
    item.setdefault("type", TYPES.get(item.get("element", ""), "text"))
    return {**item, **shared["rights"][item.pop("rights")]}
