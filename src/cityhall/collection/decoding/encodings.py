"""Which encoding is a text in? Strictness first, then plausibility, over the whole file.

UTF-8 proves itself: other encodings almost never form legal UTF-8 by chance. For the rest, the lines that hold bytes
beyond ASCII are collected from all over the file and decoded with every candidate; a candidate that cannot decode
nearly all of them dies, and of the others the one that reads most like language wins. Staging then decodes every byte
strictly with the winner, so an error of this judgement can never lose anything silently.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from cityhall.collection.decoding.plausibility import plausibility
from cityhall.collection.decoding.sniff import UTF16_MARKS, utf16_of
from cityhall.collection.errors import HintNotMet, WrongEncoding

# In order of preference when two read equally well.
CANDIDATES = ("gb18030", "cp950", "big5hkscs", "cp932", "cp949", "cp1252", "mac_roman", "latin-1")
# A single-byte encoding accepts everything, so it must be clearly better than one that could have failed.
HANDICAP = {"cp1252": -0.05, "mac_roman": -0.3, "latin-1": -0.6, "big5hkscs": -0.1}
NAMES = {"cp950": "big5", "cp949": "euc-kr"}
ENOUGH = 128 * 1024
LONGEST = 2_000
DOUBTED = 12
BLOCK = 4 * 1024**2
HIGH = re.compile(rb"[\x80-\xff]")
CELL = re.compile(rb'[^,;\t"]+')


@dataclass(frozen=True, slots=True)
class Encoding:
    """A decision: `codec` for Python, `name` for people, `mark` = bytes of the byte order mark to skip."""

    codec: str
    name: str
    mark: int = 0


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with the share of lines that it decodes and how the result reads."""

    codec: str
    legal: float
    score: float


def declared(codec: str, name: str) -> Encoding:
    """The encoding that a caller asked for, by any name that Python knows."""
    try:
        "".encode(codec)
    except LookupError:
        raise HintNotMet(
            file=name, what="encoding / 编码", asked=codec, found=", ".join(("utf-8", *CANDIDATES))
        ) from None
    wide = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "cp950", "shift_jis": "cp932", "euc_kr": "cp949"}
    known = wide.get(codec.lower().replace("-", "_"), codec.lower())
    return Encoding(known, codec.lower(), 0)


def check_declared(path: Path, name: str, asked: Encoding, found: Encoding) -> None:
    """Raises WrongEncoding when the bytes contradict what was declared: illegal, or legal but nonsense."""
    if (
        asked.codec == found.codec
        or asked.codec.startswith("utf-16") == found.codec.startswith("utf-16") is True
    ):
        return
    lines = evidence(path)
    if not lines and not found.codec.startswith("utf-16"):
        return  # ASCII is legal in all of them
    legal = _legal(lines, asked.codec) if lines else 0.0
    mine = plausibility("\n".join(_decoded(lines, asked.codec)))
    other = plausibility("\n".join(_decoded(lines, found.codec)))
    enough = len(HIGH.findall(b"".join(lines))) >= DOUBTED  # a word or two are no reason to contradict
    if legal < 0.98 or (enough and other > mine + 1.0):
        raise WrongEncoding(
            file=name, declared=asked.name, line=_first_illegal(path, asked.codec), found=found.name
        )


def _first_illegal(path: Path, codec: str) -> int:
    """The 1-based number of the first line that does not decode (or, when all do, the first beyond ASCII)."""
    foreign = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isascii():
                continue
            foreign = foreign or number
            if not _decoded([line], codec):
                return number
    return foreign or 1


def detect(path: Path) -> Encoding:
    """The encoding of the text file at `path`."""
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    if head.startswith(b"\xef\xbb\xbf"):
        return Encoding("utf-8", "utf-8-sig", 3)
    wide = utf16_of(head)
    if wide:
        return Encoding(wide, wide, 0)
    if head.startswith(UTF16_MARKS):
        return Encoding("utf-16", "utf-16", 0)
    return judge(evidence(path))


def judge(lines: list[bytes]) -> Encoding:
    """The encoding in which `lines` (all with bytes beyond ASCII) read best; ASCII counts as UTF-8."""
    if not lines:
        return Encoding("utf-8", "utf-8")
    if _legal(lines, "utf-8") >= 0.5:
        return Encoding("utf-8", "utf-8")
    best = max(rank(lines), key=lambda one: one.score)
    return Encoding(best.codec, NAMES.get(best.codec, best.codec))


def rank(lines: list[bytes]) -> list[Scored]:
    """Every candidate with its score, in order of preference. Illegal lines weigh like noise."""
    scored = []
    for codec in CANDIDATES:
        legal = _legal(lines, codec)
        text = "\n".join(_decoded(lines, codec))
        score = plausibility(text) + HANDICAP.get(codec, 0.0) - 40 * (1 - legal)
        scored.append(Scored(codec, legal, score))
    return scored


def evidence(path: Path) -> list[bytes]:
    """Distinct lines with bytes beyond ASCII from all over the file, at most ENOUGH bytes of them."""
    found: dict[bytes, None] = {}
    blocks = path.stat().st_size // BLOCK + 1
    share = max(ENOUGH // blocks, 400)  # so that the end of the file is heard as well as its beginning
    for block, end in _blocks(path):
        if block.isascii():
            continue
        taken = 0
        for line in chain.from_iterable(map(_pieces, _foreign_lines(block, end))):
            if line not in found:
                found[line] = None
                taken += len(line)
            if taken > share:
                break
    return list(found)


def _foreign_lines(block: bytes | bytearray, end: int) -> Iterator[bytes]:
    """The lines of `block` up to `end` that hold bytes beyond ASCII."""
    position, feed = 0, -1
    while high := HIGH.search(block, position, end):
        at = high.start()
        start = max(block.rfind(b"\n", position, at), block.rfind(b"\r", position, at), position - 1) + 1
        if feed < at:
            feed = block.find(b"\n", at, end)
            feed = end if feed < 0 else feed
        mark = block.find(b"\r", at, feed)
        position = feed if mark < 0 else mark
        yield bytes(block[start:position])


def _pieces(line: bytes) -> Iterator[bytes]:
    """A very long line in cells: cut only where no encoding can have half a character."""
    if len(line) <= LONGEST:
        return iter((line,))
    cells = map(re.Match.group, CELL.finditer(line))
    return (piece for piece in cells if len(piece) <= LONGEST and not piece.isascii())


def _blocks(path: Path) -> Iterator[tuple[bytes | bytearray, int]]:
    """The whole file in blocks, each with the end of its last whole line, where the next block begins. A block is to be
    forgotten before the next one is asked for: memory used again is half of the time."""
    room = bytearray(min(BLOCK, path.stat().st_size))
    with path.open("rb", buffering=0) as file:
        while room and (size := file.readinto(room)):
            block = room if size == len(room) else room[:size]
            cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
            end = cut if size == BLOCK and cut else size
            file.seek(end - size, os.SEEK_CUR)
            yield block, end


def _legal(lines: list[bytes], codec: str) -> float:
    return len(_decoded(lines, codec)) / len(lines)


def _decoded(lines: list[bytes], codec: str) -> list[str]:
    texts = []
    for line in lines:
        try:
            texts.append(line.decode(codec))
        except UnicodeDecodeError:
            continue
    return texts
