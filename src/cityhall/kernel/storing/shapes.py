"""What every kind of storage does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lying:
    """A file that lies in the storage: its name, its size in bytes, since when (seconds since 1970)."""

    name: str
    size: int
    since: float


class Storage(Protocol):
    """Keeps files for ever under names. Errors of all its verbs: `DiskFull`, and for a bucket `StorageUnreachable`."""

    def keep(self, finished: Path, name: str) -> None:
        """Give a finished, synced file its name; when this returns it lasts, and a copy is at hand."""

    def secure(self, path: Path, name: str) -> None:
        """Make a file that already lies in its place under this name last."""

    def size(self, name: str) -> int | None:
        """The size of what is kept under the name; None when there is nothing."""

    def sure(self, name: str) -> bool:
        """Whether what was kept a while ago is still there; asked within a transaction, hence of this machine's disk
        unless it was kept so long ago that it may have been swept away.
        """

    def lacking(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the files of which no copy is at hand; the others count as used now."""

    def fetch(self, wanted: Mapping[str, str]) -> None:
        """Have copies of files (name -> SHA-256) at hand. Errors: `FileMissing`, `FileAltered`."""

    def listed(self, folder: str) -> Iterator[Lying]:
        """Everything that is kept in a folder and below it."""

    def hashes(self, name: str) -> Iterator[tuple[str, str]]:
        """Each copy of a file, read anew: (where it lies, its SHA-256)."""

    def remove(self, name: str) -> None:
        """Give up a file that nobody refers to."""

    def tidy(self, before: float) -> None:
        """Remove what was begun before a moment and never finished, and empty folders."""
