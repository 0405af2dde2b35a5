"""The words of the pages: complete in both languages, all used, all known."""

from __future__ import annotations

import re
import string
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.utils.translation import override
from tests.rules.source import ROOMS

from cityhall.ledger.actions import actions
from cityhall.web import words

WEB = Path(words.__file__).parent
USES = re.compile(r"""\b(?:t|say)\(\s*["']([a-z0-9_]+\.[a-z0-9_]+)["'](?!\s*~)""")
FAMILIES = re.compile(r"""\b(?:t|say)\(\s*f?["']([a-z0-9_]+)\.(?:\{|["'] ?~)""")


def _sources() -> list[Path]:
    return [path for kind in ("*.html", "*.txt", "*.py") for path in WEB.rglob(kind)]


def _used() -> set[str]:
    return {key for path in _sources() for key in USES.findall(path.read_text(encoding="utf-8"))}


def _families() -> set[str]:
    return {group for path in _sources() for group in FAMILIES.findall(path.read_text(encoding="utf-8"))}


def _places(sentence: str) -> set[str]:
    """The values that are shown; a place that only chooses a form (`{n:row|rows}`) shows none but those in its forms."""
    found: set[str] = set()
    for _, name, form, _ in string.Formatter().parse(sentence):
        if name:
            found |= _places(form) if "|" in (form or "") else {name}
    return found


def test_every_word_that_is_used_is_known() -> None:
    assert not _used() - set(words.catalogue())


def test_every_word_that_is_known_is_used() -> None:
    families = _families()
    alive = _used() | {key for key in words.catalogue() if key.split(".")[0] in families}
    listed = " ".join(path.read_text(encoding="utf-8") for path in _sources())
    unused = {key for key in words.catalogue() if key not in alive and f'"{key.split(".")[1]}"' not in listed}
    assert not unused


@pytest.mark.parametrize("key", sorted(words.catalogue()))
def test_a_word_is_said_in_both_languages_with_the_same_facts(key: str) -> None:
    text = words.catalogue()[key]
    assert text.en.strip()
    assert text.zh.strip()
    assert _places(text.en) == _places(text.zh)
    assert not any("一" <= sign <= "鿿" for sign in text.en), "English without Chinese"
    assert "|" not in text.zh, "Chinese has one form"


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("en", 1, "1 row"),
        ("en", "1", "1 row"),
        ("en", 0, "0 rows"),
        ("en", "1,001", "1,001 rows"),
        ("zh-hans", 1, "1 行"),
    ],
)
def test_one_is_said_in_the_singular(language: str, n: int | str, said: str) -> None:
    with override(language):
        assert words.say("unit.rows", n=n) == said


def test_each_number_has_its_own_form_and_a_form_may_hold_places() -> None:
    with override("en"):
        assert words.say("quality.sentence", read=2, clean=1, quarantined=0, duplicates=1).startswith(
            "2 rows read"
        )
        assert words.say("quality.sentence", read=2, clean=1, quarantined=0, duplicates=1).endswith(
            "1 duplicate."
        )
        assert words.say("talk.all", n=1) == "See the comment"
        assert words.say("talk.all", n=12) == "See all 12 comments"


# A number before a plural that stays whatever the number is. Of a limit ("fewer than {n} cases") it may.
_FORM = re.compile(r"\{\w+:(?:[^{}]|\{\w+\})*\}")
_BARE = re.compile(
    r"(?<!ewer than )\{\w+\} (?:rows|datasets|items|days|files|cases|agencies|versions|keys|comments|runs)\b"
)


def test_no_noun_is_left_in_the_plural_behind_a_number() -> None:
    assert not [key for key, text in words.catalogue().items() if _BARE.search(_FORM.sub("", text.en))]


def test_templates_hold_no_words_of_their_own() -> None:
    loose = [
        f"{path.name}: {line.strip()}"
        for path in WEB.rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"[一-鿿：，。、]", line) and "简体中文" not in line and "curl" not in line
    ]
    assert not loose


def test_everything_that_the_ledger_records_has_words() -> None:
    for room in ROOMS:
        if find_spec(f"cityhall.{room}.actions"):
            import_module(f"cityhall.{room}.actions")
    verbs = {key.removeprefix("deed.") for key in words.catalogue() if key.startswith("deed.")}
    assert verbs == {verb for verb, name in actions().items() if name.startswith("cityhall.")}
    assert words.deed("no.such_verb") == "no.such_verb"
