"""Where the signs of JSON stand in a piece of text, found for all of its records at once.

Nothing is parsed here and nothing trusted: what is found is compared, record by record, with one that was parsed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]

QUOTE, BACKSLASH, COMMA, COLON, FEED = (ord(sign) for sign in '"\\,:\n')
OPEN, CLOSE, OPEN_LIST, CLOSE_LIST = (ord(sign) for sign in "{}[]")
_STEPS = np.zeros(256, np.int8)
_STEPS[OPEN], _STEPS[CLOSE] = 1, -1
_BLANKS = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Structure:
    """Whole records, one after another, without the blanks between their signs."""

    data: Bytes
    quotes: npt.NDArray[np.int32]
    """For each byte, how many quotes begin or end a text up to it."""
    places: Places
    """Where the signs stand that are neither in a text nor in a list."""
    signs: Bytes
    """Which signs these are."""
    starts: Places
    """For each record, which sign is its first."""
    ends: Places
    """For each record, which sign comes after its last: the separator, or the end of the list."""
    size: int
    """Bytes of the piece that these records and the last separator took, blanks included."""
    closed: bool
    """Whether the list of records ends with them."""


def structure_of(piece: bytes, separator: int) -> Structure | None:
    """The whole records at the beginning of `piece`, which begins with one; between two stands the separator (a comma or
    a line feed). None when there is none, and where a character stands that JSON does not allow there."""
    raw = np.frombuffer(piece, dtype=np.uint8)
    quotes = raw == QUOTE
    if b"\\" in piece:
        quotes &= ~_escaped(raw)
    counted = _counted(quotes)
    outside = (counted & 1) == 0
    folded = raw | 0x20  # { and [ differ in this bit only, as } and ] do
    signs = ((folded == OPEN) | (folded == CLOSE) | (raw == COLON) | (raw == COMMA)) & outside
    if separator == FEED:
        signs |= (raw == FEED) & outside
    every = np.flatnonzero(signs)
    kept, closing = _outside_lists(raw[every])
    places = every[kept]
    depth = np.cumsum(_STEPS[raw[places]], dtype=np.int32)
    ends = np.flatnonzero((depth == 0) & (raw[places] == separator))
    if closing is not None:
        if separator == FEED:
            return None
        ends, places = np.append(ends, len(places)), np.append(places, every[closing])
    if not len(ends):
        return None
    size, places = int(places[ends[-1]]) + 1, places[: ends[-1] + 1]
    blank = _blank(raw[:size], outside[:size], signs[:size])
    if blank is None:
        return None
    data, counted = raw[:size], counted[:size]
    if blank.any():
        left = ~blank
        data, counted, places = data[left], counted[left], places - _counted(blank)[places]
    starts = np.append(0, ends[:-1] + 1)
    return Structure(data, counted, places, data[places], starts, ends, size, closing is not None)


def _counted(marked: Truths) -> npt.NDArray[np.int32]:
    """For each byte, how many are marked up to it. (A third of the time of `cumsum`, as few are.)"""
    places = np.flatnonzero(marked)
    return np.repeat(
        np.arange(len(places) + 1, dtype=np.int32), np.diff(places, prepend=0, append=len(marked))
    )


def _escaped(raw: Bytes) -> Truths:
    """Whether an odd number of backslashes stands before a byte."""
    slashes = np.flatnonzero(raw == BACKSLASH)
    firsts = np.flatnonzero(np.append(True, np.diff(slashes) != 1))
    runs = np.diff(np.append(firsts, len(slashes)))
    after = (slashes[firsts] + runs)[runs % 2 == 1]
    escaped = np.zeros(len(raw), np.bool_)
    escaped[after[after < len(raw)]] = True
    return escaped


def _outside_lists(signs: Bytes) -> tuple[Truths, int | None]:
    """Which signs stand outside of lists, and which one ends the list that the piece is from."""
    steps = (signs == OPEN_LIST).astype(np.int8) - (signs == CLOSE_LIST)
    level = np.cumsum(steps, dtype=np.int32)
    below = np.flatnonzero(level < 0)
    kept = (level == 0) & (signs != CLOSE_LIST)
    if not len(below):
        return kept, None
    kept[below[0] :] = False
    return kept, int(below[0])


def _blank(raw: Bytes, outside: Truths, signs: Truths) -> Truths | None:
    """Which bytes are blanks between signs and what they hold; None where a blank parts what belongs together, or
    where a control character stands."""
    low = np.flatnonzero(raw <= 0x20)
    found = raw[low]
    between = outside[low]
    if bool((found[~between] < 0x20).any()) or not np.isin(found[between], list(_BLANKS)).all():
        return None
    blank = np.zeros(len(raw), np.bool_)
    blank[low[between]] = True
    blank &= ~signs
    edge = np.flatnonzero(blank[1:] != blank[:-1])
    begins = edge[~blank[edge]]  # the byte before a run of blanks
    begins = np.append(0, begins) if len(raw) and blank[0] else begins
    ends = edge[blank[edge]] + 1  # the byte after it; the last byte of a piece is a sign
    beside = signs[begins] | signs[ends]
    if len(raw) and blank[0]:
        beside[0] = True
    return blank if bool(beside.all()) else None
