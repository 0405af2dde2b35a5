"""Figures of cases over REST: measures of any period, rankings, bulletins."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from cityhall.cases import queries
from cityhall.cases.queries import Figure, Ranking
from cityhall.identity.queries import scopes
from cityhall.web.api import answers
from cityhall.web.api.documenting import answers as documented
from cityhall.web.api.shapes import Words
from cityhall.web.cases.asked import month_of, period_between, told_month
from cityhall.web.cases.bulletins import KINDS, bulletin_answer
from cityhall.web.rendering import WORK
from cityhall.web.visitor import actor_for_program

router = Router(tags=["cases"])
Short = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class FigureAnswer(Schema):
    """The figures for one value of the dimension: counts, and measures (null: nothing to measure, or over too few cases)."""

    key: str
    title: Words
    counts: dict[str, int]
    measures: dict[str, float | None]


class FiguresAnswer(Schema):
    """The figures of a type for a period, both days included."""

    type: str
    first: date
    last: date
    by: str
    figures: list[FigureAnswer]


class PointsAnswer(Schema):
    """What one indicator gave of its weight."""

    measure: str
    weight: float
    value: float | None
    points: float | None


class ScoreAnswer(Schema):
    """One of those compared; `place` is null for those with too few cases."""

    place: int | None
    key: str
    title: Words
    cases: int
    points: float | None
    parts: list[PointsAnswer]


class RankingAnswer(Schema):
    """A composite score for a period, by the scheme in force on its last day."""

    type: str
    scheme: str
    title: Words
    first: date
    last: date
    scores: list[ScoreAnswer]


@router.get(
    "/case-types/{name}/figures",
    response=documented(FiguresAnswer),
    summary="Figures of a type",
    operation_id="case_figures",
)
def figures(
    request: HttpRequest, name: Short, first: date | None = None, last: date | None = None, by: Short = ""
) -> HttpResponse:
    """The measures of a type for a period (this month until today, unless said otherwise), whole or by a dimension. Who does not
    work on cases is told of whole months that are over (the month of `last`, or the last one that is), and no number from which
    too few cases could be told: what is held back is not there."""
    actor = actor_for_program(request)
    start, end = period_between(first, last)
    by = by if by in dict(queries.dimensions(name)) else ""
    if any(scopes(actor, right) for right in WORK):
        found = queries.measure(name, start, end, by=by)
    else:
        start, end = told_month(end)
        found = queries.told_figures(name, start, by)
    body = {"type": name, "first": start, "last": end, "by": by, "figures": [_figure(one) for one in found]}
    return answers.answer(body)


@router.get(
    "/case-types/{name}/evaluation",
    response=documented(RankingAnswer),
    summary="Ranking by composite score",
    operation_id="case_evaluation",
)
def evaluation(
    request: HttpRequest,
    name: Short,
    of: Literal["agency", "district", "street", "area", "kind", "opener"] = "agency",
    first: date | None = None,
    last: date | None = None,
) -> HttpResponse:
    """The ranking of those told apart by `of`; rankings of people are for supervisors. Who does not work on cases is told of
    whole months that are over."""
    actor = actor_for_program(request)
    start, end = period_between(first, last)
    if any(scopes(actor, right) for right in WORK):
        return answers.answer(_ranking(name, queries.evaluate(actor, name, of, start, end)))
    found = queries.evaluate(actor, name, of, *told_month(end))
    return answers.answer(_ranking(name, queries.told_ranking(name, found)))


@router.get(
    "/case-types/{name}/bulletins/{month}.{form}",
    summary="Monthly bulletin",
    operation_id="case_bulletin",
    response=documented(str),
    openapi_extra={
        "responses": {
            200: {
                "description": "The file",
                "content": {kind: {"schema": {"type": "string"}} for kind in KINDS.values()},
            }
        }
    },
)
def bulletin(
    request: HttpRequest,
    name: Short,
    month: Month,
    form: Literal["pdf", "csv"],
    language: Literal["zh-hans", "en"] = "zh-hans",
) -> HttpResponse:
    """The bulletin of a month (2026-10) as PDF or CSV; the same facts give the same bytes."""
    return bulletin_answer(actor_for_program(request), name, month_of(month), form, language)


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title.as_dict(),
        "counts": dict(one.counts),
        "measures": dict(one.measures),
    }


def _ranking(name: str, found: Ranking) -> dict[str, Any]:
    return {
        "type": name,
        "scheme": found.evaluation.id,
        "title": found.evaluation.title.as_dict(),
        "first": found.first,
        "last": found.last,
        "scores": [
            {
                "place": one.place or None,
                "key": one.key,
                "title": one.title.as_dict(),
                "cases": one.cases,
                "points": one.points,
                "parts": [
                    {
                        "measure": part.measure,
                        "weight": part.weight,
                        "value": part.value,
                        "points": part.points,
                    }
                    for part in one.parts
                ],
            }
            for one in found.scores
        ],
    }
