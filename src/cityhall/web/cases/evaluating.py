"""Who did how well: the ranking by a declared composite score, what each indicator gave, and the way to the cases."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cityhall.cases.queries import (
    CaseType,
    Measure,
    Ranking,
    Score,
    case_type,
    evaluate,
    schemes,
    told_ranking,
)
from cityhall.identity.queries import scopes
from cityhall.kernel import clock
from cityhall.kernel.cells import harmless
from cityhall.web.cases.asked import Asked, asked_of, outside
from cityhall.web.cases.working import Option
from cityhall.web.formatting import measured
from cityhall.web.rendering import WORK, show
from cityhall.web.visitor import actor_for
from cityhall.web.words import pick


@dataclass(frozen=True, slots=True)
class Gave:
    """What an indicator gave: points of a weight, the measure's value in words, the address of its cases; `start` is how many
    points the indicators before it gave."""

    measure: Measure
    weight: float
    points: float | None
    value: str
    cases: str
    start: float


@dataclass(frozen=True, slots=True)
class Line:
    """One of those compared."""

    score: Score
    gave: tuple[Gave, ...]
    figures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationPage:
    """A ranking with its scheme; None when no scheme that the reader may look at was in force."""

    made: CaseType
    asked: Asked
    kinds: tuple[Option, ...]
    ranking: Ranking | None
    measures: dict[str, Measure]
    lines: tuple[Line, ...]
    as_csv: str


@require_safe
def evaluation_page(request: HttpRequest, type_name: str) -> HttpResponse:
    """The ranking for a period (the last full month, unless said otherwise), as a page or (`format=csv`) as a table."""
    made = case_type(type_name)
    asked = asked_of(request, made, *_last_month())
    actor = actor_for(request)
    inside = any(scopes(actor, right) for right in WORK)
    asked = asked if inside else outside(asked)
    known = schemes(actor, made.name, asked.last)
    of = request.GET.get("of", "")
    scheme = next((one for one in known if one.of == of), next(iter(known), None))
    ranking = evaluate(actor, made.name, scheme.of, asked.first, asked.last) if scheme else None
    ranking = ranking if inside or not ranking else told_ranking(made.name, ranking)
    if ranking and request.GET.get("format") == "csv":
        return _csv(made, ranking)
    page = EvaluationPage(
        made=made,
        asked=asked,
        kinds=tuple((one.of, one.title, one == scheme) for one in known),
        ranking=ranking,
        measures={one.id: one for one in made.judged},
        lines=tuple(_line(asked, ranking, one, inside) for one in ranking.scores) if ranking else (),
        as_csv=asked.address(by=None, measure=None, of=ranking.evaluation.of, format="csv")
        if ranking
        else "",
    )
    return show(request, "cases/evaluation.html", page)


def _last_month() -> tuple[date, date]:
    last = clock.today().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _line(asked: Asked, ranking: Ranking, score: Score, inside: bool) -> Line:
    measures = {one.id: one for one in asked.made.judged}
    of, gave, start = ranking.evaluation.of, [], 0.0
    for part in score.parts:
        measure = measures[part.measure]
        narrowed = asked.address(by=None, measure=measure.id, **{of: score.key})
        cases = (
            reverse("figures-cases", args=[asked.made.name]) + narrowed
            if inside and measure in asked.made.measures
            else ""
        )
        gave.append(
            Gave(measure, part.weight, part.points, measured(part.value, measure.shown), cases, start)
        )
        start += part.points or 0.0
    down = asked.address(by=None, measure=None, **{of: score.key})
    figures = reverse("case-figures", args=[asked.made.name]) + down if of != "opener" else ""
    return Line(score, tuple(gave), figures)


def _csv(made: CaseType, ranking: Ranking) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    names = [one.measure for one in ranking.evaluation.indicators]
    writer.writerow(["place", "key", "name", "cases", "score", *names, *(f"{name}_points" for name in names)])
    for one in ranking.scores:
        values, points = [part.value for part in one.parts], [part.points for part in one.parts]
        writer.writerow(
            [
                one.place or "",
                harmless(one.key),
                harmless(pick(one.title)),
                one.cases,
                one.points,
                *values,
                *points,
            ]
        )
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"{made.name}-{ranking.evaluation.id}-{ranking.first}-{ranking.last}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
