"""What kind of file is it? Decided by the first bytes, never by the name."""

from __future__ import annotations

import re
import zipfile
from enum import StrEnum
from pathlib import Path

from cityhall.collection.errors import BinaryFile, EmptyFile, EncryptedFile, HtmlInsteadOfData, NotATable

HEAD = 64 * 1024


class Kind(StrEnum):
    """The formats that are told apart before anything is parsed."""

    TEXT = "text"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    ZIP = "zip"
    GZIP = "gzip"
    TAR = "tar"


MARKS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b", Kind.GZIP),
    (b"PAR1", Kind.PARQUET),
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.XLS),
)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
HTML = re.compile(
    rb"\A\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|script)\b", re.I | re.S
)
TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.I | re.S)
# The stream name "EncryptedPackage" in UTF-16, as an encrypted XLSX carries it in its OLE directory.
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
OTHER_FORMATS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"SQLite format 3\0",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"MZ\x90",
)


def kind_of(path: Path, name: str) -> Kind:
    """The kind of file at `path`; `name` is used in errors only.

    Raises EmptyFile, HtmlInsteadOfData, EncryptedFile, BinaryFile."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        if path.stat().st_size <= HEAD and b"\0" not in head.removeprefix(b"\xff\xfe"):
            raise EmptyFile(file=name)
        raise BinaryFile(file=name)
    for mark, kind in MARKS:
        if head.startswith(mark):
            if kind is Kind.ZIP:
                return _zip(path)
            return _ole(path, name) if kind is Kind.XLS else kind
    if head[257:262] == b"ustar":
        return Kind.TAR
    _refuse_markup(head, name)
    if head.startswith(OTHER_FORMATS) or _is_binary(head):
        raise BinaryFile(file=name)
    return Kind.JSON if _looks_like_json(head) else Kind.TEXT


def utf16_of(head: bytes) -> str | None:
    """`utf-16`, `utf-16-le` or `utf-16-be` when the bytes look like it (a mark, or NUL in every second byte)."""
    if head.startswith(UTF16_MARKS):
        return "utf-16"
    sample = head[: len(head) // 2 * 2]
    if len(sample) < 4:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else None


def _zip(path: Path) -> Kind:
    """A workbook is a zip with certain members; a broken one stays a zip and is refused when it is opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if names & {"xl/workbook.xml", "xl/workbook.bin"}:
                return Kind.XLSX
            if "content.xml" in names and "META-INF/manifest.xml" in names:
                return Kind.ODS
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        with path.open("rb") as file:
            return Kind.XLSX if b"[Content_Types].xml" in file.read(HEAD) else Kind.ZIP
    return Kind.ZIP


def _ole(path: Path, name: str) -> Kind:
    with path.open("rb") as file:
        head = file.read(1024**2)
        file.seek(max(0, path.stat().st_size - 1024**2))
        tail = file.read()
    if ENCRYPTED_PACKAGE in head or ENCRYPTED_PACKAGE in tail:
        raise EncryptedFile(file=name)
    return Kind.XLS


def _refuse_markup(head: bytes, name: str) -> None:
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml") and not HTML.match(head):
        raise NotATable(file=name, why_en="it is an XML document", why_zh="这是一份 XML 文档")
    if not HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return
    title = TITLE.search(head)
    words = title.group(1).decode("utf-8", "replace").split() if title else ["HTML"]
    raise HtmlInsteadOfData(file=name, page=" ".join(words)[:80])


def _is_binary(head: bytes) -> bool:
    """Control characters that no text holds. A stray NUL in a long text is a broken line, not a binary file."""
    if utf16_of(head):
        return False
    control = sum(
        head.count(byte) for byte in (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 20, 21, 22, 23)
    )
    return control > max(len(head) // 200, 0) or (b"\0" in head and len(head) < 512)


def _looks_like_json(head: bytes) -> bool:
    encoding = utf16_of(head) or "utf-8-sig"
    text = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    return bool(re.match(r'\[\s*[\[{"\d\]nt-]|\{\s*["}]', text)) and not re.match(
        r'\[[^\]"{]*\]\s*[,;\t]', text
    )
