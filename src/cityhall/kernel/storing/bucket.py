"""A bucket as storage: any address fsspec knows. What is kept is uploaded and proven before it gets its name at hand, so that
a copy at hand always has its original in the bucket.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

import fsspec

from cityhall.kernel.durable import sync_file
from cityhall.kernel.ids import new_id
from cityhall.kernel.storing.disk import made, place, settle, work_folder
from cityhall.kernel.storing.errors import FileAltered
from cityhall.kernel.storing.failing import reaching
from cityhall.kernel.storing.folder import Folder, sha256_of
from cityhall.kernel.storing.owning import ensure_ours
from cityhall.kernel.storing.proving import PART, proven
from cityhall.kernel.storing.room import at_hand, took
from cityhall.kernel.storing.shapes import Lying

_CHUNK: Final = 1 << 20
_AT_ONCE: Final = 4
_SURE: Final = 6 * 3600.0  # a sweep leaves alone what is younger than a day
_OWNER: Final = "city"
_FETCHING: Final = tuple(Lock() for _ in range(64))


@dataclass(frozen=True, slots=True)
class Bucket:
    """A `Storage` in another place; `options` are those of the fsspec file system."""

    address: str = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)

    def keep(self, finished: Path, name: str) -> None:
        """Upload, prove, then name the copy. Errors also: `StorageTaken`, `FileAltered`."""
        self.secure(finished, name)
        os.utime(finished)
        settle(finished, place(name))

    def secure(self, path: Path, name: str) -> None:
        """Upload and prove."""
        self._ensure_ours()
        self._upload(path, name)
        took(path.stat().st_size)

    def size(self, name: str) -> int | None:
        """By the bucket's word."""
        with self._reaching():
            try:
                return int(self._system().info(self._path(name))["size"])
            except FileNotFoundError:
                return None

    def sure(self, name: str) -> bool:
        """By the age of the copy that was at hand when it was kept."""
        with suppress(FileNotFoundError):
            if time.time() - place(name).stat().st_mtime < _SURE:
                return True
        return self.size(name) is not None

    def lacking(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those that lie in the bucket only."""
        return tuple(name for name in names if not at_hand(place(name)))

    def fetch(self, wanted: Mapping[str, str]) -> None:
        """A few at once; what does not have its hash is not taken."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(self._fetch, wanted, wanted.values()):
                pass

    def listed(self, folder: str) -> Iterator[Lying]:
        """As the bucket lists them."""
        system, base = self._system(), self._path("")
        with self._reaching():
            found = system.find(self._path(folder), detail=True)
        for path, facts in found.items():
            yield Lying(str(path).removeprefix(base), int(facts["size"]), _moment(facts))

    def hashes(self, name: str) -> Iterator[tuple[str, str]]:
        """That of the bucket, and the copy at hand if there is one."""
        with self._reaching(name):
            yield self._path(name), _hash_in(self._system(), self._path(name))
        if place(name).is_file():
            yield str(place(name)), sha256_of(place(name))

    def remove(self, name: str) -> None:
        """The copy, then the object. Errors also: `StorageTaken`."""
        self._ensure_ours(removing=True)
        place(name).unlink(missing_ok=True)
        with self._reaching():
            try:
                self._system().rm_file(self._path(name))
            except FileNotFoundError:
                return

    def tidy(self, before: float) -> None:
        """Uploads in parts that were never completed: they take room and are not listed. Errors also: `StorageTaken`."""
        self._ensure_ours(removing=True)
        Folder().tidy(before)
        system = self._system()
        if not hasattr(system, "list_multipart_uploads"):
            return
        bucket, _, prefix = self._path("").partition("/")
        with self._reaching():
            for one in system.list_multipart_uploads(bucket):
                if one["Key"].startswith(prefix) and one["Initiated"].timestamp() < before:
                    parts = {"Bucket": bucket, "Key": one["Key"], "UploadId": one["UploadId"]}
                    system.call_s3("abort_multipart_upload", **parts)

    def _reaching(self, name: str = "") -> AbstractContextManager[None]:
        return reaching(self.address, name, self.options)

    def _system(self) -> Any:
        """The file system; fsspec keeps one per process."""
        with self._reaching():
            protocol = fsspec.core.split_protocol(self.address)[0] or "file"
            return fsspec.filesystem(protocol, use_listings_cache=False, **self.options)

    def _path(self, name: str) -> str:
        return f"{str(self._system()._strip_protocol(self.address)).rstrip('/')}/{name}"

    def _ensure_ours(self, *, removing: bool = False) -> None:
        with self._reaching():
            ensure_ours(self._system(), self._path(_OWNER), removing=removing)

    def _upload(self, finished: Path, name: str) -> None:
        system, path = self._system(), self._path(name)
        in_parts = {"chunksize": PART} if hasattr(system, "call_s3") else {}
        with self._reaching():
            system.put_file(str(finished), path, **in_parts)
            facts = system.info(path)
            if not (proven(finished, facts) or _hash_in(system, path) == sha256_of(finished)):
                raise FileAltered(file=path)

    def _fetch(self, name: str, sha256: str) -> None:
        target = place(name)
        with _FETCHING[hash(name) % len(_FETCHING)]:
            if at_hand(target):
                return
            temporary = made(work_folder()) / new_id("get")
            try:
                with self._reaching(name):
                    self._system().get_file(self._path(name), str(temporary))
                if sha256_of(temporary) != sha256:
                    raise FileAltered(file=name)
                size = temporary.stat().st_size
                sync_file(temporary)
                settle(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)
        took(size)


def _hash_in(system: Any, path: str) -> str:
    digest = hashlib.sha256()
    with system.open(path, "rb", cache_type="none", block_size=PART) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _moment(facts: Mapping[str, Any]) -> float:
    """When an object came there; one that does not say so came just now."""
    told = next((facts[name] for name in ("LastModified", "mtime", "created") if facts.get(name)), None)
    if isinstance(told, datetime):
        return told.timestamp()
    return float(told) if isinstance(told, (int, float)) else float("inf")
