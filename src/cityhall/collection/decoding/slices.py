"""Cells cut out of text for a whole column at once, each proved to be a value of JSON."""

from __future__ import annotations

import json

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from cityhall.collection.decoding.documents import DECODER
from cityhall.collection.decoding.flatten import as_json
from cityhall.collection.decoding.structure import (
    BACKSLASH,
    OPEN_LIST,
    QUOTE,
    Bytes,
    Places,
    Structure,
    Truths,
)

NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_SCALAR = rf"^(?:{NUMBER}|true|false|NaN|-?Infinity)$"
_PLAIN = rf'(?:{NUMBER}|true|false|null|"[^"\\]*")'
_LIST = rf"^\[(?:{_PLAIN}(?:,{_PLAIN})*)?\]$"
"""A list that is written already as it would be written here."""
_POSITION = rf"\[{NUMBER}(?:,{NUMBER})+\]"
_LINE = rf"\[{_POSITION}(?:,{_POSITION})*\]"
_AREA = rf"\[{_LINE}(?:,{_LINE})*\]"
_AREAS = rf"\[{_AREA}(?:,{_AREA})*\]"
GEOMETRY = rf'^\{{"type":"[A-Za-z]+","coordinates":(?:{_POSITION}|{_LINE}|{_AREA}|{_AREAS})\}}$'
"""A geometry (RFC 7946) that is written already as it would be written here."""
POINT = rf'^\{{"type":"Point","coordinates":\[(?P<lon>{NUMBER}),(?P<lat>{NUMBER})'


class Unproved(Exception):
    """A cell is not what it seemed to be."""


def cut(data: Bytes, begins: Places, ends: Places) -> pa.Array:
    """The texts from `begins` to `ends`; empty ones are null."""
    sizes = ends - begins
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    steps = np.repeat(begins - offsets[:-1], sizes)
    steps += np.arange(offsets[-1])
    filled = np.packbits(sizes > 0, bitorder="little")
    parts = [pa.py_buffer(filled), pa.py_buffer(offsets), pa.py_buffer(data[steps])]
    return pa.Array.from_buffers(pa.string(), len(sizes), parts)


def truths(values: Truths) -> pa.Array:
    """As an array of Arrow."""
    packed = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, packed])


def cells(structure: Structure, begins: Places, ends: Places) -> pa.Array:
    """The values that stand from `begins` to `ends`, as text; null where they are null or empty. Raises Unproved."""
    data, quotes = structure.data, structure.quotes
    if bool((ends <= begins).any()):
        raise Unproved
    first = data[begins]
    text, nothing = first == QUOTE, first == ord("n")
    single = quotes[ends - 1] - quotes[begins] == 1
    if bool((text & ~(single & (data[ends - 1] == QUOTE))).any()):
        raise Unproved
    if nothing.any():
        _prove_nothing(data, begins[nothing], ends[nothing])
    begins, ends = begins + text, np.where(nothing, begins, ends - text)
    column = cut(data, begins, ends)
    lists = first == OPEN_LIST
    scalars = ~(text | nothing | lists)
    if scalars.any():
        _prove(column, scalars, _SCALAR)
    if lists.any():
        column = _lists(column, lists)
    if text.any() and BACKSLASH in data:
        column = _unescaped(column, text)
    return column


def _prove_nothing(data: Bytes, begins: Places, ends: Places) -> None:
    if bool((ends - begins != 4).any()):
        raise Unproved
    for place, letter in enumerate(b"null"):
        if bool((data[begins + place] != letter).any()):
            raise Unproved


def _prove(column: pa.Array, which: Truths, pattern: str) -> None:
    some = column if which.all() else column.filter(truths(which))
    if not pc.all(pc.match_substring_regex(some, pattern)).as_py():
        raise Unproved


def _lists(column: pa.Array, which: Truths) -> pa.Array:
    """Lists as they would be written here; most are already."""
    some = column.filter(truths(which))
    written = pc.match_substring_regex(some, _LIST)
    if pc.all(written).as_py():
        return column
    try:
        texts = [
            text if ok else as_json(DECODER.decode(text))
            for text, ok in zip(some.to_pylist(), written.to_pylist(), strict=True)
        ]
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unproved from error
    return pc.replace_with_mask(column, truths(which), pa.array(texts, pa.string()))


def _unescaped(column: pa.Array, which: Truths) -> pa.Array:
    """Texts with what their backslashes stand for."""
    escaped = pc.and_(pc.fill_null(pc.match_substring(column, "\\"), False), truths(which))
    if not pc.any(escaped).as_py():
        return column
    texts = column.filter(escaped).to_pylist()
    try:
        plain = orjson.loads('["' + '","'.join(texts) + '"]')
    except orjson.JSONDecodeError as error:
        raise Unproved from error
    if len(plain) != len(texts):
        raise Unproved
    return pc.replace_with_mask(column, escaped, pa.array(plain, pa.string()))
