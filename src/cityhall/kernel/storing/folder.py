"""The state folder as storage: what is kept is at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cityhall.kernel.storing.disk import place, settle
from cityhall.kernel.storing.shapes import Lying


class Folder:
    """A `Storage` of files on this machine's disk."""

    def keep(self, finished: Path, name: str) -> None:
        """The file gets its name on the disk."""
        settle(finished, place(name))

    def secure(self, path: Path, name: str) -> None:
        """It lasts where it lies."""

    def size(self, name: str) -> int | None:
        """By the disk."""
        path = place(name)
        return path.stat().st_size if path.is_file() else None

    def sure(self, name: str) -> bool:
        """By the disk."""
        return place(name).is_file()

    def lacking(self, names: Iterable[str]) -> tuple[str, ...]:  # noqa: ARG002 - any storage is asked
        """Never any: a file that is missing is missing for good, and its reader says so."""
        return ()

    def fetch(self, wanted: Mapping[str, str]) -> None:
        """Nothing to do."""

    def listed(self, folder: str) -> Iterator[Lying]:
        """By name."""
        return lying(folder)

    def hashes(self, name: str) -> Iterator[tuple[str, str]]:
        """The one copy there is."""
        yield str(place(name)), sha256_of(place(name))

    def remove(self, name: str) -> None:
        """Whether it is still there or not."""
        place(name).unlink(missing_ok=True)

    def tidy(self, before: float) -> None:  # noqa: ARG002 - any storage is told
        """Only folders: what is unfinished lies in the work folder."""
        for folder in sorted(place("data").glob("*")):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def lying(folder: str) -> Iterator[Lying]:
    """The files on this machine in a folder and below it."""
    base = place(f"{folder}/")
    for path in sorted(base.rglob("*")):
        if not path.is_dir():
            facts = path.lstat()
            yield Lying(f"{folder}/{path.relative_to(base).as_posix()}", facts.st_size, facts.st_ctime)


def sha256_of(path: Path) -> str:
    """SHA-256 of a whole file, as lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
