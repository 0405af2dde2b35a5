"""One line of a list of datasets, with its agency's name; and the links of paging."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from cityhall.identity.queries import agency_names
from cityhall.kernel.text import Text
from cityhall.opening.queries import Entry


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


def keyset_paging(request: HttpRequest, after: str, name: str = "after") -> Paging:
    """Paging by key: a link to what comes after, and one back to the beginning."""
    kept = {key: value for key, value in request.GET.items() if key != name and value}
    first = "?" + urlencode(kept) if request.GET.get(name) else ""
    return Paging(previous=first, next="?" + urlencode({**kept, name: after}) if after else "")
