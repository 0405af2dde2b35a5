"""A small invented city for the tests of the pages: two agencies, people of every role, an open dataset."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from cityhall.app.installing import install_request_types
from cityhall.catalog.actions import load_fields, publish, update_dataset
from cityhall.catalog.queries import dataset, fields
from cityhall.collection.actions import Overrides, publish_file
from cityhall.identity.actions import create_key, register_agency, register_person
from cityhall.identity.queries import actor_for_person, uscc_check_character
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text

PASSWORD = "celadon-on-paper-7"
BUILDER = system_actor("tests")
PHONE = "13800000000"
OPEN = {"opening": "unconditional", "sharing": "unconditional", "level": 1}
PRIVATE = {
    "opening": "restricted",
    "opening_reason": {"zh": "含个人联系方式", "en": "Personal contact"},
    "sharing": "unconditional",
    "level": 3,
    "mask": "phone",
}


@contextmanager
def standing(folder: Path) -> Iterator[City]:
    """The city for as long as the block lasts; the database is then as it was before."""
    with transaction.atomic():
        yield build(folder)
        transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class City:
    """Ids and actors of the invented city."""

    parks: str
    draft: str
    agency: str
    other_agency: str
    actors: dict[str, Actor]
    keys: dict[str, str]


def uscc(number: int) -> str:
    """A valid code of an invented organisation."""
    body = f"11330000{number:09d}"
    return body + uscc_check_character(body)


def csv_of_parks(rows: int = 60, bad: int = 3, edition: int = 1) -> str:
    """A table of invented parks; the last `bad` rows have an impossible date."""
    lines = ["公园编号,公园名称,区县,面积,建成日期,联系电话,经度,纬度"]
    for number in range(1, rows + 1):
        date = "2021-13-45" if number > rows - bad else f"20{number % 20:02d}-0{number % 9 + 1}-15"
        phone = f"138{number:08d}"
        area = 1000 + 37 * number * edition
        lines.append(
            f"P{number:04d},松风{number}号公园,{'东湖区' if number % 3 else '西溪区'},{area},{date},{phone},"
            f"{120.6 + number / 1000:.4f},{28.0 + number / 1000:.4f}"
        )
    return "\n".join(lines) + "\n"


def parks_overrides(agency: str, **changes: object) -> Overrides:
    """The entry of the parks as their agency would write it."""
    columns = ("公园编号", "公园名称", "区县", "面积", "建成日期", "经度", "纬度")
    items = {name: dict(OPEN) for name in columns} | {"联系电话": dict(PRIVATE)}
    items["建成日期"]["type"] = "date"
    return Overrides(
        title={"zh": "城市公园名录", "en": "City parks"},
        abstract={
            "zh": "全市公园的位置、面积和建成日期。",
            "en": "Where the parks are, how big, and when they opened.",
        },
        agency=agency,
        code=str(changes.pop("code", "parks")),
        field_code="environment",
        update_cycle="yearly",
        licence="CC-BY-4.0",
        key=("公园编号",),
        items=items,
        name="parks.csv",
        **changes,  # type: ignore[arg-type]
    )


def forbid(city: City, *names: str) -> None:
    """The owner raises items of the parks to the highest level: nobody else may see them any more."""
    now, why = dataset(city.parks), Text(en="About persons", zh="涉及个人")
    items = tuple(
        replace(
            one,
            level=4,
            opening=replace(one.opening, kind="forbidden", reason=why),
            sharing=replace(one.sharing, kind="not_shared", reason=why),
        )
        if one.name in names
        else one
        for one in now.items
    )
    update_dataset(city.actors["owner"], now.id, {"items": items}, now.revision, why="assessed again")


def build(folder: Path) -> City:
    """Make the city in the present state folder and database."""
    if not fields():
        load_fields(BUILDER)
    install_request_types()
    agency = register_agency(
        BUILDER, uscc(1), Text(en="Parks Bureau", zh="市园林局"), "municipal_unit", "330300"
    )
    other = register_agency(
        BUILDER, uscc(2), Text(en="Water Bureau", zh="市水务局"), "municipal_unit", "330300"
    )
    people = {
        "operator": [("operator", "")],
        "owner": [("steward", agency)],
        "other": [("steward", other)],
        "developer": [("developer", "")],
        "citizen": [],
    }
    actors = {
        name: actor_for_person(register_person(BUILDER, f"{name}1", PASSWORD, roles))
        for name, roles in people.items()
    }
    path = folder / "parks.csv"
    path.write_text(csv_of_parks(), encoding="utf-8")
    parks = publish_file(actors["owner"], path, parks_overrides(agency)).tables[0].dataset_id
    if dataset(parks).state != "published":
        publish(actors["owner"], parks)
    second = folder / "trees.csv"
    second.write_text("树号,树种\n1,香樟\n2,银杏\n", encoding="utf-8")
    draft = (
        publish_file(actors["owner"], second, Overrides(agency=agency, code="trees", draft=True))
        .tables[0]
        .dataset_id
    )
    keys = {name: create_key(actors[name], name, 30)[1] for name in ("operator", "owner", "other")}
    with clock.at(clock.now() - timedelta(days=60)):
        keys["expired"] = create_key(actors["owner"], "expired", 30)[1]
    return City(parks, draft, agency, other, actors, keys)
