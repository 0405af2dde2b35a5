"""What to try when nothing is found: a word that is spelt almost so, or fewer words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from django.db import connection

from cityhall.kernel.actor import Actor
from cityhall.opening import models
from cityhall.opening.searching.asking import Search, runs_of
from cityhall.opening.searching.columns import columns_now
from cityhall.opening.searching.finding import search
from cityhall.opening.searching.folding import Run, folded, read_token

MOST: Final = 3
_ALIKE: Final = 0.72
_PER_VOCABULARY: Final = 500
"""Changes after which the words of the titles are gathered anew."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Other words, and how many datasets hold them."""

    text: str
    count: int


def suggestions(actor: Actor, wanted: Search) -> tuple[Suggestion, ...]:
    """At most three other searches that find something, for words that no dataset holds together."""
    asked = runs_of(wanted.text)
    others = [
        *_respelt(wanted.text, asked),
        *(_as_written(wanted.text, run) for run in asked if len(asked) > 1),
    ]
    found = []
    for text in dict.fromkeys(others):
        count = search(actor, Search(text=text, state=wanted.state), limit=0).exact
        if count:
            found.append(Suggestion(text, count))
        if len(found) == MOST:
            break
    return tuple(found)


def _respelt(text: str, asked: Sequence[Run]) -> list[str]:
    """The text with one run replaced by a word of the titles that looks like it."""
    plain = folded(text)
    words = _words_now()
    return [plain[: run.start] + other + plain[run.end :] for run in asked for other in _like(run, words)]


def _like(run: Run, words: Counter[str]) -> list[str]:
    if run.kind == "w":
        near = [word for word in words if word[0] == run.text[0] and abs(len(word) - len(run.text)) < 3]
        return [word for word in get_close_matches(run.text, near, MOST, _ALIKE) if word != run.text]
    if run.kind == "c" and len(run.text) == 2 and run.text not in words:
        near = [
            word for word in words if len(word) == 2 and (word[0] == run.text[0] or word[1] == run.text[1])
        ]
        return sorted(near, key=lambda word: (word[0] != run.text[0], -words[word]))[:MOST]
    return []


def _as_written(text: str, run: Run) -> str:
    plain = folded(text)
    return text[run.start : run.end] if len(plain) == len(text) else run.text


def _words_now() -> Counter[str]:
    known = columns_now()
    if connection.in_atomic_block:
        return _gathered()
    return _kept(known.era, known.change // _PER_VOCABULARY)


@lru_cache(maxsize=1)
def _kept(_era: str, _change: int) -> Counter[str]:
    return _gathered()


def _gathered() -> Counter[str]:
    """The words and pairs of characters of all published titles, with how often each occurs."""
    titles = models.SearchEntry.objects.filter(state="published").values_list("title", flat=True)
    tokens = Counter(token for title in titles.iterator(chunk_size=5000) for token in title.split(" "))
    return Counter({word: count for token, count in tokens.items() if (word := read_token(token))})
