"""Names in a pack that must lead somewhere: agencies, fields, shared items, rights, links, makers, errors, items."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from cityhall.kernel.declared import read_yaml
from cityhall.packing.finding import Finding, finding
from cityhall.packing.synthesis.declared_city import City, Declared, read_city
from cityhall.packing.synthesis.dirt import CELL_DIRT, ROW_DIRT
from cityhall.packing.synthesis.engine import KINDS


def name_problems(path: Path) -> Iterator[Finding]:
    """Every name that leads nowhere. The files have been checked against their schemas before."""
    if not (path / "datasets").is_dir():
        return
    shared = {"items": read_yaml(path / "items.yaml"), "rights": read_yaml(path / "rights.yaml")}
    listed = read_yaml(path / "districts.yaml") if (path / "districts.yaml").is_file() else []
    shared["districts"] = {one["code"] for one in listed}
    files = {file.stem: read_yaml(file) for file in sorted((path / "datasets").glob("*.yaml"))}
    found = [problem for stem, dataset in files.items() for problem in _use_problems(stem, dataset, shared)]
    yield from found
    if found:
        return  # items cannot be written out before every shorthand leads somewhere
    city = read_city(path)
    for dataset in city.datasets.values():
        yield from _dataset_problems(dataset, city)
    for number, source in enumerate(city.sources):
        yield from _known(f"sources.yaml#/{number}", "dataset", [source["dataset"]], city.datasets)


def _use_problems(stem: str, dataset: Declared, shared: dict[str, Any]) -> Iterator[Finding]:
    """Shorthands of a dataset that name no shared item or profile, and a file under another name than its code."""
    place = f"datasets/{stem}.yaml"
    if dataset["code"] != stem:
        yield finding(
            "dataset.file",
            place,
            "The file must be named after the code {code}",
            "文件名须为代码 {code}",
            code=dataset["code"],
        )
    yield from _known(place, "district", dataset.get("districts", ()), shared["districts"])
    for item in dataset["items"]:
        own = {"use": item} if isinstance(item, str) else item
        if "use" in own:
            yield from _known(place, "shared item", [own["use"]], shared["items"])
        if "rights" in own:
            yield from _known(place, "rights", [own["rights"]], shared["rights"])
        if not {"use", "name"} & set(own) or ("use" not in own and not {"en", "title"} & set(own)):
            yield finding(
                "item.nameless",
                place,
                "An item needs a name and an English title: {item}",
                "数据项缺少名称或英文标题：{item}",
                item=own,
            )
        if not {"use", "make", "of"} & set(own):
            yield finding(
                "item.unmade",
                place,
                "Nothing says how {item} is made",
                "未说明 {item} 如何生成",
                item=own.get("name"),
            )


def _dataset_problems(dataset: Declared, city: City) -> Iterator[Finding]:
    """Names of one dataset, written out."""
    place = f"datasets/{dataset['code']}.yaml"
    names = [item["name"] for item in dataset["items"]]
    yield from _known(place, "agency", [dataset["agency"]], {agency["code"] for agency in city.agencies})
    yield from _known(place, "field", [dataset["field"]], {field["code"] for field in city.fields})
    yield from _known(place, "dataset", dataset.get("links", {}).values(), city.datasets)
    yield from _known(place, "item", [*dataset["key"], *dataset.get("coordinates", ())], names)
    yield from _known(place, "error of rows", dataset.get("row_dirt", {}), ROW_DIRT)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield finding(
            "item.repeated", place, "Two items are called {name}", "有两个数据项都叫 {name}", name=name
        )
    for item in dataset["items"]:
        where = f"{place}#{item['name']}"
        yield from _known(where, "error", item.get("dirt", {}), CELL_DIRT)
        yield from _make_problems(where, item["make"], dataset, city, names)


def _make_problems(
    where: str, make: Declared, dataset: Declared, city: City, names: list[str]
) -> Iterator[Finding]:
    """Names in the way an item is made: maker, link with its item, word list, items it follows from."""
    if make["kind"] != "linked":
        yield from _known(where, "maker", [make["kind"]], KINDS)
        of = make.get("of", ())
        yield from _known(where, "item", [of] if isinstance(of, str) else of, names)
        if isinstance(make.get("from"), str):
            yield from _known(where, "word list", [make["from"]], city.words)
        return
    links = dataset.get("links", {})
    yield from _known(where, "link", [make["link"]], links)
    if other := city.datasets.get(links.get(make["link"], "")):
        yield from _known(where, "item", [make["item"]], {item["name"] for item in other["items"]})


def _known(place: str, what: str, names: Collection[str], known: Collection[str]) -> Iterator[Finding]:
    for name in names:
        if name not in known:
            yield finding(
                "name.unknown",
                place,
                "There is no {what} named {name}",
                "没有名为 {name} 的 {what}",
                what=what,
                name=name,
            )
