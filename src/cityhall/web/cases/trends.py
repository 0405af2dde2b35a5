"""A measure over the months: the points of its drawing, and what the drawing says in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cityhall.cases.queries import Measure
from cityhall.web.formatting import measured
from cityhall.web.formatting import month as month_words
from cityhall.web.words import pick, say

Point = tuple[date, float | None]
WIDTH, HEIGHT = 1000.0, 100.0


@dataclass(frozen=True, slots=True)
class Trend:
    """`points` are (month, value, place from the left, place from the top) in a drawing of 1000 by 100; `low` and `high` are
    its scale."""

    measure: Measure
    points: tuple[tuple[date, float | None, float, float], ...]
    low: float
    high: float
    sentence: str

    @property
    def line(self) -> str:
        """The points that have a value, for a line."""
        return " ".join(f"{x:g},{y:g}" for _, value, x, y in self.points if value is not None)


def trend_of(measure: Measure, points: Sequence[Point]) -> Trend | None:
    """The drawing of a measure; None when fewer than two months have a value."""
    told = [value for _, value in points if value is not None]
    if len(told) < 2:
        return None
    low, high = _scale(measure, told)
    placed = tuple(
        (
            month,
            value,
            round(WIDTH * at / (len(points) - 1), 1),
            round(HEIGHT * (1 - ((value or 0.0) - low) / (high - low)), 1),
        )
        for at, (month, value) in enumerate(points)
    )
    return Trend(measure, placed, low, high, _sentence(measure, points))


def _scale(measure: Measure, told: Sequence[float]) -> tuple[float, float]:
    """Shares end at 100 % and are cut below their lowest; everything else begins at nothing."""
    if measure.shown == "percent":
        highest = max(told)
        if highest <= 0.5:
            return 0.0, max(int(highest * 20 + 1) / 20, 0.05)
        return min(int(min(told) * 20) / 20, 0.95), 1.0
    return 0.0, max(*told, 1.0)


def _sentence(measure: Measure, points: Sequence[Point]) -> str:
    told = [(month, value) for month, value in points if value is not None]
    most, least = max(told, key=lambda one: one[1]), min(told, key=lambda one: one[1])
    last = told[-1]
    return say(
        "figures.trend_sentence",
        measure=pick(measure.title),
        month=month_words(last[0]),
        value=measured(last[1], measure.shown),
        high=measured(most[1], measure.shown),
        high_month=month_words(most[0]),
        low=measured(least[1], measure.shown),
        low_month=month_words(least[0]),
    )
