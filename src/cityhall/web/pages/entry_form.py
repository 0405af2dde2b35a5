"""The form of a dataset's entry: what stands in it, and the entry that was meant by what was sent. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cityhall.catalog.queries import Contact, Dataset, Item, Opening, Sharing
from cityhall.kernel.text import Text

MOST_ITEMS = 50
"""Items on one page of the form: few enough for the limit on the fields of one request."""


@dataclass(frozen=True, slots=True)
class ItemForm:
    """One item: the prefix of its fields, its column and type, and what stands in its fields."""

    prefix: str
    name: str
    type: str
    values: Mapping[str, str]
    required: bool


def values_of(found: Dataset) -> dict[str, str]:
    """The fields of the entry itself."""
    return {
        **_texts("title", found.title),
        **_texts("abstract", found.abstract),
        "field": found.field_code,
        "update_cycle": found.update_cycle,
        "licence": found.licence,
        "keywords": ", ".join(found.keywords),
        "contact_name": found.contact.name,
        "contact_phone": found.contact.phone,
        "contact_email": found.contact.email,
    }


def item_forms(found: Dataset, start: int) -> tuple[ItemForm, ...]:
    """The items of one page of the form, from the one at `start`."""
    return tuple(
        ItemForm(f"i{start + place}-", item.name, item.type, _item_values(item), item.required)
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
        field_code=values["field"],
        update_cycle=values["update_cycle"],
        licence=values["licence"],
        keywords=_words(values["keywords"]),
        contact=Contact(values["contact_name"], values["contact_email"], values["contact_phone"]),
        items=tuple(_item(item, f"i{place}-", sent) for place, item in enumerate(found.items)),
    )


def changes_of(found: Dataset, wanted: Dataset) -> dict[str, Any]:
    """What differs, by the names that the catalogue's update takes."""
    names = {
        "title": "title",
        "abstract": "abstract",
        "field": "field_code",
        "update_cycle": "update_cycle",
        "licence": "licence",
        "keywords": "keywords",
        "contact": "contact",
        "items": "items",
    }
    return {
        name: getattr(wanted, attribute)
        for name, attribute in names.items()
        if getattr(wanted, attribute) != getattr(found, attribute)
    }


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
        level=int(level) if level in ("1", "2", "3", "4") else 0,
        opening=Opening(values["opening"], _text("opening_reason", values)),  # type: ignore[arg-type]
        sharing=Sharing(values["sharing"], _text("sharing_reason", values)),  # type: ignore[arg-type]
        mask=values["mask"] or None,
    )


def _texts(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_zh": text.zh, f"{name}_en": text.en}


def _text(name: str, values: Mapping[str, str]) -> Text:
    return Text(en=values[f"{name}_en"], zh=values[f"{name}_zh"])


def _clean(text: str) -> str:
    """Browsers send lines with two characters at their end."""
    return text.replace("\r\n", "\n").strip()


def _words(text: str) -> tuple[str, ...]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
