"""The records of a JSON document piece by piece: as columns where they are alike, one by one where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cityhall.collection.decoding.alike import Alike, alike
from cityhall.collection.decoding.documents import PIECE, Item, Records, line_item, next_items, to_first
from cityhall.collection.decoding.structure import COMMA, FEED
from cityhall.collection.errors import BrokenDocument, LineTooLong

Chunk = Alike | list[Item]

CHUNK = 10_000
"""Records read one by one that are made into rows at once: so many, or as many as have so much text."""
CHUNK_TEXT = 4 * 1024**2
PATIENCE = 3
"""After so many pieces in a row whose records are not alike, the others are not tried."""


def chunks(records: Records) -> Iterator[Chunk]:
    """Every element in order. Raises BrokenDocument, NotATable, LineTooLong."""
    if records.held is not None:
        yield from _bounded(Item(number, value) for number, value in enumerate(records.held, 1))
    elif records.format == "ndjson":
        yield from _of_lines(records)
    else:
        yield from _of_array(records)


def _bounded(items: Iterable[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    text = 0
    for item in items:
        chunk.append(item)
        text += item.size
        if len(chunk) >= CHUNK or text >= CHUNK_TEXT:
            yield chunk
            chunk, text = [], 0
    if chunk:
        yield chunk


def _of_lines(records: Records) -> Iterator[Chunk]:
    """Each line is a record; one that is none costs its piece the quick way, not the whole file."""
    number, missed = 1, 0
    with records.path.open("rb") as file:
        file.seek(records.encoding.mark)
        while piece := file.read(PIECE):
            piece += file.readline(records.limits.record_bytes)
            found = _alike_lines(piece, records) if missed < PATIENCE else None
            missed = 0 if found else missed + 1
            if found:
                yield replace(found, first=number)
                number += found.rows
            else:
                lines = piece.removesuffix(b"\n").split(b"\n")
                yield from _bounded(_items(lines, number, records))
                number += len(lines)


def _alike_lines(piece: bytes, records: Records) -> Alike | None:
    if records.encoding.codec.startswith("utf-16") or records.limits.record_bytes < PIECE:
        return None
    try:
        text = piece.decode(records.encoding.codec)
    except UnicodeDecodeError:
        return None
    if records.encoding.codec != "utf-8":
        piece = text.encode()
    if not piece.endswith(b"\n"):
        piece += b"\n"
    found = alike(piece, FEED, geojson=False, depth=records.limits.depth)
    return found if found and found.size == len(piece) else None


def _items(lines: list[bytes], first: int, records: Records) -> Iterator[Item]:
    for number, line in enumerate(lines, first):
        if len(line) > records.limits.record_bytes:
            raise LineTooLong(file=records.name, line=number, limit=records.limits.record_bytes)
        if line.strip():
            yield line_item(number, line, records.encoding.codec)


def _of_array(records: Records) -> Iterator[Chunk]:
    number, missed = 0, 0
    with records.path.open(encoding=records.encoding.codec, newline="") as file:
        try:
            rest: str | None = to_first(records, file)
            while rest is not None:
                found = _alike_elements(rest, records) if missed < PATIENCE else None
                missed = 0 if found else missed + 1
                if found:
                    yield replace(found, first=number + 1)
                    number += found.rows
                    rest = None if found.closed else rest.encode()[found.size :].decode() + file.read(PIECE)
                else:
                    items, rest = next_items(records, file, rest, number)
                    yield from _bounded(items)
                    number += len(items)
                    rest = rest if rest is None else rest + file.read(PIECE)
        except (UnicodeDecodeError, RecursionError) as error:
            raise BrokenDocument(file=records.name, format="JSON", detail=str(error)[:200]) from error


def _alike_elements(text: str, records: Records) -> Alike | None:
    geojson, depth = records.format == "geojson", records.limits.depth
    return alike(text.encode(), COMMA, geojson=geojson, depth=depth)
