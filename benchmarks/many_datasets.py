"""Any number of published datasets, put straight into the tables of the catalogue: Wenzhou's titles, year after year.

What an import would check and record is left out, for what is measured (and tested) here is finding them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

PORTION = 2000


def fill(count: int) -> int:
    """Make `count` datasets, each with a first version that has no file, and index them; answers how many."""
    from django.db import connection, transaction

    from cityhall.catalog import models, storing
    from cityhall.kernel import clock
    from cityhall.opening.actions import rebuild_search

    with transaction.atomic():
        whole, now = originals()[:count], clock.now()
        made = enumerate(islice(_rows(whole), count))
        while some := list(islice(made, PORTION)):
            _put(some, now)
        ids = [_id(number) for number in range(len(whole))]
        models.DatasetItem.objects.bulk_create(
            row for key, draft in zip(ids, whole, strict=True) for row in storing.item_rows(key, draft.items)
        )
        with connection.cursor() as cursor:
            for start in range(len(whole), count, len(whole)):
                _copy_items(cursor, start, _id(min(len(whole), count - start)))
    return rebuild_search()


def originals() -> list[Any]:
    """The drafts of Wenzhou's catalogue, for agencies that are registered here."""
    from cityhall.catalog.plain import dataset_from
    from cityhall.identity.actions import register_agency
    from cityhall.kernel.actor import system_actor
    from cityhall.kernel.text import Text
    from cityhall.packing.queries import wenzhou_agencies, wenzhou_catalogue

    ids = {
        one["code"]: register_agency(
            system_actor("bench"), one["uscc"], Text.from_dict(one["title"]), one["level"], one["division"]
        )
        for one in wenzhou_agencies()
    }
    return [dataset_from(_values(one, ids)) for one in wenzhou_catalogue()]


def _rows(whole: list[Any]) -> Iterator[dict[str, Any]]:
    """Endless rows of datasets: the catalogue as it is, then the same with a year before each title."""
    from cityhall.catalog import storing
    from cityhall.kernel.text import Text

    known = [{"code": one.code, **storing.columns(one)} for one in whole]
    yield from known
    for year in range(2026, 1900, -1):
        for one, row in zip(whole, known, strict=True):
            title = Text(en=f"{one.title.en}, {year}", zh=f"{year}年{one.title.zh}")
            other = replace(one, title=title, code=f"{one.code}_{year}")
            yield row | {
                "code": other.code,
                "title": title.as_dict(),
                "search_text": storing.search_text(other),
            }


def _put(some: list[tuple[int, dict[str, Any]]], now: datetime) -> None:
    """Write datasets and, but for every ninth, their versions."""
    from cityhall.catalog import models
    from cityhall.warehouse.models import StoredVersion

    times = {number: now - timedelta(hours=number * 7 % 20_000) for number, _ in some}
    models.Dataset.objects.bulk_create(
        models.Dataset(
            id=_id(number), state="published", revision=1, created=times[number], modified=times[number],
            published=times[number], **row,
        )
        for number, row in some
    )  # fmt: skip
    StoredVersion.objects.bulk_create(
        StoredVersion(
            dataset=_id(number), number=1, mode="replace", created=times[number], rows=number % 5000, bytes=0,
            counts={}, columns=[], actor="bench",
        )
        for number, _ in some
        if number % 9
    )  # fmt: skip


def _id(number: int) -> str:
    return f"dst_{number:07d}"


def _copy_items(cursor: Any, start: int, end: str) -> None:
    """The items of the first datasets, before the id `end`, for those that begin at the number `start`."""
    from cityhall.catalog.models import DatasetItem

    names = [one.column for one in DatasetItem._meta.fields if one.column not in ("id", "dataset_id")]
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f"INSERT INTO catalog_datasetitem (dataset_id, {columns}) "
        f"SELECT 'dst_' || substr(CAST(10000000 + {start} + CAST(substr(dataset_id, 5) AS integer) AS text), 2), "
        f"{columns} FROM catalog_datasetitem WHERE dataset_id < %s",
        [end],
    )


def _values(one: dict, ids: dict[str, str]) -> dict:  # type: ignore[type-arg]
    kept = ("code", "title", "abstract", "region", "licence", "legal_basis", "contact", "keywords")
    return {
        **{name: one[name] for name in kept if name in one},
        "agency": ids[one["agency"]],
        "field": one["field"],
        "items": [_item(item) for item in one["items"]],
    }


def _item(item: dict) -> dict:  # type: ignore[type-arg]
    kept = ("name", "title", "element", "type", "level")
    return {
        **{name: item[name] for name in kept if item.get(name)},
        "sharing": item["sharing"]["class"],
        "sharing_reason": item["sharing"]["reason"],
        "opening": item["opening"]["class"],
        "opening_reason": item["opening"]["reason"],
        "mask": "" if item.get("mask") in (None, "none") else item["mask"],
    }
