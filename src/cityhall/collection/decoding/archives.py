"""Zip, gzip and tar: members are unpacked one by one under numbers of ours, within limits that no bomb can pass."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from cityhall.collection.decoding.sniff import Kind
from cityhall.collection.decoding.tables import Limits
from cityhall.collection.errors import ArchiveTooLarge, BrokenArchive, EncryptedFile

PIECE = 1024**2
RATIO_FROM = 64 * 1024**2
NOT_DATA = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
FAULTS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    gzip.BadGzipFile,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """An unpacked member: where it lies now and what it was called."""

    path: Path
    name: str


@dataclass(slots=True)
class Meter:
    """Counts what is unpacked; shared by all levels of one file."""

    limits: Limits
    name: str
    packed: int
    unpacked: int = 0
    members: int = 0

    def member(self) -> int:
        """The number of the next member."""
        self.members += 1
        if self.members > self.limits.members:
            raise ArchiveTooLarge(
                file=self.name, what="members", found=self.members, limit=self.limits.members
            )
        return self.members

    def more(self, size: int) -> None:
        """Counts unpacked bytes."""
        self.unpacked += size
        if self.unpacked > self.limits.unpacked_bytes:
            raise ArchiveTooLarge(
                file=self.name, what="bytes", found=self.unpacked, limit=self.limits.unpacked_bytes
            )
        if self.unpacked > RATIO_FROM and self.unpacked > self.packed * self.limits.ratio:
            found = f"{self.unpacked // max(self.packed, 1)}:1"
            raise ArchiveTooLarge(file=self.name, what="ratio", found=found, limit=f"{self.limits.ratio}:1")


def unpack(path: Path, name: str, kind: Kind, into: Path, meter: Meter) -> Iterator[Member]:
    """The members of the archive at `path`, each written to `into` when its turn comes; the caller removes them.

    Raises ArchiveTooLarge, BrokenArchive, EncryptedFile."""
    into.mkdir(parents=True, exist_ok=True)
    try:
        match kind:
            case Kind.GZIP:
                yield _gunzip(path, name, into, meter)
            case Kind.ZIP:
                yield from _unzip(path, name, into, meter)
            case _:
                yield from _untar(path, into, meter)
    except FAULTS as error:
        raise BrokenArchive(
            file=name, detail=" ".join(str(error).split())[:200] or type(error).__name__
        ) from error


def _gunzip(path: Path, name: str, into: Path, meter: Meter) -> Member:
    target = into / f"member_{meter.member()}"
    with gzip.open(path) as source:
        _copy(source, target, meter)
    inner = name[:-3] if name.lower().endswith(".gz") else name
    return Member(target, f"{inner[:-4]}.tar" if inner.lower().endswith(".tgz") else inner)


def _unzip(path: Path, name: str, into: Path, meter: Meter) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            called = _real_name(info)
            if info.is_dir() or _is_clutter(called):
                continue
            if info.flag_bits & 1:
                raise EncryptedFile(file=name)
            target = into / f"member_{meter.member()}"
            with archive.open(info) as source:
                _copy(source, target, meter)
            yield Member(target, called)


def _untar(path: Path, into: Path, meter: Meter) -> Iterator[Member]:
    with tarfile.open(path, mode="r:") as archive:
        for info in archive:
            if not info.isfile() or _is_clutter(info.name):
                continue
            source = archive.extractfile(info)
            if source is None:
                continue
            target = into / f"member_{meter.member()}"
            with source:
                _copy(source, target, meter)
            yield Member(target, info.name)


def _copy(source: IO[bytes] | gzip.GzipFile, target: Path, meter: Meter) -> None:
    with target.open("wb") as file:
        while piece := source.read(PIECE):
            meter.more(len(piece))
            file.write(piece)


def _real_name(info: zipfile.ZipInfo) -> str:
    """Chinese Windows writes member names in GBK without saying so; Python then reads them as cp437."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gbk")
    except UnicodeError:
        return info.filename


def _is_clutter(name: str) -> bool:
    leaf = PurePosixPath(name).name
    return name.startswith(NOT_DATA[0]) or leaf in NOT_DATA or leaf.startswith(("._", "~$"))
