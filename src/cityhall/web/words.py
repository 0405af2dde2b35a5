"""The words of the pages: one catalogue, both languages side by side, keyed by id. A missing word is an
error, never an empty page.
"""

from __future__ import annotations

import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.utils.translation import get_language

from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text

FOLDER = Path(__file__).parent / "words"


@cache
def catalogue() -> dict[str, Text]:
    """Every word of the pages: id -> text. Ids are `page.what`; files group them and have no meaning of
    their own.
    """
    return {key: Text(en=text["en"], zh=text["zh"]) for key, text in _declared().items()}


@cache
def _declared() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for group, entries in read_yaml(path).items():
            for name, text in entries.items():
                key = f"{group}.{name}"
                if key in words:
                    raise RuntimeError(f"the word {key} is declared twice")
                words[key] = text
    return words


_settled = threading.local()


def language() -> str:
    """The language of the present request: `zh-hans` or `en`."""
    known: str | None = getattr(_settled, "language", None)
    return known or ("en" if (get_language() or "").startswith("en") else "zh-hans")


@contextmanager
def settled() -> Iterator[None]:
    """Within the block the language does not change: a page asks for it a thousand times, and Django looks for it anew."""
    before = getattr(_settled, "language", None)
    _settled.language = language()
    try:
        yield
    finally:
        _settled.language = before


def say(key: str, **values: Any) -> str:
    """The word `key` in the request's language, its places filled in. Raises KeyError for an unknown word.

    `{rows}` is the value, `{rows:row|rows}` the form that goes with it: the first for one, the second for any other number.
    """
    text = catalogue()[key].in_language(language())
    return _FORMS.format(text, **values) if values else text


class _Forms(string.Formatter):
    """Formats that know the two forms of English; a form may hold places itself."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value, or the form of a word that goes with it."""
        one, bar, many = format_spec.partition("|")
        return (one if str(value) == "1" else many) if bar else str(super().format_field(value, format_spec))


_FORMS: Final = _Forms()


def known(key: str) -> bool:
    """Whether the catalogue has this word."""
    return key in catalogue()


def deed(verb: str) -> str:
    """What the ledger calls `room.verb`, in words; an old verb that nothing does any more is itself."""
    return say(f"deed.{verb}") if known(f"deed.{verb}") else verb


def pick(text: Text | None) -> str:
    """A bilingual text in the request's language; empty for None."""
    return text.in_language(language()) if text else ""
