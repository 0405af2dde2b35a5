"""Between tables and shapes: the only module of the room that knows both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from django.db.models import QuerySet

from cityhall.catalog import models, plain
from cityhall.catalog.overlapping import Collected
from cityhall.catalog.rules import level_of, opening_of, sharing_of
from cityhall.catalog.shapes import (
    CheckRule,
    Dataset,
    DatasetDraft,
    Field,
    Function,
    Item,
    Opening,
    Sharing,
    System,
)
from cityhall.kernel.text import Text


def dataset_shape(row: models.Dataset) -> Dataset:
    """A dataset's row with its items (prefetch them for lists) as a shape."""
    return Dataset(
        id=row.id,
        code=row.code,
        title=Text.from_dict(row.title),
        abstract=Text.from_dict(row.abstract),
        agency_id=row.agency_id,
        system_id=row.system_id or "",
        field_code=row.field_id or "",
        region=row.region,
        update_cycle=row.update_cycle,
        legal_basis=Text.from_dict(row.legal_basis),
        licence=row.licence,
        contact=plain.contact_from(row.contact, "contact"),
        spatial=plain.spatial_from(row.spatial, "spatial"),
        temporal=plain.temporal_from(row.temporal, "temporal"),
        linked_codes=tuple(row.linked_codes),
        keywords=tuple(row.keywords),
        mode=row.mode,  # type: ignore[arg-type]  # checked before it was stored, as the other words here
        key=tuple(row.key),
        items=tuple(item_shape(item) for item in sorted(row.items.all(), key=lambda item: item.position)),
        rules=rule_shapes(row.rules),
        state=row.state,  # type: ignore[arg-type]
        revision=row.revision,
        rules_version=row.rules_version,
        level=row.level,
        sharing_class=row.sharing_class,  # type: ignore[arg-type]
        opening_class=row.opening_class,  # type: ignore[arg-type]
        created=row.created,
        modified=row.modified,
        published=row.published,
    )


def item_shape(row: models.DatasetItem) -> Item:
    """A data item's row as a shape."""
    return Item(
        name=row.name,
        title=Text.from_dict(row.title),
        description=Text.from_dict(row.description),
        element=row.element or None,
        type=row.type,  # type: ignore[arg-type]
        required=row.required,
        unique=row.unique,
        sharing=Sharing(row.sharing_class, Text.from_dict(row.sharing_reason)),  # type: ignore[arg-type]
        opening=Opening(row.opening_class, Text.from_dict(row.opening_reason)),  # type: ignore[arg-type]
        level=row.level,
        mask=row.mask or None,
        params=row.params,
        position=row.position,
    )


def rule_shapes(rows: list[Any]) -> tuple[CheckRule, ...]:
    """Stored quality rules as shapes."""
    return tuple(plain.rule_from(row, number) for number, row in enumerate(rows))


def collected(datasets: QuerySet[models.Dataset]) -> Iterator[Collected]:
    """What each of the datasets collects, to see whether that is done twice; read in two queries."""
    items: dict[str, list[tuple[str, str]]] = {}
    titles: dict[str, dict[str, Text]] = {}
    rows = models.DatasetItem.objects.filter(dataset__in=datasets).order_by("dataset_id", "position")
    for dataset_id, name, element, title in rows.values_list("dataset_id", "name", "element", "title"):
        items.setdefault(dataset_id, []).append((name, element))
        titles.setdefault(dataset_id, {})[name] = Text.from_dict(title)
    for row in datasets.only("id", "code", "title", "agency_id", "key"):
        own = tuple(items.get(row.id, ()))
        title = Text.from_dict(row.title)
        yield Collected(row.id, row.code, title, row.agency_id, own, tuple(row.key), titles.get(row.id, {}))


def field_shape(row: models.Field) -> Field:
    """A field's row as a shape."""
    return Field(code=row.code, title=Text.from_dict(row.title), position=row.position)


def function_shape(row: models.Function) -> Function:
    """A function's row as a shape."""
    return Function(
        id=row.id,
        code=row.code,
        agency_id=row.agency_id,
        title=Text.from_dict(row.title),
        legal_basis=Text.from_dict(row.legal_basis),
    )


def system_shape(row: models.System) -> System:
    """A system's row as a shape."""
    return System(
        id=row.id,
        code=row.code,
        agency_id=row.agency_id,
        title=Text.from_dict(row.title),
        function_id=row.function_id or "",
    )


def columns(draft: DatasetDraft) -> dict[str, Any]:
    """The columns of a dataset's row that follow from its draft (all but the code and the bookkeeping)."""
    values = plain.dataset_plain(draft)
    words = {name: values[name] for name in _WORDS}
    return words | {
        "agency_id": draft.agency_id,
        "system_id": draft.system_id or None,
        "field_id": draft.field_code or None,
        "level": level_of(draft.items),
        "sharing_class": sharing_of(draft.items),
        "opening_class": opening_of(draft.items),
        "search_text": search_text(draft),
    }


_WORDS = (
    "title", "abstract", "region", "update_cycle", "legal_basis", "licence", "contact", "spatial", "temporal",
    "linked_codes", "keywords", "mode", "key", "rules",
)  # fmt: skip


def search_text(draft: DatasetDraft) -> str:
    """The folded words in which the plain filter looks: code, title, abstract, keywords, items' names."""
    texts = (draft.title, draft.abstract, *(item.title for item in draft.items))
    names = (draft.code, *draft.keywords, *(item.name for item in draft.items))
    words = dict.fromkeys([*names, *(word for text in texts for word in (text.zh, text.en))])
    return "\n".join(words).casefold()


def item_rows(dataset_id: str, items: Iterable[Item]) -> list[models.DatasetItem]:
    """Unsaved rows for the items, numbered in their order."""
    return [
        models.DatasetItem(
            dataset_id=dataset_id,
            position=position,
            name=item.name,
            title=item.title.as_dict(),
            description=item.description.as_dict(),
            element=item.element or "",
            type=item.type,
            required=item.required,
            unique=item.unique,
            sharing_class=item.sharing.kind,
            sharing_reason=item.sharing.reason.as_dict(),
            opening_class=item.opening.kind,
            opening_reason=item.opening.reason.as_dict(),
            level=item.level,
            mask=item.mask or "",
            params=item.params,
        )
        for position, item in enumerate(items)
    ]


def snapshot(draft: DatasetDraft, state: str) -> dict[str, Any]:
    """The whole entry as it is kept in its history."""
    return {"state": state, **plain.dataset_plain(draft)}


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed an entry, by which verb, when and why."""

    actor_id: str
    verb: str
    at: datetime
    why: str = ""


def revision_row(
    dataset_id: str, draft: DatasetDraft, state: str, number: int, change: Change
) -> models.Revision:
    """An unsaved row of history, with the SHA-256 of the snapshot's canonical JSON (RFC 8785)."""
    body = snapshot(draft, state)
    return models.Revision(
        dataset_id=dataset_id,
        number=number,
        verb=change.verb,
        actor=change.actor_id,
        at=change.at,
        why=change.why,
        snapshot=body,
        sha256=hashlib.sha256(rfc8785.dumps(body)).hexdigest(),
    )


def agreement_row(
    dataset_id: str, rules: Iterable[CheckRule], version: int, change: Change
) -> models.RuleAgreement:
    """An unsaved row of the rules as agreed by a change."""
    return models.RuleAgreement(
        dataset_id=dataset_id,
        version=version,
        rules=[plain.rule_plain(rule) for rule in rules],
        actor=change.actor_id,
        at=change.at,
    )
