"""Plain values of federation: what crosses the door, and an entry of another catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import rfc8785

from cityhall.catalog.queries import Contact, Item, Spatial, Temporal
from cityhall.kernel.text import Text

EMPTY = Text(en="", zh="")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file that the other catalogue offers: `format` in capitals as it is called there, `stamp` whatever changes
    when the file does (hash, size, time).
    """

    url: str
    format: str = ""
    title: str = ""
    stamp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEntry:
    """A dataset as another catalogue tells it. `id` is its stable name there, `address` the page to send people to,
    `licence` as it was given; `items` are empty where the columns are not told.
    """

    id: str
    title: Text
    abstract: Text = EMPTY
    address: str = ""
    licence: str = ""
    publisher: str = ""
    closed: str = ""
    keywords: tuple[str, ...] = ()
    contact: Contact = field(default_factory=Contact)
    cycle: str = ""
    field_code: str = ""
    spatial: Spatial = field(default_factory=Spatial)
    temporal: Temporal = field(default_factory=Temporal)
    items: tuple[Item, ...] = ()
    files: tuple[RemoteFile, ...] = ()

    def fingerprint(self) -> str:
        """SHA-256 over all of it: equal when nothing changed there."""
        return hashlib.sha256(rfc8785.dumps(_plain(asdict(self)))).hexdigest()


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """Something in the other catalogue that should be an entry and cannot be read."""

    id: str
    why: str


def remote_key(remote_id: str) -> str:
    """What an entry is found again by."""
    return hashlib.sha256(remote_id.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestInfo:
    """Another catalogue that is harvested; `entries` counts what comes from there and is still there."""

    id: str
    name: str
    kind: str
    url: str
    agency_id: str
    settings: Mapping[str, Any]
    schedule: str
    enabled: bool
    next_due: datetime | None
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestRunInfo:
    """A run: `stage` queued, reading, done, failed or cancelled; `counts` seen, created, changed, unchanged,
    withdrawn, restored, failed, files, pages, bytes; `log` pairs of time and words.
    """

    id: str
    harvest_id: str
    stage: str
    active: bool
    whole: bool | None
    counts: Mapping[str, int]
    log: tuple[tuple[str, Text], ...]
    error: Mapping[str, Any] | None
    created: datetime
    started: datetime | None
    finished: datetime | None


@dataclass(frozen=True, slots=True)
class FailureSeen:
    """An entry that could not be taken, and why."""

    remote_id: str
    title: str
    code: str
    says: Text


@dataclass(frozen=True, slots=True)
class OriginSeen:
    """Where an entry comes from: the harvest, the id there, the page there, licence and publisher as given there."""

    dataset_id: str
    harvest_id: str
    harvest_name: str
    remote_id: str
    address: str
    licence: str
    publisher: str
    present: bool
    changed: datetime
