"""Strict decoding of a block, line by line where it must be: what does not decode is set apart, never replaced."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

import pyarrow as pa

from cityhall.collection.decoding.blocks import Block
from cityhall.collection.decoding.outcome import LONGEST_TEXT, BrokenRow

RAW_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Decoded:
    """UTF-8 bytes of the lines that decoded, the number of each, and the others."""

    data: bytes
    lines: list[int]
    broken: list[BrokenRow]


def decode_block(block: Block, codec: str) -> Decoded:
    """`block` as UTF-8. With nothing broken `lines` is left empty but for the first (they are consecutive)."""
    if b"\0" not in block.data:
        if codec == "utf-8" and (block.data.isascii() or _is_utf8(block.data)):
            return Decoded(block.data, [block.first_line], [])
        if codec != "utf-8":
            try:
                return Decoded(block.data.decode(codec).encode("utf-8"), [block.first_line], [])
            except UnicodeError:
                pass
    return _line_by_line(block, codec)


def _is_utf8(data: bytes) -> bool:
    """Arrow proves it for the whole block at once, many times quicker than decoding would."""
    offsets = pa.py_buffer(struct.pack("<ii", 0, len(data)))
    try:
        pa.Array.from_buffers(pa.binary(), 1, [None, offsets, pa.py_buffer(data)]).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _line_by_line(block: Block, codec: str) -> Decoded:
    good: list[bytes] = []
    numbers: list[int] = []
    broken: list[BrokenRow] = []
    for number, line in enumerate(RAW_LINE.findall(block.data), block.first_line):
        try:
            text = line.decode(codec)
            data = text.encode("utf-8")
        except UnicodeError as error:
            broken.append(_broken(number, line, codec, "undecodable", str(error)))
            continue
        if "\0" in text:
            broken.append(
                _broken(number, line, codec, "nul_byte", f"NUL at character {text.index(chr(0)) + 1}")
            )
            continue
        good.append(data)
        numbers.append(number)
    return Decoded(b"".join(good), numbers, broken)


def _broken(number: int, line: bytes, codec: str, code: str, detail: str) -> BrokenRow:
    text = line.rstrip(b"\r\n").decode(codec, "backslashreplace").replace("\0", "\\x00")
    return BrokenRow(number, text[:LONGEST_TEXT], code, detail[:300])
