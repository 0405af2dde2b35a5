"""Figures of cases for everybody: one measure, its trend, its ranking, and the way down to smaller parts and to cases."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.app.case_tables import figures_code
from cityhall.cases.queries import (
    Backlog,
    CaseType,
    Evaluation,
    Figure,
    Measure,
    backlog,
    case_type,
    measure,
    months_until,
    schemes,
    told_figures,
    trend,
    types,
)
from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import dataset
from cityhall.identity.queries import scopes
from cityhall.kernel import clock
from cityhall.kernel.cells import harmless
from cityhall.kernel.text import Text
from cityhall.web.cases.asked import PLACES, Asked, asked_of, outside
from cityhall.web.cases.reporting import Kind, kind_of
from cityhall.web.cases.trends import Trend, trend_of
from cityhall.web.cases.working import Option
from cityhall.web.formatting import measured
from cityhall.web.pages.area_maps import AreaPicture, picture_of
from cityhall.web.rendering import WORK, show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick

MONTHS = 12
LISTED = 100
BULLETINS = 6


@dataclass(frozen=True, slots=True)
class FiguresList:
    """The types that have figures."""

    kinds: tuple[Kind, ...]


@require_safe
def figures_list(request: HttpRequest) -> HttpResponse:
    """Which kinds of work the city counts."""
    return show(request, "cases/figures_list.html", FiguresList(tuple(map(kind_of, types()))))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of the ranking: its figure, how long its bar is, and the addresses that go down into it and to its cases."""

    figure: Figure
    share: float
    down: str
    cases: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresPage:
    """The figures of one type in a period: in all, month by month, and by a dimension, as a map where that is divisions with
    outlines; `narrowed` are (dimension, value, address without it)."""

    made: CaseType
    asked: Asked
    measures: tuple[Option, ...]
    dimensions: tuple[Option, ...]
    narrowed: tuple[tuple[Text, str, str], ...]
    total: Figure | None
    counts: tuple[str, ...]
    inside: bool
    rows: tuple[Ranked, ...]
    map: AreaPicture | None
    more: int
    trend: Trend | None
    waiting: Backlog | None
    cases: str
    as_csv: str
    dataset: str
    schemes: tuple[Evaluation, ...]
    bulletins: tuple[date, ...]


@require_safe
def figures_page(request: HttpRequest, type_name: str) -> HttpResponse:
    """The figures of a type, as a page or (`format=csv`) as a table."""
    made = case_type(type_name)
    asked = asked_of(request, made)
    inside = any(scopes(actor_for(request), right) for right in WORK)
    asked = asked if inside else outside(asked)
    found = [one for one in _divided(asked, inside) if any(one.counts.values())]
    if request.GET.get("format") == "csv":
        return _csv(made, asked.by, found)
    chosen, ranked = asked.measure, _ranked(asked, found, inside)
    page = FiguresPage(
        made=made,
        asked=asked,
        measures=tuple((one.id, one.title, one == chosen) for one in made.measures),
        dimensions=tuple((name, words, name == asked.by) for name, words in asked.known),
        narrowed=_narrowed(asked),
        total=_total(asked, inside),
        counts=tuple(dict.fromkeys(name for one in found for name in one.counts)),
        rows=ranked[:LISTED],
        map=_map(chosen, ranked),
        more=max(len(ranked) - LISTED, 0),
        trend=_trend(asked, chosen, inside) if chosen and (inside or not asked.where) else None,
        waiting=next(iter(backlog(made.name, where=asked.where)), None)
        if inside or not asked.where
        else None,
        inside=inside,
        cases=_cases(asked, chosen, {}) if inside else "",
        as_csv=asked.address(format="csv"),
        dataset=_dataset(made),
        schemes=schemes(actor_for(request), made.name, asked.last),
        bulletins=months_until(clock.today(), BULLETINS + 1)[-2::-1],
    )
    return show(request, "cases/figures.html", page)


def _divided(asked: Asked, inside: bool) -> tuple[Figure, ...]:
    if inside:
        return measure(asked.made.name, asked.first, asked.last, by=asked.by, where=asked.where)
    within = next(iter(asked.where.values()), "")
    return tuple(
        one for one in told_figures(asked.made.name, asked.first, asked.by) if one.key.startswith(within)
    )


