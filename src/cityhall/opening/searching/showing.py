"""Why a dataset was found: its words with the places that match marked. Pure, over what the catalogue shows anybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cityhall.catalog.queries import Outline
from cityhall.kernel.text import Text
from cityhall.opening.searching.folding import Run, folded_places

Piece = tuple[str, bool]
"""Some text, and whether it matches."""
Where = Literal["title", "item", "keyword", "code", "abstract", "agency", "field"]
MOST_REASONS: Final = 3
_BEFORE, _AFTER = 18, 60


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in both languages as pieces."""

    en: tuple[Piece, ...]
    zh: tuple[Piece, ...]

    def in_language(self, language: str) -> tuple[Piece, ...]:
        """The pieces in a language, as `Text.in_language`."""
        return self.zh if language.lower().startswith("zh") else self.en

    def where_hit(self, language: str) -> tuple[Piece, ...]:
        """The pieces in this language, or in the other one when only there something matches."""
        own = self.in_language(language)
        return own if _hit(own) or not self.hit else self.zh if own is self.en else self.en

    @property
    def hit(self) -> bool:
        """Whether something is marked at all."""
        return _hit(self.en) or _hit(self.zh)


@dataclass(frozen=True, slots=True)
class Why:
    """Where something matches, besides the title in the language of the page."""

    where: Where
    text: Marked


def marked(text: Text, wanted: Sequence[Run]) -> Marked:
    """The text with the places marked that the runs match."""
    zh = _pieces(text.zh, wanted)
    return Marked(zh=zh, en=zh if text.en == text.zh else _pieces(text.en, wanted))


def reasons(dataset: Outline, agency: Text, field: Text, wanted: Sequence[Run]) -> tuple[Why, ...]:
    """At most three places outside the title that match, in the order of the ranking. What only repeats the title is
    left out."""
    found: list[Why] = []
    for where, text in _places(dataset, agency, field):
        if where != "item" and text.zh.startswith(dataset.title.zh):
            continue
        told = marked(text, wanted)
        if told.hit:
            found.append(Why(where, _short(told) if where == "abstract" else told))
        if len(found) == MOST_REASONS:
            break
    return tuple(found)


def _places(dataset: Outline, agency: Text, field: Text) -> Iterator[tuple[Where, Text]]:
    for item in dataset.items:
        yield "item", Text(en=item.title.en or item.name, zh=item.title.zh or item.name)
    yield "code", Text(en=dataset.code, zh=dataset.code)
    for word in dataset.keywords:
        yield "keyword", Text(en=word, zh=word)
    yield "abstract", dataset.abstract
    yield "agency", agency
    yield "field", field


def _hit(pieces: Iterable[Piece]) -> bool:
    return any(found for _, found in pieces)


def _pieces(text: str, wanted: Sequence[Run]) -> tuple[Piece, ...]:
    """The text cut where marks begin and end."""
    hits = [False] * len(text)
    plain, places = folded_places(text)
    for start, end in _spans(plain, wanted):
        for place in places[start:end]:
            hits[place] = True
    return _cut(zip(text, hits, strict=True))


def _cut(chars: Iterable[tuple[str, bool]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for char, hit in chars:
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + char, hit)
        else:
            pieces.append((char, hit))
    return tuple(pieces)


def _spans(plain: str, wanted: Sequence[Run]) -> Iterator[tuple[int, int]]:
    for run in wanted:
        start = plain.find(run.text)
        while start >= 0:
            if run.kind != "w" or not _letter(plain, start - 1):
                yield start, start + len(run.text)
            start = plain.find(run.text, start + 1)


def _letter(plain: str, place: int) -> bool:
    return place >= 0 and "a" <= plain[place] <= "z"


def _short(told: Marked) -> Marked:
    return Marked(en=_window(told.en), zh=_window(told.zh))


def _window(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The surroundings of the first mark."""
    chars = [(char, hit) for text, hit in pieces for char in text]
    first = next((place for place, (_, hit) in enumerate(chars) if hit), 0)
    start, end = max(first - _BEFORE, 0), first + _AFTER
    before = [("…", False)] if start else []
    after = [("…", False)] if end < len(chars) else []
    return _cut([*before, *chars[start:end], *after])
