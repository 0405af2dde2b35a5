"""Shapes to plain JSON values and back: the one form used for revisions, files and changes.

A plain dataset is `{"code", "title": {"en", "zh"}, …, "items": [{"name", "sharing", …}], "rules": […]}`.
Reading is strict: a value of the wrong form raises ValueWrong with its place, an unknown name ChangeUnknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.catalog.errors import ChangeUnknown, ValueWrong
from cityhall.catalog.reading import Reader
from cityhall.catalog.shapes import (
    CheckRule,
    Contact,
    DatasetDraft,
    Item,
    Opening,
    Sharing,
    Spatial,
    Temporal,
)
from cityhall.kernel.text import Text

Plain = dict[str, Any]

DATASET_NAMES = (
    "code", "title", "abstract", "agency", "system", "field", "region", "update_cycle", "legal_basis",
    "licence", "contact", "spatial", "temporal", "linked_codes", "keywords", "mode", "key", "items", "rules",
)  # fmt: skip
ITEM_NAMES = (
    "name", "title", "description", "element", "type", "required", "unique", "sharing", "sharing_reason",
    "opening", "opening_reason", "level", "mask", "params",
)  # fmt: skip
RULE_NAMES = ("code", "kind", "items", "params", "severity", "message")


# ---- writing ----


def dataset_plain(draft: DatasetDraft) -> Plain:
    """A dataset as plain values; `agency` and `system` hold ids."""
    return {
        "code": draft.code,
        "title": draft.title.as_dict(),
        "abstract": draft.abstract.as_dict(),
        "agency": draft.agency_id,
        "system": draft.system_id,
        "field": draft.field_code,
        "region": draft.region,
        "update_cycle": draft.update_cycle,
        "legal_basis": draft.legal_basis.as_dict(),
        "licence": draft.licence,
        "contact": contact_plain(draft.contact),
        "spatial": spatial_plain(draft.spatial),
        "temporal": temporal_plain(draft.temporal),
        "linked_codes": list(draft.linked_codes),
        "keywords": list(draft.keywords),
        "mode": draft.mode,
        "key": list(draft.key),
        "items": [item_plain(item) for item in draft.items],
        "rules": [rule_plain(rule) for rule in draft.rules],
    }


def item_plain(item: Item) -> Plain:
    """A data item as plain values; its place in the list is its position."""
    return {
        "name": item.name,
        "title": item.title.as_dict(),
        "description": item.description.as_dict(),
        "element": item.element or "",
        "type": item.type,
        "required": item.required,
        "unique": item.unique,
        "sharing": item.sharing.kind,
        "sharing_reason": item.sharing.reason.as_dict(),
        "opening": item.opening.kind,
        "opening_reason": item.opening.reason.as_dict(),
        "level": item.level,
        "mask": item.mask or "",
        "params": item.params,
    }


def rule_plain(rule: CheckRule) -> Plain:
    """A quality rule as plain values."""
    return {
        "code": rule.code,
        "kind": rule.kind,
        "items": list(rule.items),
        "params": rule.params,
        "severity": rule.severity,
        "message": rule.message.as_dict(),
    }


def contact_plain(contact: Contact) -> Plain:
    """`{"name", "email", "phone"}`."""
    return {"name": contact.name, "email": contact.email, "phone": contact.phone}


def spatial_plain(spatial: Spatial) -> Plain:
    """`{"division", "bbox": [west, south, east, north] or None}`."""
    return {"division": spatial.division, "bbox": list(spatial.bbox) if spatial.bbox else None}


def temporal_plain(temporal: Temporal) -> Plain:
    """`{"start", "end"}` as ISO dates or None."""
    return {
        "start": temporal.start.isoformat() if temporal.start else None,
        "end": temporal.end.isoformat() if temporal.end else None,
    }


# ---- reading ----


_BOX = Text(en="west, south, east, north in degrees", zh="以度表示的西、南、东、北边界")


def dataset_from(values: Any, place: str = "dataset") -> DatasetDraft:
    """The inverse of `dataset_plain`; absent names get their defaults."""
    read = Reader(values, place, DATASET_NAMES)
    return DatasetDraft(
        code=read.string("code"),
        title=read.words("title"),
        abstract=read.words("abstract"),
        agency_id=read.string("agency"),
        system_id=read.string("system"),
        field_code=read.string("field"),
        region=read.string("region"),
        update_cycle=read.string("update_cycle"),
        legal_basis=read.words("legal_basis"),
        licence=read.string("licence"),
        contact=contact_from(read.mapping("contact"), f"{place}.contact"),
        spatial=spatial_from(read.mapping("spatial"), f"{place}.spatial"),
        temporal=temporal_from(read.mapping("temporal"), f"{place}.temporal"),
        linked_codes=read.strings("linked_codes"),
        keywords=read.strings("keywords"),
        mode=read.string("mode", "replace"),  # type: ignore[arg-type]  # the rules check the word
        key=read.strings("key"),
        items=tuple(item_from(row, number) for number, row in enumerate(read.rows("items"))),
        rules=tuple(rule_from(row, number) for number, row in enumerate(read.rows("rules"))),
    )


def item_from(values: Any, position: int) -> Item:
    """The inverse of `item_plain`, at the given place (from 0) among the items."""
    name = str(values.get("name", "")) if isinstance(values, Mapping) else ""
    read = Reader(values, f"item {name or position + 1}", ITEM_NAMES)
    return Item(
        name=read.string("name"),
        title=read.words("title"),
        description=read.words("description"),
        element=read.string("element") or None,
        type=read.string("type", "text"),  # type: ignore[arg-type]  # the rules check these words
        required=read.flag("required"),
        unique=read.flag("unique"),
        sharing=_sharing(read),
        opening=_opening(read),
        level=read.whole("level", 1),
        mask=read.string("mask") or None,
        params=read.mapping("params"),
        position=position,
    )


def _sharing(read: Reader) -> Sharing:
    kind = read.string("sharing", "restricted")
    return Sharing(kind, read.words("sharing_reason"))  # type: ignore[arg-type]


def _opening(read: Reader) -> Opening:
    kind = read.string("opening", "restricted")
    return Opening(kind, read.words("opening_reason"))  # type: ignore[arg-type]


def rule_from(values: Any, position: int) -> CheckRule:
    """The inverse of `rule_plain`."""
    code = str(values.get("code", "")) if isinstance(values, Mapping) else ""
    read = Reader(values, f"rule {code or position + 1}", RULE_NAMES)
    return CheckRule(
        code=read.string("code"),
        kind=read.string("kind"),  # type: ignore[arg-type]  # the rules check these words
        items=read.strings("items"),
        params=read.mapping("params"),
        severity=read.string("severity", "error"),  # type: ignore[arg-type]
        message=read.words("message"),
    )


def contact_from(values: Any, place: str) -> Contact:
    """The inverse of `contact_plain`."""
    read = Reader(values, place, ("name", "email", "phone"))
    return Contact(name=read.string("name"), email=read.string("email"), phone=read.string("phone"))


def spatial_from(values: Any, place: str) -> Spatial:
    """The inverse of `spatial_plain`; the box must lie on the earth, west before east, south before north."""
    read = Reader(values, place, ("division", "bbox"))
    corners = read.rows("bbox")
    if not corners:
        return Spatial(division=read.string("division"))
    if len(corners) != 4 or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in corners):
        raise ValueWrong(place=f"{place}.bbox", value=corners, expected=_BOX)
    west, south, east, north = (float(corner) for corner in corners)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueWrong(place=f"{place}.bbox", value=corners, expected=_BOX)
    return Spatial(division=read.string("division"), bbox=(west, south, east, north))


def temporal_from(values: Any, place: str) -> Temporal:
    """The inverse of `temporal_plain`; the start must not lie after the end."""
    read = Reader(values, place, ("start", "end"))
    start, end = read.day("start"), read.day("end")
    if start and end and start > end:
        raise ValueWrong(
            place=place,
            value=f"{start} – {end}",
            expected=Text("a start that is not after the end", "起始日期不晚于截止日期"),
        )
    return Temporal(start=start, end=end)


# ---- changing ----


def normal(draft: DatasetDraft) -> DatasetDraft:
    """The draft as reading it back would give it: trimmed, numbered, every value of the right form."""
    return dataset_from(dataset_plain(draft))


_ALIASES = {"agency_id": "agency", "system_id": "system", "field_code": "field"}
CHANGEABLE = tuple(name for name in DATASET_NAMES if name not in ("code", "rules"))


def changed(draft: DatasetDraft, changes: Mapping[str, Any]) -> DatasetDraft:
    """The draft with some of its parts replaced: names of plain datasets or of DatasetDraft, values plain or
    shapes; code and rules have their own ways."""
    values = {_ALIASES.get(name, name): _plain_value(value) for name, value in changes.items()}
    for name in values:
        if name not in CHANGEABLE:
            raise ChangeUnknown(place=name, allowed=", ".join(CHANGEABLE))
    return dataset_from(dataset_plain(draft) | values)


def _plain_value(value: Any) -> Any:
    match value:
        case Text():
            return value.as_dict()
        case Item():
            return item_plain(value)
        case Contact():
            return contact_plain(value)
        case Spatial():
            return spatial_plain(value)
        case Temporal():
            return temporal_plain(value)
        case list() | tuple():
            return [_plain_value(part) for part in value]
    return value
