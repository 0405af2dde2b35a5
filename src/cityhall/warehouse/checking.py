"""fsck: does what the database says about the files hold, and does anything lie about that nobody refers
to?
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db.models import Sum

from cityhall.warehouse.datafiles import sha256_of
from cityhall.warehouse.disk import data_folder, raw_folder, work_folder
from cityhall.warehouse.landing import raw_path
from cityhall.warehouse.models import DataFile, StoredVersion
from cityhall.warehouse.versions import members

Kind = Literal["missing", "size", "hash", "gap", "counts", "raw-missing", "raw-hash", "orphan"]

GRACE = 24 * 3600.0
"""Seconds for which a file nobody refers to is left alone: its version may be about to be committed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be. `harmless` problems are left-overs which `sweep` removes."""

    kind: Kind
    subject: str
    detail: str

    @property
    def harmless(self) -> bool:
        """Whether nothing is lost or wrong, only space taken."""
        return self.kind == "orphan"


def fsck(*, deep: bool = False) -> tuple[Problem, ...]:
    """All problems: files missing or of another size (`deep`: or another hash), gaps in the numbers of
    versions, row counts that do not add up, landed bytes that are missing (`deep`: or changed), and orphans
    older than the grace period.
    """
    return (
        *_files(deep),
        *_numbers(),
        *_counts(),
        *_raw(deep),
        *(Problem("orphan", str(path), f"{path.stat().st_size} bytes") for path in orphans(GRACE)),
    )


def orphans(grace: float) -> tuple[Path, ...]:
    """Files of the data and work folders that no version refers to, changed more than `grace` seconds ago.

    The folders are read before the database: a file that appears in between is too young, one that is
    committed in between is known.
    """
    before = time.time() - grace
    lying = [path for path in _under(data_folder()) if path.lstat().st_ctime < before]
    left = [path for path in _under(work_folder()) if path.lstat().st_ctime < before]
    known = set(DataFile.objects.values_list("path", flat=True))
    return tuple([path for path in lying if str(path.relative_to(data_folder())) not in known] + left)


def _under(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if not path.is_dir())


def _files(deep: bool) -> Iterator[Problem]:
    folder, seen = data_folder(), set()
    for file in DataFile.objects.order_by("id").iterator():
        if file.path in seen:
            continue
        seen.add(file.path)
        path = folder / file.path
        if not path.is_file():
            yield Problem("missing", file.path, f"dataset {file.dataset}, from version {file.added}")
        elif path.stat().st_size != file.bytes:
            yield Problem("size", file.path, f"{path.stat().st_size} bytes instead of {file.bytes}")
        elif deep and sha256_of(path) != file.sha256:
            yield Problem("hash", file.path, f"not {file.sha256}")


def _numbers() -> Iterator[Problem]:
    expected: dict[str, int] = {}
    stored = StoredVersion.objects.order_by("dataset", "number").values_list("dataset", "number")
    for dataset, number in stored.iterator():
        wanted = expected.get(dataset, 1)
        if number != wanted:
            yield Problem("gap", dataset, f"version {wanted} is followed by {number}")
        expected[dataset] = number + 1


def _counts() -> Iterator[Problem]:
    for version in StoredVersion.objects.filter(expired=None).order_by("id").iterator():
        there = members(version.dataset, version.number).aggregate(rows=Sum("rows"), bytes=Sum("bytes"))
        if (there["rows"] or 0, there["bytes"] or 0) != (version.rows, version.bytes):
            detail = f"{there['rows'] or 0} rows in the files instead of {version.rows}"
            yield Problem("counts", f"{version.dataset} {version.number}", detail)
        told = version.counts
        if told["read"] != told["clean"] + told["quarantined"] + told["duplicates"]:
            yield Problem(
                "counts", f"{version.dataset} {version.number}", f"the receipt does not add up: {told}"
            )


def _raw(deep: bool) -> Iterator[Problem]:
    """Landed bytes named by a version must be there; with `deep` all that are there must have their hash."""
    for sha256 in sorted(_named(StoredVersion.objects.values_list("landed", flat=True).iterator())):
        if not raw_path(sha256).is_file():
            yield Problem("raw-missing", sha256, "named by a version")
    for path in _under(raw_folder()) if deep else ():
        if sha256_of(path) != path.name:
            yield Problem("raw-hash", path.name, "the bytes have another hash")


def _named(lists: Iterable[list[str]]) -> set[str]:
    return {sha256 for one in lists for sha256 in one}
