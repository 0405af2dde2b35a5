"""fsck: does what the database says about the files hold, and does anything lie about that nobody refers to?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.db.models import Sum

from cityhall.kernel.storing.choosing import storage
from cityhall.kernel.storing.folder import lying
from cityhall.kernel.storing.shapes import Lying
from cityhall.warehouse.landing import raw_name
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
        *(Problem("orphan", left.name, f"{left.size} bytes") for left in orphans(GRACE)),
    )


def orphans(grace: float) -> tuple[Lying, ...]:
    """Data files that no version refers to and files of this machine's work folder, there for more than `grace` seconds.

    The folders are read before the database: a file that appears in between is too young, one that is
    committed in between is known.
    """
    before = time.time() - grace
    old = [one for one in storage().listed("data") if one.since < before]
    left = [one for one in lying("work") if one.since < before]
    known = set(DataFile.objects.values_list("path", flat=True))
    return tuple([one for one in old if one.name.removeprefix("data/") not in known] + left)


def _files(deep: bool) -> Iterator[Problem]:
    there, seen = storage(), set()
    sizes = {one.name: one.size for one in there.listed("data")}
    for file in DataFile.objects.order_by("id").iterator():
        if file.path in seen:
            continue
        seen.add(file.path)
        name = f"data/{file.path}"
        size = sizes.get(name) or there.size(name)  # it may have come after the list was made
        if size is None:
            yield Problem("missing", file.path, f"dataset {file.dataset}, from version {file.added}")
        elif size != file.bytes:
            yield Problem("size", file.path, f"{size} bytes instead of {file.bytes}")
        elif deep:
            yield from _altered("hash", file.path, name, file.sha256)


def _altered(kind: Kind, subject: str, name: str, sha256: str) -> Iterator[Problem]:
    """The copies of a file that do not have its hash."""
    for where, found in storage().hashes(name):
        if found != sha256:
            yield Problem(kind, subject, f"not {sha256}: {where}")


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
    there = storage()
    kept = {one.name for one in there.listed("raw")}
    for sha256 in sorted(_named(StoredVersion.objects.values_list("landed", flat=True).iterator())):
        if raw_name(sha256) not in kept and there.size(raw_name(sha256)) is None:
            yield Problem("raw-missing", sha256, "named by a version")
    for name in sorted(kept) if deep else ():
        sha256 = name.rpartition("/")[2]
        yield from _altered("raw-hash", sha256, name, sha256)


def _named(lists: Iterable[list[str]]) -> set[str]:
    return {sha256 for one in lists for sha256 in one}
