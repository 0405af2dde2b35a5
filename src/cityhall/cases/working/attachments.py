"""Files of cases: judged by their content, never by their name; pictures lose the place where they were taken."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from cityhall.cases.errors import FileRefused, FileTooBig, StorageFull, TooManyFiles
from cityhall.cases.models import Attachment, Case, Reporter
from cityhall.kernel import clock
from cityhall.kernel.durable import new_file
from cityhall.kernel.home import home
from cityhall.kernel.text import Text

MEGABYTES = 20
# Files of one case; files that one address adds in a day; and what must stay free on the disk.
PER_CASE, PER_ADDRESS, FREE = 60, 100, 1 << 30
PIXELS = 60_000_000
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
# Extension -> what its content must be.
KINDS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "mp4": "video/mp4", "m4a": "video/mp4", "mp3": "audio/mpeg", "txt": "text/plain",
}  # fmt: skip
_LIES = Text(en="its content is not what its name says", zh="内容与扩展名不符")
_UNKNOWN = Text(en="this kind of file is not accepted", zh="不支持该类型")
_INFECTED = Text(en="the scan found something harmful", zh="安全扫描未通过")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was kept: its kind by content, size, hash."""

    kind: str
    size: int
    sha256: str


def keep_file(name: str, content: bytes, *, keep_position: bool = False) -> Kept:
    """Check a file and keep its bytes under their hash. Pictures are written anew without what the camera added (place, time,
    device), unless the place is needed. Raises FileTooBig, FileRefused."""
    if len(content) > MEGABYTES * 1024 * 1024:
        raise FileTooBig(name=name, megabytes=MEGABYTES)
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise _refused(name, _UNKNOWN)
    if content_kind(content) != kind:
        raise _refused(name, _LIES)
    if kind.startswith("image/"):
        content = _without_traces(name, content, keep_position)
    path = path_of(sha256(content).hexdigest())
    if not path.exists():
        with new_file(path) as temporary:
            temporary.write_bytes(content)
            if not _scan(temporary):
                raise _refused(name, _INFECTED)
    return Kept(kind, len(content), path.name)


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


def path_of(digest: str) -> Path:
    """Where the bytes with this hash lie."""
    return home() / "cases" / digest[:2] / digest


def content_kind(content: bytes) -> str:
    """What the bytes are, empty when none of the accepted kinds."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if content.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3")):
        return "audio/mpeg"
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return _PICTURES.get(picture.format or "", "")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError):
        return "text/plain" if _is_text(content) else ""


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return ""
    return next(
        (KINDS[kind] for folder, kind in _OFFICE.items() if any(name.startswith(folder) for name in names)),
        "",
    )


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return (
        bool(text)
        and "\x00" not in text
        and not text.lstrip().lower().startswith(("<!doctype", "<html", "<script", "<svg"))
    )


def _without_traces(name: str, content: bytes, keep_position: bool) -> bytes:
    """The picture upright, without the camera's notes; its place alone where it is needed."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > PIXELS:
                raise FileTooBig(name=name, megabytes=MEGABYTES)
            place = picture.getexif().get_ifd(0x8825) if keep_position else {}
            upright = ImageOps.exif_transpose(picture)
            out, extra = io.BytesIO(), {}
            if place:
                notes = Image.Exif()
                notes.get_ifd(0x8825).update(place)
                extra = {"exif": notes.tobytes()}
            upright.info.clear()
            upright.save(out, format=picture.format, **extra)
    except (UnidentifiedImageError, OSError, SyntaxError):
        raise _refused(name, _LIES) from None
    return out.getvalue()


def _scan(path: Path) -> bool:
    """Ask the scanner named by CITYHALL_SCAN_COMMAND (exit status 0: clean); without one, everything is."""
    command = os.environ.get("CITYHALL_SCAN_COMMAND")
    if not command:
        return True
    done = subprocess.run([*shlex.split(command), str(path)], capture_output=True, timeout=120, check=False)  # noqa: S603
    return done.returncode == 0


def _refused(name: str, why: Text) -> FileRefused:
    return FileRefused(name=name, why_en=why.en, why_zh=why.zh, kinds=", ".join(sorted(KINDS)))
