"""What a file of a case is: judged by its content, never by its name; pictures lose the place where they were taken."""

from __future__ import annotations

from typing import Final

from cityhall.cases.errors import FileRefused, FileTooBig
from cityhall.cases.working.apart import TooCostly, TooSlow, Unreadable, opened
from cityhall.kernel.text import Text

MEGABYTES: Final = 20
ENOUGH: Final = MEGABYTES * 2**20 + 1
"""Bytes of a file after which it need not be read on: it is too large."""
_WRITTEN: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_OFFICE: Final = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
_BEGINNINGS: Final = {
    b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png",
    b"ID3": "audio/mpeg", b"\xff\xfb": "audio/mpeg", b"\xff\xf3": "audio/mpeg",
}  # fmt: skip
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
SLOW: Final = Text(en="it takes too long to open", zh="打开耗时过长")


def judged(name: str, content: bytes, *, keep_position: bool = False) -> tuple[str, bytes]:
    """The kind of a file and the bytes to keep. Raises FileTooBig, FileRefused, FilesWaiting."""
    if len(content) >= ENOUGH:
        raise FileTooBig(name=name, megabytes=MEGABYTES)
    kind = KINDS.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise refused(name, _UNKNOWN)
    try:
        if content_kind(content) != kind:
            raise refused(name, LIES)
        if kind in _WRITTEN:
            content = opened(content, "picture", _WRITTEN[kind], "position" if keep_position else "")
    except TooCostly:
        raise FileTooBig(name=name, megabytes=MEGABYTES) from None
    except (Unreadable, TooSlow) as error:
        raise refused(name, SLOW if isinstance(error, TooSlow) else LIES) from None
    return kind, content


def content_kind(content: bytes) -> str:
    """What the bytes say they are, empty when none of the accepted kinds. Of pictures only the beginning is looked at: they are
    opened elsewhere (`apart.py`), as archives are. Raises Unreadable, TooCostly, TooSlow, FilesWaiting."""
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4"
    known = (kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning))
    return next(known, "text/plain" if _is_text(content) else "")


def refused(name: str, why: Text) -> FileRefused:
    """The refusal of a file, with the kinds that are accepted."""
    return FileRefused(name=name, why_en=why.en, why_zh=why.zh, kinds=", ".join(sorted(KINDS)))


def _office(content: bytes) -> str:
    folders = opened(content, "archive").decode().splitlines()
    return next((KINDS[kind] for folder, kind in _OFFICE.items() if folder in folders), "")


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
