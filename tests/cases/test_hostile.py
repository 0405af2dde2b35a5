"""What is sent to cases by those who mean no good: values that no field holds, files that lie or would fill the memory."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import nullcontext
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from tests.cases.conftest import CITIZEN, DESK, SYSTEM

from cityhall.cases.actions import Who, act, attach, open_case, rebuild
from cityhall.cases.declaring.guards import guard
from cityhall.cases.declaring.shapes import Field
from cityhall.cases.errors import AddressWrong, FieldWrong, FileRefused, FileTooBig
from cityhall.cases.folding.values import fits
from cityhall.cases.queries import case
from cityhall.cases.working.contents import content_kind, judged
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text

LONG = "长" * 20_001


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        {"public_note": LONG}, {"public_note": {"a": ["deep"]}}, {"public_note": ["x"] * 3}, {"public_note": "a\0b"},
        {"note": "half a character \ud800"}, {"public_note": "x", "version": {"a": "b"}}, {"note": 7},
        {"public_note": "x", "file": "y" * 201}, {"public_note": "x", "state": ["y"] * 51}, {"public_note": "x", "into": 2**60},
        {"public_note": "x", "tasks": "all"}, {"public_note": "x", "tasks": {"a": {"b": "c"}}},
    ],
)  # fmt: skip
def test_the_engines_own_words_are_texts_of_a_length(
    lamp: str, monday: datetime, data: dict[str, Any]
) -> None:
    """Or anybody could keep megabytes in a comment, or what no database holds."""
    number = open_case(CITIZEN, lamp, {"what": "dark"}).number
    with pytest.raises(FieldWrong):
        act(CITIZEN, number, "comment", data)
    act(CITIZEN, number, "comment", {"public_note": LONG[1:]})
    assert case(DESK, number).seen == 2
    assert rebuild(SYSTEM) == ()


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["a\0b", "\udfff", ["dark"], {"a": "dark"}, 1, True])
def test_texts_are_texts(lamp: str, monday: datetime, what: object) -> None:
    with pytest.raises(FieldWrong):
        open_case(CITIZEN, lamp, {"what": what})


@pytest.mark.parametrize(
    "value", [float("inf"), float("-inf"), float("nan"), 10**400, 2**53 + 1, -(2**60), True, "7"]
)
def test_numbers_are_numbers_that_every_program_reads(value: object) -> None:
    """A number beyond 64 bits would stop the figures of all cases."""
    count = Field("count", Text("Count", "数量"), "integer")
    assert not _fits(count, value)
    assert _fits(count, 2**53)
    assert _fits(count, -1)


def _fits(field: Field, value: object) -> bool:
    return bool(fits(SimpleNamespace(fields={field.id: field}), field.id, value, ""))  # type: ignore[arg-type]


def test_several_are_among_others_when_all_of_them_are() -> None:
    among = guard("granted in asked")
    assert among.holds({"granted": ["a"], "asked": ["a", "b"]})
    assert not among.holds({"granted": ["a", "c"], "asked": ["a", "b"]})
    assert not among.holds({"granted": None, "asked": ["a"]})
    assert not guard("granted not in asked").holds({"granted": ["a"], "asked": ["a", "b"]})


# ---- files ----


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, *more: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    lines = zlib.compressobj(9)
    data = b"".join(lines.compress(bytes(1 + (width + 7) // 8)) for _ in range(height)) + lines.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + b"".join(more)
        + _chunk(b"IDAT", data)
        + _chunk(b"IEND", b"")
    )


def test_pictures_that_would_fill_the_memory_are_refused_before_they_are_read() -> None:
    with pytest.raises(FileTooBig):
        judged("wide.png", _png(8_000, 8_000))
    with pytest.raises(FileRefused):
        judged("wider.png", _png(20_000, 20_000))
    for side, small in ((2_000, True), (5_000, False)):
        out = io.BytesIO()
        Image.new("1", (side, side)).convert("L").save(out, "WEBP", lossless=True, method=0)
        with nullcontext() if small else pytest.raises(FileTooBig):
            judged("a.webp", out.getvalue())
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))
    with pytest.raises(FileRefused):
        judged("text.png", _png(8, 8, text))


def test_a_photograph_with_two_views_is_a_photograph() -> None:
    """As many telephones write them."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 6), "red")]
    )
    kind, kept = judged("photo.jpg", out.getvalue())
    assert kind == "image/jpeg"
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 30))


@pytest.mark.parametrize("cut", [9, 60])
def test_what_is_cut_short_or_no_archive_is_refused(cut: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    whole = out.getvalue()
    assert content_kind(whole).endswith("wordprocessingml.document")
    broken = whole.replace(b"word/document.xml", b"word/\xff\xfeocument.xml")
    for content in (whole[:cut], whole[:-cut], _said_to_be_utf8(broken), b"PK\x03\x04" + bytes(cut)):
        with pytest.raises(FileRefused):
            judged("a.docx", content)
    for content in (
        _png(8, 8)[:45],
        b"\x89PNG\r\n\x1a\n" + bytes(cut),
        b"RIFF" + bytes(cut),
        b"\xff\xd8\xff" + bytes(cut),
    ):
        with pytest.raises(FileRefused):
            judged("a.png", content)


def _said_to_be_utf8(archive: bytes) -> bytes:
    """The flag of every entry that says that its name is UTF-8."""
    changed = bytearray(archive)
    at = changed.index(b"PK\x01\x02")
    changed[at + 8 : at + 10] = (0x800).to_bytes(2, "little")
    return bytes(changed)


@pytest.mark.django_db
def test_formats_that_nobody_asked_for_are_not_opened(lamp: str, home: Any, monday: datetime) -> None:
    """Readers of rare formats are the usual way in: only those of the accepted kinds look at the bytes."""
    number = open_case(CITIZEN, lamp, {"what": "dark"}).number
    for form in ("GIF", "BMP", "TIFF", "ICO", "PDF"):
        out = io.BytesIO()
        Image.new("RGB", (16, 16), "green").save(out, form)
        with pytest.raises(FileRefused):
            attach(DESK, number, "photo.jpg", out.getvalue())
    assert case(DESK, number).files == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "nobody",
        "a@b.cn\nBcc: c@d.cn",
        "a@b.cn, c@d.cn",
        "<a@b.cn>",
        "a@b.cn\r\n\r\nHello",
        "@",
        "x" * 400 + "@b.cn",
    ],
)
def test_a_reporter_leaves_one_address_or_none(lamp: str, monday: datetime, address: str) -> None:
    with pytest.raises(AddressWrong):
        open_case(ANONYMOUS, lamp, {"what": "dark"}, who=Who(email=address))
    open_case(ANONYMOUS, lamp, {"what": "dark"}, who=Who(email="reporter@example.org"))
