"""Composite scores: districts, units or inspectors compared by what a declaration weighs. Pure: figures in, a ranking out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cityhall.cases.declaring.judging import FULL, Evaluation, Indicator
from cityhall.cases.measuring.counting import Figure
from cityhall.kernel.text import Text

Bounds = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator gave: the measure's value, and so many points of its weight; both None where there
    was nothing to measure."""

    measure: str
    weight: float
    value: float | None
    points: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """One of those compared: its place (0: too few cases to be ranked), how many cases, points out of 100 (None: nothing
    to score), and the parts in the order of the declaration."""

    place: int
    key: str
    title: Text
    cases: int
    points: float | None
    parts: tuple[Part, ...]


def scores(evaluation: Evaluation, figures: Iterable[Figure]) -> tuple[Score, ...]:
    """Everybody's score, best first; equal points (to a hundredth) share a place, and those with too few cases come last.

    An indicator with nothing to measure is left out, and the others fill the hundred in proportion."""
    named = [one for one in figures if one.key and _cases(one)]
    compared = [one for one in named if _cases(one) >= evaluation.least]
    bounds = {one.measure: _bounds(one, compared) for one in evaluation.indicators}
    ranked = sorted((_score(evaluation, one, bounds) for one in compared), key=_order)
    others = sorted((_score(evaluation, one, bounds) for one in named if one not in compared), key=_order)
    return (*placed(ranked), *others)


def _cases(figure: Figure) -> int:
    return max(figure.counts.get("due", 0), figure.counts.get("opened", 0))


def _bounds(indicator: Indicator, compared: Sequence[Figure]) -> tuple[float, float]:
    """Worst and best: as declared, else the ends of what those compared have."""
    if indicator.worst is not None and indicator.best is not None:
        return indicator.worst, indicator.best
    values = [value for one in compared if (value := one.measures.get(indicator.measure)) is not None] or [
        0.0
    ]
    return (max(values), min(values)) if indicator.lower else (min(values), max(values))


def _score(evaluation: Evaluation, figure: Figure, bounds: Bounds) -> Score:
    parts = tuple(_part(one, figure, bounds[one.measure]) for one in evaluation.indicators)
    told = [part for part in parts if part.points is not None]
    weight = sum(part.weight for part in told)
    points = sum(part.points or 0.0 for part in told) * FULL / weight if weight else None
    return Score(0, figure.key, figure.title, _cases(figure), points, parts)


def _part(indicator: Indicator, figure: Figure, bounds: tuple[float, float]) -> Part:
    value = figure.measures.get(indicator.measure)
    worst, best = bounds
    if value is None:
        return Part(indicator.measure, indicator.weight, None, None)
    share = 1.0 if worst == best else min(max(0.0, (value - worst) / (best - worst)), 1.0)
    return Part(indicator.measure, indicator.weight, value, share * indicator.weight)


def _order(score: Score) -> tuple[float, str]:
    return (-score.points if score.points is not None else 1.0, score.key)


def placed(ranked: Sequence[Score]) -> list[Score]:
    """The scores, best first, with their places among themselves."""
    found: list[Score] = []
    for number, one in enumerate(ranked, 1):
        same = found and _shown(found[-1].points) == _shown(one.points)
        place = found[-1].place if same else number
        found.append(Score(place, one.key, one.title, one.cases, one.points, one.parts))
    return found


def _shown(points: float | None) -> float | None:
    return None if points is None else round(points, 2)
