"""Builds a demo city from a pack: agencies, catalogue, accounts, sources, and every file sent along the road.

Each step looks for what is there already, so that a build that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cityhall.app.demo_cases import build_cases
from cityhall.app.demo_feeds import FIRST_PORT, feeds_address, feeds_port, free_port, serving_feeds
from cityhall.app.demo_shapes import build_shapes
from cityhall.app.demo_talk import build_talk
from cityhall.app.errors import SourceFailed
from cityhall.catalog.actions import import_catalogue, publish
from cityhall.catalog.queries import dataset as find_dataset
from cityhall.collection.actions import (
    create_source,
    overrides_from,
    perform_run,
    publish_file,
    push,
    start_run,
)
from cityhall.collection.queries import run as find_run
from cityhall.collection.queries import sources
from cityhall.identity.actions import register_agency, register_person, set_password
from cityhall.identity.queries import agencies, people
from cityhall.kernel.actor import system_actor
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.durable import new_file
from cityhall.kernel.text import Text
from cityhall.packing.queries import generate_city, write_catalogue_file
from cityhall.places.actions import load_divisions
from cityhall.places.queries import divisions
from cityhall.warehouse.queries import versions

BUILDER = system_actor("demo")
Tell = Callable[[str, float], None]
"""Called as (what is being done, share of the whole from 0 to 1)."""


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account; the password is known only at the moment it is made."""

    username: str
    password: str
    role: str
    agency: str


def build(folder: Path, scale: float, tell: Tell) -> tuple[Account, ...]:
    """Build the demo city in `folder`; answers the accounts with their passwords."""
    made = folder / "made.json"
    if not made.exists():
        tell("generating", 0.0)
        port = free_port(FIRST_PORT)
        city = generate_city(
            folder,
            scale=scale,
            feeds=feeds_address(port),
            progress=lambda done, total, code: tell(f"generating {code}", 0.4 * done / total),
        )
        with new_file(made) as path:
            made_now = {"rows": city.rows, "datasets": city.datasets, "feeds": port}
            path.write_text(json.dumps(made_now), encoding="utf-8")
    tell("agencies, divisions, catalogue", 0.4)
    catalogue = read_yaml(folder / "catalogue.yaml")
    _register(catalogue["agencies"])
    _load_divisions(folder, catalogue["divisions"])
    build_shapes(folder)
    write_catalogue_file(catalogue, folder / "catalogue-file.yaml")
    import_catalogue(BUILDER, folder / "catalogue-file.yaml")
    accounts = _accounts(catalogue["agencies"])
    tell("two years of cases", 0.43)
    build_cases(folder, catalogue["agencies"])
    with serving_feeds(folder):
        declared = _declare_sources(folder, catalogue)
        for number, entry in enumerate(catalogue["datasets"]):
            tell(entry["title"]["zh"], 0.45 + 0.55 * number / len(catalogue["datasets"]))
            _load(folder, entry, declared.get(entry["code"]))
    build_talk()
    tell("done", 1.0)
    return accounts


def built(folder: Path) -> bool:
    """Whether the demo city was built to its end in this folder."""
    return (folder / "built.json").exists()


def mark_built(folder: Path) -> None:
    """Remember that the build has come to its end."""
    with new_file(folder / "built.json") as path:
        path.write_text("{}", encoding="utf-8")


def _register(declared: list[Mapping[str, Any]]) -> None:
    known = {agency.uscc for agency in agencies()}
    for one in declared:
        if one["uscc"] not in known:
            name = Text.from_dict(one["title"])
            register_agency(BUILDER, one["uscc"], name, one["level"], one["division"], one.get("contact"))


def _load_divisions(folder: Path, named: list[Mapping[str, str]]) -> None:
    """The divisions that come with the platform; over them the pack's own, with names in English and invented streets."""
    if not divisions():
        load_divisions(BUILDER)
    with new_file(folder / "divisions.csv") as path:
        lines = [",".join((one["code"], one["name"], one["english"])) for one in named]
        path.write_text("\n".join(["code,name,english", *lines]), encoding="utf-8")
    load_divisions(BUILDER, folder / "divisions.csv")


