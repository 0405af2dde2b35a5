"""What a page of figures was asked for: a period, a dimension, a measure, and what it is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest

from cityhall.cases.queries import CaseType, Measure, dimensions, last_day, months_until
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.web.errors import RequestUnusable

FIRST_YEAR = 1990
LONGEST = 80
PLACES = ("district", "street", "area")
Dimensions = tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question; `where` narrows to values of dimensions, `measure` is None for a type that declares none."""

    made: CaseType
    first: date
    last: date
    known: Dimensions
    by: str
    measure: Measure | None
    where: Mapping[str, str]

    def address(self, **changes: str | None) -> str:
        """The same question with some of it changed (None: left out), as the end of an address."""
        asked: dict[str, str | None] = {
            "by": self.by,
            "measure": self.measure.id if self.measure else None,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            **self.where,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in asked.items() if value is not None})


def asked_of(
    request: HttpRequest, made: CaseType, first: date | None = None, last: date | None = None
) -> Asked:
    """What the address says; from `first` to `last` (this month until today), the first dimension and the share in time
    unless said otherwise. Raises RequestUnusable."""
    first, last = period_asked(request, first, last)
    known = dimensions(made.name)
    names = [name for name, _ in known]
    by = request.GET.get("by", "")
    where = {name: _clean(request.GET[name]) for name in names if name in request.GET}
    free = [name for name in names if name not in where] or names
    wanted = request.GET.get("measure", "")
    measure = next((one for one in made.measures if one.id == wanted), None) or _first(made)
    return Asked(made, first, last, known, by if by in names else free[0], measure, where)


def outside(asked: Asked) -> Asked:
    """What somebody from outside is told instead: the month that ends the period, or the last one that is over, and divided one
    way only, so that a part of a place is the only narrowing."""
    first, last = told_month(asked.last)
    larger = PLACES[: PLACES.index(asked.by)] if asked.by in PLACES else ()
    narrowed = [name for name in larger if name in asked.where][-1:]
    return replace(asked, first=first, last=last, where={name: asked.where[name] for name in narrowed})


def told_month(day: date) -> tuple[date, date]:
    """First and last day of the month of a day, or of the last month that is over."""
    month = min(day.replace(day=1), months_until(clock.today(), 2)[0])
    return month, last_day(month)


def _first(made: CaseType) -> Measure | None:
    """The share in time where there is one, else the first measure."""
    return next((one for one in made.measures if one.id == "on_time"), next(iter(made.measures), None))


def _clean(text: str) -> str:
    return text.replace("\0", "")[:LONGEST]


def period_asked(
    request: HttpRequest, first: date | None = None, last: date | None = None
) -> tuple[date, date]:
    """The period of an address (`from`, `to`); from `first` to `last`, unless said otherwise. Raises RequestUnusable."""
    since, until = (day_of(name, request.GET.get(name, "")) for name in ("from", "to"))
    return period_between(since or first, until or last)


def period_between(first: date | None, last: date | None) -> tuple[date, date]:
    """From a day to another, by default from the first of the last day's month until today. Raises RequestUnusable."""
    today = clock.today()
    last = last or today
    first = first or last.replace(day=1)
    if not FIRST_YEAR <= first.year <= last.year < today.year + 2 or first > last:
        raise RequestUnusable(problem=f"{first}/{last}")
    return first, last


def day_of(name: str, text: str) -> date | None:
    """A day that was asked for by this name; None for an empty text. Raises RequestUnusable."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RequestUnusable(problem=f"{name}={text[:20]}") from None


def month_of(text: str) -> date:
    """The first day of the month named as 2026-10; of the last full one for an empty text. Raises RequestUnusable."""
    if not text:
        return months_until(clock.today(), 2)[0]
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise RequestUnusable(problem=f"month={text[:20]}") from None
    if month.year < FIRST_YEAR:
        raise RequestUnusable(problem=f"month={text[:20]}")
    return month
