"""Files of cases: kept under their hash where everything lasts, in the state folder or in the bucket."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from cityhall.cases.errors import ScannerSilent, StorageFull, TooManyFiles
from cityhall.cases.models import Attachment, Case, Reporter
from cityhall.cases.working.contents import INFECTED, judged, refused
from cityhall.kernel import clock
from cityhall.kernel.durable import sync_file
from cityhall.kernel.home import home
from cityhall.kernel.ids import new_id
from cityhall.kernel.storing.choosing import storage
from cityhall.kernel.storing.disk import made, place, work_folder

# Files of one case; files that one address adds in a day; and what must stay free on the disk.
PER_CASE, PER_ADDRESS, FREE = 60, 100, 1 << 30
_PATIENCE: Final = 120  # seconds for the scan of one file


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was kept: its name, its kind by content, size, hash."""

    name: str
    kind: str
    size: int
    sha256: str


def keep_file(name: str, content: bytes, *, keep_position: bool = False) -> Kept:
    """Check a file and keep its bytes under their hash. Pictures are written anew without what the camera added (place, time,
    device), unless the place is needed. It may take seconds (the scan, the bucket): to be called outside transactions.
    Raises FileTooBig, FileRefused, ScannerSilent, StorageUnreachable."""
    kind, content = judged(name, content, keep_position=keep_position)
    digest = sha256(content).hexdigest()
    if not _there(digest, len(content)):
        with _written(content) as temporary:
            if not _scan(temporary):
                raise refused(name, INFECTED)
            storage().keep(temporary, _stored(digest))
    return Kept(name, kind, len(content), digest)


def _there(digest: str, size: int) -> bool:
    """Whether the bytes lie whole where a case needs them already. What no case names is kept anew, or the sweep could take
    it away before it is added."""
    there, stored = storage(), _stored(digest)
    named = Attachment.objects.filter(sha256=digest).exists()
    return named and not there.lacking([stored]) and there.size(stored) == size


def at_hand(digest: str) -> Path:
    """Where the bytes with this hash can be read; what lies in the bucket only is fetched first.
    Raises FileMissing, FileAltered, StorageUnreachable."""
    name, there = _stored(digest), storage()
    if there.lacking([name]):
        there.fetch({name: digest})
    return place(name)


def demand_room(row: Case, reporter: Reporter | None) -> None:
    """Pass when the case, the reporter's address and the disk have room for another file; raises TooManyFiles, StorageFull."""
    if Attachment.objects.filter(case=row).count() >= PER_CASE:
        raise TooManyFiles(most=PER_CASE)
    if reporter is not None and reporter.origin:
        since = clock.now() - timedelta(days=1)
        recent = Attachment.objects.filter(case__reporter__origin=reporter.origin, at__gt=since)
        if recent.count() >= PER_ADDRESS:
            raise TooManyFiles(most=PER_ADDRESS)
    if shutil.disk_usage(home()).free < FREE:
        raise StorageFull()


def files_lost() -> tuple[str, ...]:
    """The hashes of files that cases name and that are not (or not whole) where everything lasts. Raises StorageUnreachable."""
    there = storage()
    known = Attachment.objects.order_by("sha256").values_list("sha256", "size").distinct()
    return tuple(digest for digest, size in known.iterator() if there.size(_stored(digest)) != size)


def send_files() -> tuple[str, ...]:
    """Keep where everything lasts what lies on this machine only, as after a move to a bucket; answers the hashes of what is
    not here either. Raises StorageUnreachable."""
    return tuple(digest for digest in files_lost() if not _sent(digest))


def _sent(digest: str) -> bool:
    path = place(_stored(digest))
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != digest:
        return False
    storage().secure(path, _stored(digest))
    path.chmod(0o444)
    return True


def _stored(digest: str) -> str:
    """The name in the storage of the bytes with this hash."""
    return f"cases/{digest[:2]}/{digest}"


@contextmanager
def _written(content: bytes) -> Iterator[Path]:
    temporary = made(work_folder()) / new_id("att")
    try:
        temporary.write_bytes(content)
        sync_file(temporary)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _scan(path: Path) -> bool:
    """Ask the scanner named by CITYHALL_SCAN_COMMAND (exit status 0: clean); without one, everything is. Raises ScannerSilent
    when one is named and says nothing: then nothing is taken."""
    command = os.environ.get("CITYHALL_SCAN_COMMAND")
    if not command:
        return True
    try:
        done = subprocess.run(  # noqa: S603 - the command is the operator's own
            [*shlex.split(command), str(path)], capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ScannerSilent() from error
    return done.returncode == 0
