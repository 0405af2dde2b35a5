"""Versions as visitors see them: numbers, times and counts; never the names of stored files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cityhall.catalog.queries import Dataset
from cityhall.kernel.actor import Actor
from cityhall.kernel.lately import Lately
from cityhall.opening.deciding import dataset_for, decide, demand
from cityhall.opening.errors import NoVersionYet
from cityhall.warehouse import queries as warehouse
from cityhall.warehouse.errors import VersionMissing
from cityhall.warehouse.queries import Counts, Version


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """One version: `mode` replace, append, upsert or compact; `expired` when its data was removed by retention."""

    number: int
    created: datetime
    mode: str
    rows: int
    bytes: int
    counts: Counts
    key: tuple[str, ...]
    expired: bool
    run_id: str


def versions(actor: Actor, subject: Dataset | str) -> tuple[VersionSeen, ...]:
    """All versions, newest first. Errors: `DatasetHidden`."""
    decision = decide(actor, subject, "page")
    return tuple(seen_version(one) for one in warehouse.versions(decision.dataset_id))


def latest(actor: Actor, dataset_id: str) -> VersionSeen | None:
    """The version being served; None before the first. Errors: `DatasetHidden`."""
    decision = decide(actor, dataset_id, "page")
    try:
        return seen_version(warehouse.version(decision.dataset_id))
    except VersionMissing:
        return None


def version_or_nothing(dataset_id: str, number: int | None) -> Version:
    """The stored version, or the latest. Errors: `NoVersionYet`, `VersionMissing` for a number that does not exist."""
    try:
        return warehouse.version(dataset_id, number)
    except VersionMissing as error:
        if number is None:
            raise NoVersionYet() from error
        raise


def seen_version(version: Version) -> VersionSeen:
    """The version as visitors see it."""
    return VersionSeen(
        number=version.number,
        created=version.created,
        mode=version.mode,
        rows=version.rows,
        bytes=version.bytes,
        counts=version.counts,
        key=version.key,
        expired=version.expired is not None,
        run_id=version.run_id,
    )


@dataclass(frozen=True, slots=True)
class DiffSeen:
    """The difference of two versions as the actor may see it. `changed` is None when hidden items take part in it,
    so that they give nothing away; `by_item` and `rows` hold shown items only, and `rows` is empty when the key
    itself is hidden."""

    before: int
    after: int
    added: int
    removed: int
    changed: int | None
    by_item: dict[str, int]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    key: tuple[str, ...]
    rows: tuple[warehouse.ChangedRow, ...]
    next: int | None
    """How many rows to pass over (`after`) for the next page; None at the end."""


_COMPARED: Final = Lately[warehouse.Diff](
    8 * 2**20, lambda told: 1_000 + sum(len(repr(row)) for row in told.rows)
)
"""Comparisons made lately, whole, as nobody is shown them: versions never change, and each costs all of their rows."""

_AT_ONCE: Final = 300
"""Rows of a comparison that are kept with it, so that whoever pages on does not pay for a whole one each time."""


def diff(actor: Actor, dataset_id: str, a: int, b: int, *, limit: int = 50, after: int = 0) -> DiffSeen:
    """What changed from version `a` to `b`; its rows, so far as they can be seen to differ, after so many of them.
    Errors: `DatasetHidden`, `NothingOpen`, `VersionMissing`, `UpsertWithoutKey`, `QueryTooLong`, `TooManyQueries`.
    """
    found, decision = dataset_for(actor, dataset_id, "page")
    demand(decision)
    old, new = warehouse.version(found.id, a), warehouse.version(found.id, b)
    key = found.key or new.key
    stamps = tuple((one.dataset_id, one.number, one.created, one.expired) for one in (old, new))
    clear = set(decision.clear)
    within = None if decision.complete else frozenset(clear)
    start = after - after % _AT_ONCE
    told = _COMPARED.get(
        (stamps, key, limit, start, within),
        lambda: warehouse.diff_versions(
            found.id, a, b, key, limit=_AT_ONCE + limit, offset=start, within=within
        ),
    )
    page = told.rows[after - start : after - start + limit + 1]
    visible = clear.issuperset(key)
    rows = [
        replace(row, items={name: pair for name, pair in row.items.items() if name in clear})
        for row in page[:limit]
    ]
    return DiffSeen(
        before=a,
        after=b,
        added=told.added,
        removed=told.removed,
        changed=told.changed if decision.complete else None,
        by_item={name: count for name, count in told.by_item.items() if name in clear},
        columns_added=told.columns_added,
        columns_removed=told.columns_removed,
        key=tuple(key) if visible else (),
        rows=tuple(rows) if visible else (),
        next=after + limit if visible and len(page) > limit else None,
    )
