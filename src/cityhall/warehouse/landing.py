"""Raw bytes by hash: what came in is kept, exactly, before anybody looks into it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO

from cityhall.kernel.durable import sync_file
from cityhall.kernel.ids import new_id
from cityhall.kernel.storing.choosing import storage
from cityhall.kernel.storing.disk import made, warehouse_folder, work_folder
from cityhall.warehouse.disk import disk_errors
from cityhall.warehouse.errors import FileMissing, SourceChanged
from cityhall.warehouse.shapes import Landed

_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FICLONE = 0x40049409  # linux/fs.h: share the blocks of another file until one of the two is written


def raw_path(sha256: str) -> Path:
    """Where the bytes with this hash can be read, if they are kept; what lies in the bucket only is fetched first.

    Errors: `FileMissing` for what is no hash; `FileAltered`, `StorageUnreachable` where it has to be fetched.
    """
    name, there = raw_name(sha256), storage()
    if there.lacking([name]):
        there.fetch({name: sha256})
    return warehouse_folder() / name


def raw_name(sha256: str) -> str:
    """The name in the storage of the bytes with this hash."""
    if not _SHA256.fullmatch(sha256):
        raise FileMissing(file=sha256[:80])
    return f"raw/{sha256[:2]}/{sha256}"


def land(source: Path | BinaryIO, name: str) -> Landed:
    """Keep the bytes of a file or of an open binary stream under their SHA-256, forced to the disk when this returns.

    Landing the same bytes again keeps one copy. Never a hard link: the sender may go on writing into its file.
    Errors: `SourceChanged` when a file's size, time or identity moved while it was copied; `FileMissing`; `DiskFull`.
    """
    with disk_errors(name):
        if not isinstance(source, Path):
            return _keep(source, name)
        with source.open("rb") as stream:
            before = _identity(os.fstat(stream.fileno()))
            landed = _keep(stream, name)
            if landed.size != before[0] or not before == _identity(os.fstat(stream.fileno())) == _identity(
                source.stat()
            ):
                raise SourceChanged(file=name)
            return landed


def _identity(stat: os.stat_result) -> tuple[int, int, int, int]:
    return stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_dev


def _keep(stream: BinaryIO, name: str) -> Landed:
    temporary = made(work_folder()) / new_id("raw")
    try:
        sha256, size = _copy(stream, temporary)
        name_kept, there = raw_name(sha256), storage()
        target = warehouse_folder() / name_kept
        if there.lacking([name_kept]) or there.size(name_kept) != size:
            sync_file(temporary)
            there.keep(temporary, name_kept)
    finally:
        temporary.unlink(missing_ok=True)
    return Landed(sha256=sha256, size=size, path=target, name=name)


def _copy(stream: BinaryIO, target: Path) -> tuple[str, int]:
    """Copy to the end; answers the SHA-256 and size of what was written."""
    digest, size = hashlib.sha256(), 0
    with target.open("w+b") as copy:
        source = copy if _cloned(stream, copy) else stream
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk) if source is copy else copy.write(chunk)
    return digest.hexdigest(), size


def _cloned(stream: BinaryIO, copy: BinaryIO) -> bool:
    """Whether the file system gave `copy` the same blocks as `stream` (a whole file read from its start) at once."""
    try:
        if stream.tell() != 0:
            return False
        fcntl.ioctl(copy.fileno(), _FICLONE, stream.fileno())
    except (OSError, ValueError, AttributeError):
        return False  # not a file, another disk, or a file system without shared blocks
    return True