def _total(asked: Asked, inside: bool) -> Figure | None:
    """Everything asked about in one: the whole, or the place it is narrowed to."""
    if inside:
        return next(iter(measure(asked.made.name, asked.first, asked.last, where=asked.where)), None)
    by, key = next(iter(asked.where.items()), ("", ""))
    return next((one for one in told_figures(asked.made.name, asked.first, by) if one.key == key), None)


def _ranked(asked: Asked, found: Sequence[Figure], inside: bool) -> tuple[Ranked, ...]:
    """The most of the chosen measure first; what has none of it last."""

    def value(one: Figure) -> float | None:
        return one.measures.get(asked.measure.id) if asked.measure else one.counts.get("opened")

    most = max((value(one) or 0.0 for one in found), default=0.0)
    if asked.measure and asked.measure.shown == "percent":
        most = 1.0
    known = [name for name, _ in asked.known]
    after = [name for name in known if name != asked.by and name not in asked.where]
    if not inside:
        after = [name for name in PLACES if name in after and asked.by in PLACES[: PLACES.index(name)]]
    lines = [
        Ranked(
            one,
            (value(one) or 0.0) / most if most else 0.0,
            asked.address(**{asked.by: one.key, "by": after[0]}) if after else "",
            _cases(asked, asked.measure, {asked.by: one.key}) if inside else "",
        )
        for one in found
    ]
    return tuple(
        sorted(
            lines, key=lambda one: (value(one.figure) is None, -(value(one.figure) or 0.0), one.figure.key)
        )
    )


def _map(chosen: Measure | None, ranked: Sequence[Ranked]) -> AreaPicture | None:
    """The chosen measure on a map, each area leading down as its line does."""
    down = {one.figure.key: one.down for one in ranked}
    shown = chosen.shown if chosen else "count"
    values = {
        one.figure.key: one.figure.measures.get(chosen.id) if chosen else one.figure.counts["opened"]
        for one in ranked
    }
    return picture_of(values, lambda value: measured(value, shown), address=lambda code: down[code])


def _cases(asked: Asked, chosen: Measure | None, more: dict[str, str]) -> str:
    """Where the cases behind the chosen measure are listed."""
    return reverse("figures-cases", args=[asked.made.name]) + asked.address(by=None, **more) if chosen else ""


def _trend(asked: Asked, chosen: Measure, inside: bool) -> Trend | None:
    months, least = months_until(asked.last, MONTHS), 1 if inside else asked.made.publication.least
    found = trend(asked.made.name, months, where=asked.where, only=[chosen.id], least=least)
    return trend_of(chosen, [(month, one.measures.get(chosen.id)) for month, one in found])


def _narrowed(asked: Asked) -> tuple[tuple[Text, str, str], ...]:
    """What the figures are narrowed to, in words."""
    words = dict(asked.known)
    found = []
    for name, key in asked.where.items():
        figures = measure(asked.made.name, asked.first, asked.last, by=name, where={name: key})
        title = pick(figures[0].title) if figures else key
        found.append((words[name], title, asked.address(**{name: None})))
    return tuple(found)


def _dataset(made: CaseType) -> str:
    """The dataset that holds these figures; empty before its first publication."""
    try:
        found = dataset(figures_code(made.name))
    except DatasetUnknown:
        return ""
    return found.code if found.state == "published" else ""


def _csv(made: CaseType, by: str, found: Sequence[Figure]) -> HttpResponse:
    """The table for a spreadsheet; a name that a spreadsheet would take for a formula is told from one."""
    out = io.StringIO()
    writer = csv.writer(out)
    counts = list(dict.fromkeys(name for one in found for name in one.counts))
    writer.writerow([by, "name", *counts, *(one.id for one in made.measures)])
    for one in found:
        values = (one.measures.get(declared.id) for declared in made.measures)
        told_counts = (one.counts.get(name) for name in counts)
        writer.writerow([harmless(one.key), harmless(pick(one.title)), *told_counts, *values])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}-{by}.csv"'
    return answer
