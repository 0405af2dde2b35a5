"""Which items an example may use: those whose values say nothing about a person, and read well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cityhall.catalog.queries import Dataset, Item
from cityhall.opening.queries import Decision

_PERSONAL: Final = frozenset(
    {
        "address", "bank_card", "cn_address_code_25", "cn_identity_number", "cn_landline_phone", "cn_mobile_phone",
        "cn_person_name", "cn_plate_number", "email", "iban", "jp_corporate_number", "phone_e164",
        "tw_business_number",
    }
)  # fmt: skip
_PERSONAL_NAMES: Final = re.compile(
    r"电话|手机|传真|联系|邮箱|证件|身份证|姓名|人员|住址|账号|卡号|phone|mobile|tel\b|fax|mail|contact|person",
    re.IGNORECASE,
)
_UNHANDY: Final = frozenset({"free_text", "url", "coordinate_pair"})
LONGEST: Final = 40


def suitable(found: Dataset, decision: Decision) -> tuple[Item, ...]:
    """The items of a dataset that an example may filter, sort and count by: shown in clear, of nobody in particular."""
    return tuple(item for item in found.items if item.name in decision.clear and _fits(item))


def groupable(items: Iterable[Item], key: Iterable[str]) -> tuple[Item, ...]:
    """Of suitable items those worth counting by: short codes and words, no keys; lists of codes come first."""
    words = [item for item in items if item.type == "text" and item.name not in set(key) and not item.unique]
    return tuple(sorted(words, key=lambda item: item.element not in ("code_list", "cn_division_code")))


def example_values(items: Iterable[Item], row: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a row that can stand in an example, as JSON; long texts are left out."""
    found: dict[str, Any] = {}
    for item in items:
        value = row.get(item.name)
        if value is not None and len(str(value)) <= LONGEST:
            found[item.name] = value if isinstance(value, bool | int | float | str) else str(value)
    return found


def _fits(item: Item) -> bool:
    said = f"{item.name} {item.title.zh} {item.title.en}"
    return (
        item.type != "geometry"
        and item.element not in _PERSONAL | _UNHANDY
        and not _PERSONAL_NAMES.search(said)
    )
