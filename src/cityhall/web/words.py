"""The words of the pages: one catalogue, both languages side by side, keyed by id. A missing word is an
error, never an empty page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from cityhall.kernel.text import Text

FOLDER = Path(__file__).parent / "words"


@cache
def catalogue() -> dict[str, Text]:
    """Every word of the pages: id -> text. Ids are `page.what`; files group them and have no meaning of
    their own.
    """
    return {key: Text(en=text["en"], zh=text["zh"]) for key, text in _declared().items()}


@cache
def singulars() -> dict[str, str]:
    """What English says of one (`one:` in the files): id -> sentence."""
    return {key: text["one"] for key, text in _declared().items() if "one" in text}


@cache
def _declared() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for group, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for name, text in entries.items():
                key = f"{group}.{name}"
                if key in words:
                    raise RuntimeError(f"the word {key} is declared twice")
                words[key] = text
    return words


def language() -> str:
    """The language of the present request: `zh-hans` or `en`."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def say(key: str, **values: Any) -> str:
    """The word `key` in the request's language, `{places}` filled in, in the singular where `n` is one. Raises
    KeyError for an unknown word.
    """
    text = catalogue()[key].in_language(language())
    if str(values.get("n")) == "1" and language() == "en":
        text = singulars().get(key, text)
    return text.format(**values) if values else text


def known(key: str) -> bool:
    """Whether the catalogue has this word."""
    return key in catalogue()


def pick(text: Text | None) -> str:
    """A bilingual text in the request's language; empty for None."""
    return text.in_language(language()) if text else ""
