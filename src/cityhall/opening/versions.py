"""Versions as visitors see them: numbers, times and counts; never the names of stored files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cityhall.kernel.actor import Actor
from cityhall.opening.deciding import decide
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


def versions(actor: Actor, dataset_id: str) -> tuple[VersionSeen, ...]:
    """All versions, newest first. Errors: `DatasetHidden`."""
    decision = decide(actor, dataset_id, "page")
    return tuple(_seen(one) for one in warehouse.versions(decision.dataset_id))


def latest(actor: Actor, dataset_id: str) -> VersionSeen | None:
    """The version being served; None before the first. Errors: `DatasetHidden`."""
    decision = decide(actor, dataset_id, "page")
    try:
        return _seen(warehouse.version(decision.dataset_id))
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


def _seen(version: Version) -> VersionSeen:
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
