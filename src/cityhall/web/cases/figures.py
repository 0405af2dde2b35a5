"""Figures of cases for everybody: how many were due, how many settled, how many in time; by unit, district, class, month."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.cases.queries import Backlog, CaseType, Figure, backlog, case_type, measure, trend, types
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.places.errors import DivisionUnknown
from cityhall.places.queries import division
from cityhall.web.cases.questions import agency_title
from cityhall.web.cases.working import Option
from cityhall.web.errors import RequestUnusable
from cityhall.web.rendering import show
from cityhall.web.words import pick, say

DIMENSIONS = ("agency", "district", "kind", "state")
MONTHS = 6
FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class FiguresList:
    """The types that have figures."""

    types: tuple[CaseType, ...]


@require_safe
def figures_list(request: HttpRequest) -> HttpResponse:
    """Which kinds of work the city counts."""
    return show(request, "cases/figures_list.html", FiguresList(types()))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPage:
    """The figures of one type in a period: in all, month by month, and by a dimension."""

    made: CaseType
    first: date
    last: date
    dimensions: tuple[Option, ...]
    total: Figure
    rows: tuple[tuple[str, Figure], ...]
    trends: tuple[tuple[Text, tuple[tuple[str, float | None], ...]], ...]
    waiting: Backlog | None
    as_csv: str


@require_safe
def figures_page(request: HttpRequest, type_name: str) -> HttpResponse:
    """The figures of a type, as a page or (`format=csv`) as a table."""
    made = case_type(type_name)
    first, last = _period(request)
    by = request.GET.get("by", "")
    by = by if by in DIMENSIONS else DIMENSIONS[0]
    rows = tuple((_words(by, one), one) for one in measure(made.name, first, last, by=by))
    if request.GET.get("format") == "csv":
        return _csv(made, by, rows)
    total = next(iter(measure(made.name, first, last)), Figure("", made.title, {}, {}))
    asked = f"?by={by}&from={first.isoformat()}&to={last.isoformat()}"
    page = FiguresPage(
        made=made,
        first=first,
        last=last,
        dimensions=tuple((one, _dimension(made, one), one == by) for one in DIMENSIONS),
        total=total,
        rows=rows,
        trends=_trends(made, last),
        waiting=next(iter(backlog(made.name)), None),
        as_csv=f"{asked}&format=csv",
    )
    return show(request, "cases/figures.html", page)


def _period(request: HttpRequest) -> tuple[date, date]:
    """From the first of this month to today, unless said otherwise. Errors: `RequestUnusable`."""
    today = clock.now().date()
    first = _day(request, "from", today.replace(day=1))
    last = _day(request, "to", today)
    if not FIRST_YEAR <= first.year <= last.year < today.year + 2 or first > last:
        raise RequestUnusable(problem=f"from={first} to={last}")
    return first, last


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise RequestUnusable(problem=f"{name}={text[:20]}") from None


def _trends(made: CaseType, last: date) -> tuple[tuple[Text, tuple[tuple[str, float | None], ...]], ...]:
    """Each share among the measures over the last months, oldest first."""
    months = [last.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    found = dict(trend(made.name, months[::-1]))
    return tuple(
        (
            one.title,
            tuple(
                (f"{month:%Y-%m}", found[month].measures.get(one.id) if month in found else None)
                for month in months[::-1]
            ),
        )
        for one in made.measures
        if one.shown == "percent"
    )


def _dimension(made: CaseType, name: str) -> Text:
    if name == "kind" and made.kind:
        return made.fields[made.kind].title
    return _DIMENSION_WORDS[name]


_DIMENSION_WORDS: Mapping[str, Text] = {
    "agency": Text(en="Responsible agency", zh="责任单位"),
    "district": Text(en="District", zh="区县"),
    "kind": Text(en="Kind", zh="类别"),
    "state": Text(en="State", zh="状态"),
}


def _words(by: str, one: Figure) -> str:
    """The key of a row as it is read."""
    if not one.key:
        return say("figures.nobody")
    if by == "agency":
        return pick(agency_title(one.key)) or one.key
    if by == "district":
        return _division(one.key)
    return pick(one.title) or one.key


def _division(code: str) -> str:
    try:
        found = division(code)
    except DivisionUnknown:
        return code
    return found.name if found else code


def _csv(made: CaseType, by: str, rows: tuple[tuple[str, Figure], ...]) -> HttpResponse:
    """The table for a spreadsheet; codes are numbers or names of ours, so nothing in it can be a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    counts = list(rows[0][1].counts) if rows else []
    writer.writerow([by, "name", *counts, *(one.id for one in made.measures)])
    for words, one in rows:
        writer.writerow(
            [one.key, words, *one.counts.values(), *(one.measures.get(m.id) for m in made.measures)]
        )
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}-{by}.csv"'
    return answer
