"""Text as the index sees it: one form for what people write in many ways, cut into runs and tokens. Pure.

Full-width is half-width (NFKC), capitals are small, traditional characters are simplified one by one (so that a
part of a text is always folded as within it), Latin letters lose their accents. Then a text is a row of runs:

* Chinese (and any other script but Latin) and digits are indexed by every two neighbours, and by the last one alone:
  a run of any length is found by a phrase, one character by the beginning of a token;
* Latin words are indexed whole and found by their beginning.

Tokens are ASCII of fixed form, so that SQLite and PostgreSQL keep them as they are: `c` + four base-36 digits a
character, `d` + digits, `w` + word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from opencc import OpenCC

Kind = Literal["c", "d", "w"]
LONGEST_WORD: Final = 40
LONGEST_TEXT: Final = 20_000
"""Characters of one text that are indexed; an abstract is far shorter."""
SHORT: Final = 40
"""Characters of a text whose tokens are kept at hand: names of items recur in many datasets."""
_RUN = re.compile(r"(?P<w>[a-z]+)|(?P<d>[0-9]+)|(?P<c>[^\W_a-z0-9]+)")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SIMPLIFY = OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of one kind; `start` and `end` are places in the folded text."""

    kind: Kind
    text: str
    start: int
    end: int


def folded(text: str) -> str:
    """The text in its one form. A character may become none or several (see `folded_places`)."""
    return "".join(_folded_char(char) for char in text[:LONGEST_TEXT])


@lru_cache(maxsize=4000)
def folded_places(text: str) -> tuple[str, tuple[int, ...]]:
    """The folded text, and for each of its characters the place in `text` it comes from. Titles recur: they are kept."""
    parts = [_folded_char(char) for char in text[:LONGEST_TEXT]]
    return "".join(parts), tuple(place for place, part in enumerate(parts) for _ in part)


@lru_cache(maxsize=40_000)
def _folded_char(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).casefold()
    if plain.isascii():
        return plain
    base = unicodedata.normalize("NFD", plain)
    if base[0].isascii() and all(unicodedata.combining(mark) for mark in base[1:]):
        return base[0]
    return str(_SIMPLIFY.convert(plain))


def runs(text: str) -> Iterator[Run]:
    """The runs of a folded text, in order."""
    for found in _RUN.finditer(text):
        kind: Kind = "w" if found["w"] else "d" if found["d"] else "c"
        yield Run(kind, found.group(), found.start(), found.end())


def tokens(run: Run) -> list[str]:
    """The tokens of a run as a phrase to look for: two neighbours each, or the one character it has."""
    if run.kind == "w":
        return [f"w{run.text[:LONGEST_WORD]}"]
    units = [_unit(char) for char in run.text] if run.kind == "c" else list(run.text)
    pairs = [f"{run.kind}{first}{second}" for first, second in pairwise(units)]
    return pairs or [f"{run.kind}{units[0]}"]


def indexed(*texts: str) -> str:
    """All tokens under which texts are found, with spaces between. Every run ends with its last character alone, so
    that no phrase reaches from one run into the next."""
    found = (_known_tokens(text) if len(text) <= SHORT else _all_tokens(text) for text in texts)
    return " ".join(filter(None, found))


def _all_tokens(text: str) -> str:
    return " ".join(token for run in runs(folded(text)) for token in _kept(run))


_known_tokens = lru_cache(maxsize=10_000)(_all_tokens)


def _kept(run: Run) -> list[str]:
    if run.kind == "w" or len(run.text) == 1:
        return tokens(run)
    last = run.text[-1]
    return [*tokens(run), f"{run.kind}{_unit(last) if run.kind == 'c' else last}"]


@lru_cache(maxsize=40_000)
def _unit(char: str) -> str:
    """A character as four base-36 digits."""
    number, digits = ord(char), ""
    for _ in range(4):
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits


def read_token(token: str) -> str:
    """What a token stands for: a word, a pair of characters; empty for the others."""
    if token.startswith("w"):
        return token[1:]
    if token.startswith("c") and len(token) == 9:
        return chr(int(token[1:5], 36)) + chr(int(token[5:], 36))
    return ""
