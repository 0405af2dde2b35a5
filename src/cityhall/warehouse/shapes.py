"""The plain values that cross the warehouse's doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

ItemType = Literal["text", "integer", "decimal", "date", "datetime", "time", "boolean", "geometry"]
Mode = Literal["replace", "append", "upsert", "compact"]


@dataclass(frozen=True, slots=True)
class Landed:
    """Raw bytes as they came, kept under their SHA-256; `name` is what the sender called them."""

    sha256: str
    size: int
    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one load: read = clean + quarantined + duplicates."""

    read: int = 0
    clean: int = 0
    quarantined: int = 0
    duplicates: int = 0

    def balanced(self) -> bool:
        """Whether every row that was read is accounted for."""
        return self.read == self.clean + self.quarantined + self.duplicates

    def as_dict(self) -> dict[str, int]:
        """JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a version: the item's name, its type in the catalogue's words, and the exact type in the files."""

    name: str
    type: ItemType
    stored: str

    @property
    def internal(self) -> bool:
        """Whether it belongs to the platform (`_line`) rather than to the catalogue."""
        return self.name.startswith("_")


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a dataset, addressed by number."""

    dataset_id: str
    number: int
    mode: Mode
    created: datetime
    actor_id: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: int
    bytes: int
    counts: Counts
    landed_sha256s: tuple[str, ...]
    report_id: str
    run_id: str
    inputs: tuple[Mapping[str, Any], ...]
    expired: datetime | None = None

    @property
    def items(self) -> tuple[Column, ...]:
        """The columns that are items of the catalogue."""
        return tuple(column for column in self.columns if not column.internal)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An immutable Parquet file inside the warehouse. `path` is relative to the warehouse's data folder.

    `statistics` maps a column to its least and greatest value as text (both inclusive bounds) and its
    number of nulls, where the file tells them.
    """

    path: str
    rows: int
    bytes: int
    sha256: str
    columns: tuple[Column, ...]
    layout: str
    statistics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Files written, synced and hashed for one version that is not committed yet; made outside the
    transaction, because nobody should wait for a disk while others wait for the database.

    `base` is the version this one was computed from (0: none). `superseded` are the data files of `base`
    that leave with it; `None` means all of them.
    """

    dataset_id: str
    mode: Mode
    base: int
    files: tuple[StoredFile, ...]
    superseded: tuple[str, ...] | None
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    incoming: int
