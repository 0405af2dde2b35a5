"""Frozen values of the rooms as JSON answers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpResponse

from cityhall.catalog.queries import Dataset, Item
from cityhall.collection.queries import RunInfo
from cityhall.opening.queries import Decision, DiffSeen, Entry, Export, Quality, VersionSeen

EXACT_DIGITS = 15
_OF_A_STAGE = ("name", "seconds", "bytes", "rows", "rows_a_second", "bytes_a_second")


def answer(body: Any, status: int = 200) -> HttpResponse:
    """A JSON answer."""
    return HttpResponse(_json(body), status=status, content_type="application/json")


def _json(body: Any) -> bytes:
    return orjson.dumps(body, default=plain_value)


def plain_value(value: Any) -> Any:
    """A decimal as a number where that is exact, else as text; anything else unknown as text."""
    text = str(value)
    if isinstance(value, Decimal) and len(text) <= EXACT_DIGITS:  # the usual case, without counting digits
        number = float(value)
        return int(number) if number.is_integer() else number
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT_DIGITS:
        return int(value) if value == value.to_integral_value() else float(value)
    return text


def rows_json(
    dataset_id: str,
    version: int,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    following: str | None,
) -> bytes:
    """Rows as objects by item name."""
    body = {
        "dataset": dataset_id,
        "version": version,
        "columns": columns,
        "rows": [dict(zip(columns, row, strict=True)) for row in rows],
        "next": following,
    }
    return _json(body)


def entry(one: Entry) -> dict[str, Any]:
    """A line of the catalogue."""
    return {
        "id": one.id,
        "code": one.code,
        "title": one.title.as_dict(),
        "abstract": one.abstract.as_dict(),
        "agency_id": one.agency_id,
        "state": one.state,
        "opening": one.opening_class,
        "sharing": one.sharing_class,
        "level": one.level,
        "updated": one.updated,
        "rows": one.rows,
    }


def dataset(found: Dataset, decision: Decision, version: VersionSeen | None) -> dict[str, Any]:
    """A dataset with its items as the asker may see them."""
    return {
        "id": found.id,
        "code": found.code,
        "title": found.title.as_dict(),
        "abstract": found.abstract.as_dict(),
        "agency_id": found.agency_id,
        "field": found.field_code,
        "state": found.state,
        "opening": found.opening_class,
        "sharing": found.sharing_class,
        "level": found.level,
        "key": found.key,
        "update_cycle": found.update_cycle,
        "licence": found.licence,
        "keywords": found.keywords,
        "created": found.created,
        "modified": found.modified,
        "published": found.published,
        "items": [_item(one, decision) for one in found.items],
        "version": version_line(version) if version else None,
    }


def _item(one: Item, decision: Decision) -> dict[str, Any]:
    hidden = decision.reasons.get(one.name)
    access = "masked" if one.name in decision.masks else "clear" if one.name in decision.items else "hidden"
    return {
        "name": one.name,
        "title": one.title.as_dict(),
        "description": one.description.as_dict(),
        "type": one.type,
        "element": one.element,
        "required": one.required,
        "unique": one.unique,
        "opening": one.opening.kind,
        "sharing": one.sharing.kind,
        "level": one.level,
        "access": access,
        "why": hidden.as_dict() if hidden else None,
    }


def version_line(one: VersionSeen) -> dict[str, Any]:
    """A version."""
    return {
        "number": one.number,
        "created": one.created,
        "mode": one.mode,
        "rows": one.rows,
        "bytes": one.bytes,
        **one.counts.as_dict(),
        "expired": one.expired,
    }


def diff(told: DiffSeen) -> dict[str, Any]:
    """Two versions compared."""
    return {
        "before": told.before,
        "after": told.after,
        "added": told.added,
        "removed": told.removed,
        "changed": told.changed,
        "by_item": told.by_item,
        "key": told.key,
        "rows": [{"key": row.key, "change": row.change, "items": row.items} for row in told.rows],
        "next": told.next,
    }


def quality(told: Quality) -> dict[str, Any]:
    """A quality report."""
    return {
        "version": told.version,
        "score": told.score,
        "dimensions": dict(told.dimensions),
        "read": told.read,
        "clean": told.clean,
        "quarantined": told.quarantined,
        "duplicates": told.duplicates,
        "columns": [
            {
                "name": one.name,
                "filled": one.filled,
                "valid": one.valid,
                "unique": one.unique,
                "problems": [
                    {
                        "code": fault.code,
                        "rows": fault.rows,
                        "says": fault.says.as_dict(),
                        "examples": fault.examples,
                    }
                    for fault in one.faults
                ],
            }
            for one in told.columns
        ],
    }


def export(one: Export, link: str | None) -> dict[str, Any]:
    """A file."""
    return {
        "id": one.id,
        "dataset_id": one.dataset_id,
        "version": one.version,
        "format": one.format.code,
        "state": one.state,
        "rows": one.rows,
        "bytes": one.bytes,
        "sha256": one.sha256,
        "file_name": one.file_name,
        "link": link,
    }


def run(one: RunInfo) -> dict[str, Any]:
    """A run."""
    names = (
        "id",
        "source_id",
        "dataset_id",
        "kind",
        "stage",
        "progress",
        "rate",
        "receipt",
        "error",
        "version",
        "created",
    )
    stages = [{name: getattr(stage, name) for name in _OF_A_STAGE} for stage in one.stages]
    return {**{name: getattr(one, name) for name in names}, "finished": one.finished, "stages": stages}
