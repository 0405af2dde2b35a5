"""What is asked of figures beyond counting them: rankings, the cases behind a figure, what becomes open data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from cityhall.cases.declaring.formulas import parts_of
from cityhall.cases.declaring.judging import Evaluation
from cityhall.cases.errors import MeasureUnknown
from cityhall.cases.measuring.counting import Figure, numbers_of, period_of
from cityhall.cases.measuring.evaluating import Ranking, evaluated, may_see
from cityhall.cases.measuring.naming import dimension_title, dimensions_of
from cityhall.cases.measuring.publishing import MONTHS, PublishedFigure, published_figures
from cityhall.cases.measuring.publishing import told_figures as told_of
from cityhall.cases.models import Case
from cityhall.cases.storing.types import case_type, zone_of
from cityhall.cases.working.inbox import Line, line, visible
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text

Share = Literal["counted", "of", "missed"]
LISTED = 1000


def dimensions(type_name: str) -> tuple[tuple[str, Text], ...]:
    """By what the figures of a type can be divided: (name, what it is called)."""
    made = case_type(type_name)
    return tuple((name, dimension_title(made, name)) for name in dimensions_of(made))


def schemes(actor: Actor, type_name: str, day: date) -> tuple[Evaluation, ...]:
    """The evaluations of a type that are in force on a day and that the actor may look at."""
    made = case_type(type_name)
    return tuple(one for one in made.evaluations if one.in_force(day.isoformat()) and may_see(actor, one))


def evaluate(actor: Actor, type_name: str, of: str, first: date, last: date) -> Ranking:
    """The composite scores of those told apart by `of`, over any period, by the scheme in force on its last day. Raises
    TypeUnknown, EvaluationUnknown, RightMissing."""
    made = case_type(type_name)
    return evaluated(actor, made, of, period_of(first, last, zone_of(made)), first, last)


def figures_to_publish(type_name: str, *, months: int = MONTHS) -> Iterator[PublishedFigure]:
    """The figures of a type as open data: the months that are over, oldest first, divided as declared."""
    return published_figures(case_type(type_name), months=months)


def told_figures(type_name: str, month: date, by: str = "") -> tuple[Figure, ...]:
    """What anybody may be told of a month that is over: the whole, or its division by one dimension."""
    made = case_type(type_name)
    return tuple(one.figure for one in told_of(made, month, [by] if by else []) if one.by == by)


def told_ranking(type_name: str, found: Ranking) -> Ranking:
    """What anybody may be told of the ranking of a month: those with a place whose figures are told."""
    if found.evaluation.of not in dimensions_of(case_type(type_name)):
        return found
    return found.only({one.key for one in told_figures(type_name, found.first, found.evaluation.of)})


def cases_behind(
    actor: Actor,
    type_name: str,
    measure_id: str,
    share: Share,
    first: date,
    last: date,
    *,
    where: Mapping[str, str] | None = None,
    limit: int = LISTED,
) -> tuple[tuple[Line, ...], int]:
    """The cases that a measure counted, is a share of, or missed, as far as they are the actor's business, oldest first; and how
    many there are in all, up to the limit. Raises TypeUnknown, MeasureUnknown."""
    made = case_type(type_name)
    measure = next((one for one in made.measures if one.id == measure_id), None)
    condition = getattr(parts_of(measure.formula), share) if measure else ""
    if not condition:
        raise MeasureUnknown(
            what="measure", name=measure_id, known=", ".join(one.id for one in made.measures)
        )
    numbers = numbers_of(made, condition, period_of(first, last, zone_of(made)), where, limit)
    mine = visible(actor).filter(number__in=numbers).typed()
    known: dict[str, Case] = {row.number: row for row in mine}
    return tuple(line(known[number]) for number in numbers if number in known), len(numbers)
