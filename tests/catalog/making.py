"""Invented agencies and datasets for the catalogue's tests."""

from __future__ import annotations

from pathlib import Path

import yaml

from cityhall.catalog.queries import DatasetDraft, Item, Opening, Sharing
from cityhall.identity.actions import register_agency
from cityhall.identity.queries import uscc_check_character
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text

OPERATOR = system_actor("tests")


def words(en: str, zh: str = "") -> Text:
    return Text(en=en, zh=zh or en)


def an_item(name: str, **changes: object) -> Item:
    values: dict[str, object] = {
        "title": words(name),
        "sharing": Sharing("unconditional"),
        "opening": Opening("unconditional"),
    }
    return Item(name=name, **(values | changes))  # type: ignore[arg-type]


def a_draft(agency_id: str, **changes: object) -> DatasetDraft:
    values: dict[str, object] = {
        "code": "bike-stands",
        "title": words("Bicycle stands", "自行车停放点"),
        "items": (
            an_item("stand_no", required=True, unique=True),
            an_item("name"),
            an_item("places", type="integer"),
        ),
        "field_code": "transport",
        "key": ("stand_no",),
    }
    return DatasetDraft(agency_id=agency_id, **(values | changes))  # type: ignore[arg-type]


def uscc(number: int) -> str:
    """An invented, valid USCC of an organisation in Wenzhou."""
    first = f"11330300MB{number:07d}"
    return first + uscc_check_character(first)


def an_agency(number: int = 1) -> str:
    """Registers an invented agency; answers its id."""
    return register_agency(
        OPERATOR, uscc(number), words(f"Office {number}", f"{number}号局"), "municipal_unit"
    )


def steward_of(agency_id: str) -> Actor:
    return Actor(
        id=f"steward-{agency_id}", name="steward", kind="person", roles=frozenset({("steward", agency_id)})
    )


def catalogue_file(tmp_path: Path, **sections: object) -> Path:
    """A catalogue in YAML with these sections."""
    path = tmp_path / "catalogue.yaml"
    path.write_text(
        yaml.safe_dump({"format": "cityhall-catalogue", "version": 1, **sections}, allow_unicode=True),
        "utf-8",
    )
    return path


def dataset_row(code: str, **values: object) -> dict[str, object]:
    """A dataset in such a section."""
    return {"code": code, "title": {"en": code, "zh": code}, "agency": uscc(1), **values}
