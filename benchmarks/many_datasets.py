"""Any number of published datasets, put straight into the tables of the catalogue: Wenzhou's titles, year after year.

What an import would check and record is left out, for what is measured (and tested) here is finding them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

PORTION = 2000


def fill(count: int) -> int:
    """Make `count` datasets, each with a first version that has no file, and index them; answers how many."""
    from django.db import transaction

    from cityhall.catalog import models, storing
    from cityhall.kernel import clock
    from cityhall.opening.actions import rebuild_search
    from cityhall.warehouse.models import StoredVersion

    now, made = clock.now(), drafts()
    with transaction.atomic():
        for start in range(0, count, PORTION):
            some = list(enumerate(islice(made, min(PORTION, count - start)), start))
            ids = [f"dst_{number:07d}" for number, _ in some]
            times = [now - timedelta(hours=number * 7 % 20_000) for number, _ in some]
            models.Dataset.objects.bulk_create(
                models.Dataset(
                    id=key, code=draft.code, state="published", revision=1, created=at, modified=at, published=at,
                    **storing.columns(draft),
                )
                for key, (_, draft), at in zip(ids, some, times, strict=True)
            )  # fmt: skip
            models.DatasetItem.objects.bulk_create(
                row
                for key, (_, draft) in zip(ids, some, strict=True)
                for row in storing.item_rows(key, draft.items)
            )
            StoredVersion.objects.bulk_create(
                StoredVersion(
                    dataset=key, number=1, mode="replace", created=at, rows=number % 5000, bytes=0, counts={},
                    columns=[], actor="bench",
                )
                for key, (number, _), at in zip(ids, some, times, strict=True)
                if number % 9
            )  # fmt: skip
    return rebuild_search()


def drafts() -> Iterator:  # type: ignore[type-arg]
    """Endless drafts: the catalogue as it is, then the same with a year before each title."""
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
    whole = [dataset_from(_values(one, ids)) for one in wenzhou_catalogue()]
    yield from whole
    for year in range(2026, 1900, -1):
        for one in whole:
            title = Text(en=f"{one.title.en}, {year}", zh=f"{year}年{one.title.zh}")
            yield replace(one, title=title, code=f"{one.code}_{year}")


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
