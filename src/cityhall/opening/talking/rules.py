"""Pure rules of what is written: plain text, lengths, how much at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text
from cityhall.opening.talking.errors import AddressNotWeb, TextMissing, TextTooLong

LONGEST_NAME: Final = 60
LONGEST_TITLE: Final = 120
LONGEST_ADDRESS: Final = 500
LONGEST_VALUE: Final = 500
# Control characters but line breaks; and those that turn the direction of text, so that nobody can disguise words.
_UNSEEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_GAPS: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many of a kind one person may send in an hour and in a day, and how long each may be."""

    hour: int
    day: int
    longest: int


@cache
def _table() -> Mapping[str, Any]:
    loaded: dict[str, Any] = read_yaml(Path(__file__).with_name("limits.yaml"))
    return loaded


def limit_of(kind: str) -> Limit:
    """The limit of a kind: comment, reply, report, reuse, open_this, correction, opening, sharing."""
    return Limit(**_table()[kind])


def plain(text: str, longest: int, *, lines: bool = True) -> str:
    """The words alone: normalised (NFC), without invisible characters, at most one empty line in a row.

    Errors: `TextTooLong`.
    """
    shown = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    shown = _GAPS.sub("\n\n", _UNSEEN.sub("", shown)).strip()
    if not lines:
        shown = " ".join(shown.split())
    if len(shown) > longest:
        raise TextTooLong(most=longest)
    return shown


def demanded(text: str, what: Text) -> str:
    """The text, which must not be empty. Errors: `TextMissing`."""
    if not text:
        raise TextMissing(what=what)
    return text


def web_address(text: str) -> str:
    """An address people can open. Errors: `AddressNotWeb`."""
    address = plain(text, LONGEST_ADDRESS, lines=False)
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or " " in address:
        raise AddressNotWeb(address=address[:80])
    return address


def same_value(published: object, wanted: str) -> bool:
    """Whether a published cell holds what a correction asked for; an empty wish means an empty cell."""
    return ("" if published is None else str(published).strip()) == wanted.strip()
