"""One line of a list of datasets, with its agency's name; and the links of paging."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from cityhall.identity.queries import agency_names
from cityhall.kernel.text import Text
from cityhall.opening.queries import Entry, Hit
from cityhall.web.words import language


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the list shows of one dataset."""

    id: str
    title: Text
    abstract: Text
    agency: Text
    state: str
    opening_class: str
    level: int
    updated: datetime | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line with why it was found: pieces of text, each marked or not. `other_title` is the title in the language in
    which it matches, when that is not the page's; `reasons` are (where, pieces); `close`: only parts of the words."""

    line: Line
    title: tuple[tuple[str, bool], ...]
    other_title: tuple[tuple[str, bool], ...]
    reasons: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]
    score: float | None
    close: bool


@dataclass(frozen=True, slots=True)
class Paging:
    """Addresses of the pages before and after, empty where there is none, and where we are in words."""

    previous: str = ""
    next: str = ""
    words: str = ""


def lines_of(entries: Iterable[Entry]) -> tuple[Line, ...]:
    """Entries of the catalogue as lines."""
    names = agency_names()
    return tuple(
        Line(
            id=one.id,
            title=one.title,
            abstract=one.abstract,
            agency=names.get(one.agency_id, Text(en="", zh="")),
            state=one.state,
            opening_class=one.opening_class,
            level=one.level,
            updated=one.updated,
            rows=one.rows,
        )
        for one in entries
    )


def found_lines(hits: Sequence[Hit]) -> tuple[FoundLine, ...]:
    """What a search found as lines, in its order."""
    tongue = language()
    return tuple(
        _found_line(line, hit, tongue)
        for line, hit in zip(lines_of(one.entry for one in hits), hits, strict=True)
    )


def _found_line(line: Line, hit: Hit, tongue: str) -> FoundLine:
    own, where_hit = hit.title.in_language(tongue), hit.title.where_hit(tongue)
    return FoundLine(
        line=line,
        title=own,
        other_title=() if own == where_hit else where_hit,
        reasons=tuple((why.where, why.text.where_hit(tongue)) for why in hit.why),
        score=hit.score,
        close=hit.close,
    )


def keyset_paging(request: HttpRequest, after: str, name: str = "after") -> Paging:
    """Paging by key: a link to what comes after, and one back to the beginning."""
    kept = {key: value for key, value in request.GET.items() if key != name and value}
    first = "?" + urlencode(kept) if request.GET.get(name) else ""
    return Paging(previous=first, next="?" + urlencode({**kept, name: after}) if after else "")
