"""What a file of a case is: judged by its content, never by its name; pictures lose the place where they were taken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from threading import Lock
from typing import Final

from PIL import Image, ImageOps

from cityhall.cases.errors import FileRefused, FileTooBig
from cityhall.kernel.text import Text

MEGABYTES: Final = 20
ENOUGH: Final = MEGABYTES * 2**20 + 1
"""Bytes of a file after which it need not be read on: it is too large."""
PIXELS: Final = 60_000_000
# To write a WebP anew takes ten times the memory and the time of a JPEG.
WEBP_PIXELS: Final = 24_000_000
# Cameras that write two views into one file call it MPO; its first view is a JPEG.
_PICTURES: Final = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_WRITTEN: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_OFFICE: Final = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
# Extension -> what its content must be.
KINDS: Final = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "mp4": "video/mp4", "m4a": "video/mp4", "mp3": "audio/mpeg", "txt": "text/plain",
}  # fmt: skip
LIES: Final = Text(en="its content is not what its name says", zh="内容与扩展名不符")
INFECTED: Final = Text(en="the scan found something harmful", zh="安全扫描未通过")
_UNKNOWN: Final = Text(en="this kind of file is not accepted", zh="不支持该类型")
# Whatever a reader of made-up bytes stumbles over.
_BROKEN: Final = (
    OSError, ValueError, LookupError, TypeError, EOFError, SyntaxError, NotImplementedError, OverflowError,
    struct.error, zlib.error, zipfile.BadZipFile, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
_ONE_AT_A_TIME: Final = (
    Lock()
)  # a picture of 60 million pixels takes half a gigabyte while it is written anew


def judged(name: str, content: bytes, *, keep_position: bool = False) -> tuple[str, bytes]:
    """The kind of a file and the bytes to keep. Raises FileTooBig, FileRefused."""
    if len(content) >= ENOUGH:
        raise FileTooBig(name=name, megabytes=MEGABYTES)
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise refused(name, _UNKNOWN)
    if content_kind(content) != kind:
        raise refused(name, LIES)
    if kind in _WRITTEN:
        with _ONE_AT_A_TIME:
            content = _without_traces(name, content, keep_position)
    return kind, content


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
        with Image.open(io.BytesIO(content), formats=tuple(_WRITTEN.values())) as picture:
            return _PICTURES.get(picture.format or "", "")
    except _BROKEN:
        return "text/plain" if _is_text(content) else ""


def refused(name: str, why: Text) -> FileRefused:
    """The refusal of a file, with the kinds that are accepted."""
    return FileRefused(name=name, why_en=why.en, why_zh=why.zh, kinds=", ".join(sorted(KINDS)))


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except _BROKEN:
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
        with Image.open(io.BytesIO(content), formats=tuple(_WRITTEN.values())) as picture:
            most = WEBP_PIXELS if picture.format == "WEBP" else PIXELS
            if picture.width * picture.height > most:
                raise FileTooBig(name=name, megabytes=MEGABYTES)
            place = picture.getexif().get_ifd(0x8825) if keep_position else {}
            upright = ImageOps.exif_transpose(picture)
            out, extra = io.BytesIO(), {}
            if place:
                notes = Image.Exif()
                notes.get_ifd(0x8825).update(place)
                extra = {"exif": notes.tobytes()}
            upright.info.clear()
            upright.save(out, format=_WRITTEN[_PICTURES[picture.format or ""]], **extra)
    except _BROKEN:
        raise refused(name, LIES) from None
    return out.getvalue()
