"""JSON of every kind becomes records: an array of objects, an envelope around one, one object per line, GeoJSON.

Numbers keep the digits they were written with. Large files are read record by record and never held whole.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import orjson

from cityhall.collection.decoding.encodings import Encoding
from cityhall.collection.decoding.tables import Hints, Limits
from cityhall.collection.errors import BrokenDocument, HintNotMet, NotATable

HELD = 32 * 1024**2  # documents up to this size are parsed whole, to know the biggest of their arrays
LITTLE = 256 * 1024  # and up to this size are read as they were parsed
PIECE = 1024**2
FIRST_ARRAY = re.compile(r'"([^"\\]{1,100})"\s*:\s*(?=\[\s*\{)')
SPACE = " \t\r\n,"


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number)


@dataclass(frozen=True, slots=True)
class Item:
    """One element of the array (or one line): its number in the source and its value, or why it cannot be
    read; `size` is the length of its text where it was read from the file just now."""

    number: int
    value: object
    error: str = ""
    text: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """A document that can be read several times. `where` is the path to the array; `format` ndjson, json
    or geojson."""

    path: Path
    name: str
    encoding: Encoding
    format: str
    where: str
    limits: Limits
    held: list[object] | None = None
    start: int | None = None
    """The characters before the first element, where they were counted."""


def open_records(path: Path, name: str, encoding: Encoding, hints: Hints, limits: Limits) -> Records:
    """Finds the records. Raises BrokenDocument, NotATable, HintNotMet."""
    if _is_ndjson(path, encoding):
        return Records(path, name, encoding, "ndjson", "", limits)
    if path.stat().st_size > HELD:
        where = hints.json_path or _first_array(path, encoding)
        kind = "geojson" if where == "features" else "json"
        return Records(path, name, encoding, kind, where, limits)
    text = _text(path, name, encoding)
    if len(text) > LITTLE and (found := _located(text, hints.json_path or "")):
        return Records(path, name, encoding, found.format, found.where, limits, start=found.start)
    document = _load(text, name)
    where, held = _asked(document, hints.json_path, name) if hints.json_path else _biggest(document)
    if not held:
        raise NotATable(file=name, why_en="the JSON holds no array of objects", why_zh="JSON 中没有对象数组")
    return Records(path, name, encoding, _format(document), where, limits, held)


def _format(document: object) -> str:
    return "geojson" if isinstance(document, dict) and document.get("type") == "FeatureCollection" else "json"


def _text(path: Path, name: str, encoding: Encoding) -> str:
    try:
        return path.read_bytes()[encoding.mark :].decode(encoding.codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BrokenDocument(
            file=name, format="JSON", detail=f"{encoding.name}: byte {error.start}"
        ) from error


@dataclass(frozen=True, slots=True)
class _Located:
    """The array of the records in a sound document."""

    where: str
    start: int
    format: str


def _located(text: str, asked: str) -> _Located | None:
    """Where the array begins, found by a parser that is quick and takes numbers for what they are worth; None where that
    parser or this walk has a question."""
    try:
        document = orjson.loads(text)
        where, found = _asked(document, asked, "") if asked else _biggest(document)
        start = _array_at(text, where.split(".") if where else [])
        if not found or text[start] != "[":
            return None
        _, end = DECODER.raw_decode(text, _skip(text, start + 1))
        if orjson.loads(text[start + 1 : end]) != found[0]:  # another array of the same name
            return None
    except (json.JSONDecodeError, HintNotMet, IndexError, RecursionError):
        return None
    return _Located(where, start + 1, _format(document))


def _array_at(text: str, keys: list[str]) -> int:
    """The place of the value under these keys, one within the other. Raises JSONDecodeError or IndexError."""
    at = _skip(text, 0)
    for wanted in keys:
        key: object = None
        at += 1  # the brace
        while key != wanted:
            key, at = DECODER.raw_decode(text, _skip(text, at))
            at = _skip(text, at) + 1  # the colon
            at = _skip(text, at)
            if key != wanted:
                _, at = DECODER.raw_decode(text, at)
    return at


def _load(text: str, name: str) -> object:
    try:
        value, end = DECODER.raw_decode(text, _skip(text, 0))
        if text[end:].strip():
            raise BrokenDocument(file=name, format="JSON", detail=f"text after the end, character {end + 1}")
    except json.JSONDecodeError as error:
        detail = f"{error.msg}, line {error.lineno}, column {error.colno}"
        raise BrokenDocument(file=name, format="JSON", detail=detail) from error
    except RecursionError as error:
        raise BrokenDocument(file=name, format="JSON", detail="nested too deeply") from error
    parsed: object = value
    return parsed


def _is_ndjson(path: Path, encoding: Encoding) -> bool:
    """The first line is an object of its own and another one follows."""
    with path.open("rb") as file:
        file.seek(encoding.mark)
        head = file.read(PIECE).decode(encoding.codec, "ignore").lstrip("\ufeff \t\r\n")
    lines = [line for line in head.split("\n") if line.strip()]
    if len(lines) < 2 or not lines[0].startswith("{") or not lines[1].startswith("{"):
        return False
    try:
        return isinstance(DECODER.decode(lines[0]), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


def line_item(number: int, line: bytes, codec: str) -> Item:
    try:
        return Item(number, DECODER.decode(line.decode(codec)), size=len(line))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        text = line.decode(codec, "backslashreplace").rstrip("\r\n")
        return Item(number, None, str(error)[:200], text, size=len(line))


def _biggest(document: object) -> tuple[str, list[object]]:
    """The array with the most objects, at most four levels down."""
    best: tuple[str, list[object]] = ("", [])
    most = 0
    level: list[tuple[str, object]] = [("", document)]
    for _ in range(5):
        deeper: list[tuple[str, object]] = []
        for where, value in level:
            if isinstance(value, list):
                objects = sum(1 for item in value if isinstance(item, dict))
                if objects > most:
                    best, most = (where, value), objects
            elif isinstance(value, dict):
                deeper += [(f"{where}.{key}".lstrip("."), inner) for key, inner in value.items()]
        level = deeper
    return best


def _asked(document: object, where: str, name: str) -> tuple[str, list[object]]:
    value = document
    for key in where.split("."):
        if not isinstance(value, dict) or key not in value:
            found = ", ".join(list(value)[:20]) if isinstance(value, dict) else type(value).__name__
            raise HintNotMet(file=name, what="path / 路径", asked=where, found=found)
        value = value[key]
    return where, value if isinstance(value, list) else [value]


def _first_array(path: Path, encoding: Encoding) -> str:
    """In a large envelope: the key of the first array of objects; empty when the document is the array."""
    with path.open("rb") as file:
        file.seek(encoding.mark)
        head = file.read(PIECE).decode(encoding.codec, "ignore").lstrip("\ufeff \t\r\n")
    match = FIRST_ARRAY.search(head)
    return "" if head.startswith("[") or not match else match.group(1)


def next_items(records: Records, file: TextIO, text: str, number: int) -> tuple[list[Item], str | None]:
    """The elements of an array that are whole in `text`, at least one, for which more is read; and the text after them,
    None at the end of the array. `number` elements came before. Raises BrokenDocument."""
    items: list[Item] = []
    at = 0
    while True:
        at = _skip(text, at)
        if at < len(text) and text[at] == "]":
            return items, None
        begin = at
        try:
            value, at = DECODER.raw_decode(text, at)
            if at >= len(text) - 1 and not isinstance(value, dict | list):
                raise json.JSONDecodeError("cut", text, at)
        except json.JSONDecodeError as error:
            if items:
                return items, text[begin:]
            more = file.read(max(PIECE, len(text) - begin))
            if not more or len(text) - begin > records.limits.record_bytes:
                raise _broken(records, number + 1, error) from error
            text, at = text[begin:] + more, 0
            continue
        items.append(Item(number + len(items) + 1, value, size=at - begin))


def to_first(records: Records, file: TextIO) -> str:
    """Reads to the first element of the array; the text read after that. Raises NotATable."""
    if records.start is not None:
        while file.read(1) == "\ufeff":
            pass
        file.read(records.start - 1)
        return file.read(PIECE)
    text = file.read(PIECE).removeprefix("\ufeff")
    return text[_array_start(text, records) :]


def _array_start(text: str, records: Records) -> int:
    start = 0
    if records.where:
        match = re.search(rf'"{re.escape(records.where.split(".")[-1])}"\s*:\s*', text)
        start = match.end() if match else 0
    start = _skip(text, start)
    if text[start : start + 1] != "[":
        raise NotATable(
            file=records.name, why_en="the JSON holds no array of objects", why_zh="JSON 中没有对象数组"
        )
    return start + 1


def _broken(records: Records, number: int, error: json.JSONDecodeError) -> BrokenDocument:
    return BrokenDocument(file=records.name, format="JSON", detail=f"record {number}: {error.msg}")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACE:
        at += 1
    return at