def _accounts(declared: list[Mapping[str, Any]]) -> tuple[Account, ...]:
    """An operator, a dispatcher and an inspector of cases, a steward for each of two agencies, a developer and a citizen.

    Whoever is there from a build that was interrupted gets a new password: nobody was told the first one.
    """
    known = {person.username: person.id for person in people()}
    ids = {agency.uscc: agency.id for agency in agencies()}
    wanted = [("operator", "operator", ""), ("developer", "developer", ""), ("citizen", "citizen", "")]
    wanted += [("dispatcher", "dispatcher", ""), ("inspector", "inspector", "")]
    wanted += [
        (f"steward-{one['code'].replace('_', '-')}", "steward", ids[one["uscc"]]) for one in declared[:2]
    ]
    made = []
    for username, role, agency_id in wanted:
        password = secrets.token_urlsafe(9)
        if username in known:
            set_password(BUILDER, known[username], password)
        else:
            register_person(BUILDER, username, password, [(role, agency_id)])
        made.append(Account(username, password, role, agency_id))
    return tuple(made)


def _declare_sources(folder: Path, catalogue: Mapping[str, Any]) -> dict[str, str]:
    """One source per declaration, and one for every dataset that comes as pages of JSON: dataset code -> source id."""
    known = {source.dataset_id: source.id for source in sources()}
    listed = read_yaml(folder / "sources.yaml")
    named = {one["dataset"] for one in listed}
    paged = [
        _paged(one, feeds_address(feeds_port(folder)))
        for one in catalogue["datasets"]
        if one["file"]["format"] == "json_pages"
    ]
    declared = {}
    for one in [*listed, *(source for source in paged if source["dataset"] not in named)]:
        dataset_id = find_dataset(one["dataset"]).id
        declared[one["dataset"]] = known.get(dataset_id) or _create_source(dict(one), dataset_id)
    return declared


def _paged(entry: Mapping[str, Any], feeds: str) -> dict[str, Any]:
    path = entry["file"]["path"].removeprefix("files/")
    return {
        "kind": "api",
        "name": entry["title"],
        "dataset": entry["code"],
        "url": f"{feeds}/{path}/1.json",
        "records": "items",
        "paging": {"kind": "link", "path": "next"},
        "mode": entry["mode"],
        "key": entry["key"],
        "allow_private": True,
    }


def _create_source(one: dict[str, Any], dataset_id: str) -> str:
    one.pop("dataset")
    placed = {name: one.pop(name) for name in ("schedule", "cycle") if name in one}
    kind, name = one.pop("kind"), Text.from_dict(one.pop("name"))
    mode, key = one.pop("mode"), tuple(one.pop("key", ()))
    return create_source(BUILDER, kind, name, one, dataset_id=dataset_id, mode=mode, key=key, **placed)


def _load(folder: Path, entry: Mapping[str, Any], source_id: str | None) -> None:
    """Send a dataset's files along the road, version after version, then publish its entry."""
    dataset = find_dataset(entry["code"])
    files = [folder / path for path in entry["file"]["versions"]]
    done = len(versions(dataset.id))
    if source_id and not done:
        _collect(source_id, files[0])
    elif not source_id:
        given = {
            "code": entry["code"],
            "agency": dataset.agency_id,
            "mode": entry["mode"],
            "key": entry["key"],
        }
        for file in files[done:]:
            publish_file(BUILDER, file, overrides_from(given))
    if dataset.state == "draft":
        publish(BUILDER, dataset.id)


def _collect(source_id: str, file: Path) -> None:
    kind = next(source.kind for source in sources() if source.id == source_id)
    if kind == "push":
        push(BUILDER, source_id, file.read_bytes(), "application/x-ndjson", f"demo-{file.name}")
    else:
        run_id = start_run(BUILDER, source_id)
        perform_run(run_id)
        if find_run(run_id).stage != "done":
            raise SourceFailed(source=source_id, run=run_id)
