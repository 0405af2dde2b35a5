"""The form of a dataset's entry: what stands in it, and the entry that was meant by what was sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from cityhall.catalog.queries import Contact, Dataset, Item, Opening, Sharing
from cityhall.kernel.text import Text

MOST_ITEMS = 50
"""Items on one page of the form: few enough for the limit on the fields of one request."""
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(\.\d{1,15})?")


@dataclass(frozen=True, slots=True)
class ItemForm:
    """One item: the prefix of its fields, its column and type, and what stands in its fields."""

    prefix: str
    name: str
    type: str
    values: Mapping[str, str]
    required: bool
    unique: bool


def values_of(found: Dataset) -> dict[str, str]:
    """The fields of the entry itself."""
    return {
        **_texts("title", found.title),
        **_texts("abstract", found.abstract),
        "system": found.system_id,
        "field": found.field_code,
        "update_cycle": found.update_cycle,
        **_texts("legal_basis", found.legal_basis),
        "licence": found.licence,
        "keywords": ", ".join(found.keywords),
        "linked_codes": ", ".join(found.linked_codes),
        "region": found.region,
        "box": ", ".join(f"{edge:g}" for edge in found.spatial.bbox or ()),
        "from": _day(found.temporal.start),
        "to": _day(found.temporal.end),
        "contact_name": found.contact.name,
        "contact_phone": found.contact.phone,
        "contact_email": found.contact.email,
    }


def item_forms(found: Dataset, start: int) -> tuple[ItemForm, ...]:
    """The items of one page of the form, from the one at `start`."""
    return tuple(
        ItemForm(f"i{start + place}-", item.name, item.type, _item_values(item), item.required, item.unique)
        for place, item in enumerate(found.items[start : start + MOST_ITEMS])
    )


def _item_values(item: Item) -> dict[str, str]:
    return {
        **_texts("title", item.title),
        "element": item.element or "",
        "level": str(item.level),
        "opening": item.opening.kind,
        **_texts("opening_reason", item.opening.reason),
        "sharing": item.sharing.kind,
        **_texts("sharing_reason", item.sharing.reason),
        "mask": item.mask or "",
    }


def meant(found: Dataset, sent: Mapping[str, str]) -> Dataset:
    """The entry with what was sent in place of what stood there; fields that were not sent stay."""
    values = values_of(found) | {name: _clean(text) for name, text in sent.items()}
    return replace(
        found,
        title=_text("title", values),
        abstract=_text("abstract", values),
        system_id=values["system"],
        field_code=values["field"],
        update_cycle=values["update_cycle"],
        legal_basis=_text("legal_basis", values),
        licence=values["licence"],
        keywords=_words(values["keywords"]),
        linked_codes=_words(values["linked_codes"]),
        region=values["region"],
        contact=Contact(values["contact_name"], values["contact_email"], values["contact_phone"]),
        items=tuple(_item(item, f"i{place}-", sent) for place, item in enumerate(found.items)),
    )


def changes_of(found: Dataset, wanted: Dataset, sent: Mapping[str, str]) -> dict[str, Any]:
    """What differs, by the names that the catalogue's update takes. Box and period are taken as they were written: the
    catalogue says what is wrong with them.
    """
    names = {
        "title": "title",
        "abstract": "abstract",
        "system": "system_id",
        "field": "field_code",
        "update_cycle": "update_cycle",
        "legal_basis": "legal_basis",
        "licence": "licence",
        "keywords": "keywords",
        "linked_codes": "linked_codes",
        "region": "region",
        "contact": "contact",
        "items": "items",
    }
    changes = {
        name: getattr(wanted, attribute)
        for name, attribute in names.items()
        if getattr(wanted, attribute) != getattr(found, attribute)
    }
    return changes | _covered(found, sent)


def _covered(found: Dataset, sent: Mapping[str, str]) -> dict[str, Any]:
    """Where and when the data is about, if that was changed."""
    before = values_of(found)
    now = before | {name: _clean(sent[name]) for name in ("box", "from", "to") if name in sent}
    changes: dict[str, Any] = {}
    if now["box"] != before["box"]:
        changes["spatial"] = {"division": found.spatial.division, "bbox": _edges(now["box"])}
    if (now["from"], now["to"]) != (before["from"], before["to"]):
        changes["temporal"] = {"start": now["from"], "end": now["to"]}
    return changes


def _edges(text: str) -> list[float | str]:
    """Numbers where they are numbers; the catalogue refuses the others."""
    parts = text.replace("，", ",").split(",") if text else []
    return [float(part) if _NUMBER.fullmatch(part.strip()) else part for part in parts]


def _item(item: Item, prefix: str, sent: Mapping[str, str]) -> Item:
    """The item as sent; one whose column has moved since, or that was on another page, stays."""
    if sent.get(f"{prefix}name") != item.name:
        return item
    own = {name.removeprefix(prefix): _clean(text) for name, text in sent.items() if name.startswith(prefix)}
    values = _item_values(item) | own
    level = values["level"]
    return replace(
        item,
        title=_text("title", values),
        element=values["element"] or None,
        required="required" in own,
        unique="unique" in own,
        level=int(level) if level in ("1", "2", "3", "4") else 0,
        opening=Opening(values["opening"], _text("opening_reason", values)),  # type: ignore[arg-type]
        sharing=Sharing(values["sharing"], _text("sharing_reason", values)),  # type: ignore[arg-type]
        mask=values["mask"] or None,
    )


def _texts(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_zh": text.zh, f"{name}_en": text.en}


def _text(name: str, values: Mapping[str, str]) -> Text:
    return Text(en=values[f"{name}_en"], zh=values[f"{name}_zh"])


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _clean(text: str) -> str:
    """Browsers send lines with two characters at their end."""
    return text.replace("\r\n", "\n").strip()


def _words(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
