"""The living figures of the first page: what is published, and how the city keeps its time limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import caches
from django.db import connection
from django.urls import reverse

from cityhall.cases.queries import CaseType, months_until, trend, types
from cityhall.kernel import clock
from cityhall.opening.queries import Statistics
from cityhall.web.formatting import figure, number, percent
from cityhall.web.words import say

MONTHS = 12
FRESH_SECONDS = 600
COUNTED = ("opened", "closed", "due", "on_time")


@dataclass(frozen=True, slots=True)
class Living:
    """A figure: its digits and their unit, what it says in words, the values before it (oldest first) and what they are, and
    the page it comes from."""

    value: tuple[str, str]
    words: str
    before: tuple[float, ...]
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Worked:
    """The cases of a month: how many were opened, closed, due, and settled in time."""

    opened: int
    closed: int
    due: int
    on_time: int


def living_figures(told: Statistics) -> tuple[Living, ...]:
    """Datasets and rows; then the cases of the last twelve months, or while there are none, who publishes and who uses."""
    page, months = reverse("statistics"), told.months
    kinds, worked = _worked_lately()
    return (
        _counted("datasets", told.totals.datasets, [one.datasets for one in months], f"{page}#months"),
        _counted("rows", told.totals.rows, [one.rows for one in months], f"{page}#fields"),
        *(_of_cases(kinds, worked) or _of_use(told)),
    )


def _counted(word: str, value: int, before: Sequence[int], address: str) -> Living:
    return Living(
        figure(value), say(f"figure.{word}", n=value), tuple(before), say(f"figure.{word}_before"), address
    )


def _of_use(told: Statistics) -> tuple[Living, ...]:
    page, used = reverse("statistics"), told.used
    days = [day.visits + day.calls + day.downloads for day in told.days]
    return (
        _counted("agencies", told.totals.agencies, [one.agencies for one in told.months], f"{page}#agencies"),
        _counted("uses", used.visits + used.calls + used.downloads, days, f"{page}#use"),
    )


def _of_cases(kinds: Sequence[str], worked: Sequence[Worked]) -> tuple[Living, ...]:
    """How many cases were brought to an end, and how many of those due in time; none before there is a case due."""
    closed, due, on_time = (sum(getattr(one, name) for one in worked) for name in COUNTED[1:])
    if not due:
        return ()
    page = reverse("case-figures", args=kinds) if len(kinds) == 1 else reverse("cases-figures")
    whole = worked[:-1]  # this month is not over
    shares = [one.on_time / one.due for one in whole if one.due]
    digits = percent(on_time / due)
    return (
        _counted("closed", closed, [one.closed for one in whole], page),
        Living(
            (digits.removesuffix("%"), "%"),
            say("figure.on_time", due=number(due), n=due),
            tuple(shares),
            say("figure.on_time_before"),
            page,
        ),
    )


def _worked_lately() -> tuple[tuple[str, ...], tuple[Worked, ...]]:
    """The types that count and their months together, at most ten minutes old."""
    if connection.in_atomic_block:
        return _worked()
    key = f"living-figures-{clock.today():%Y%m%d}"
    found: tuple[tuple[str, ...], tuple[Worked, ...]] | None = caches["near"].get(key)
    if found is None:
        found = _worked()
        caches["near"].set(key, found, FRESH_SECONDS)
    return found


def _worked() -> tuple[tuple[str, ...], tuple[Worked, ...]]:
    """What every type with a time limit tells everybody, added up; of a type with few cases, nothing."""
    kinds, added = [], [[0] * len(COUNTED) for _ in range(MONTHS)]
    for made in types():
        if made.main_clock < 0 or not made.publication.open:
            continue
        counts = _counts(made)
        if sum(line[0] for line in counts) >= made.publication.least:
            kinds.append(made.name)
            added = [
                [a + b for a, b in zip(*lines, strict=True)] for lines in zip(added, counts, strict=True)
            ]
    return tuple(kinds), tuple(Worked(*line) for line in added)


def _counts(made: CaseType) -> list[list[int]]:
    months = months_until(clock.today(), MONTHS)
    found = trend(made.name, months, only=("none",))
    return [[int(one.counts[name] or 0) for name in COUNTED] for _, one in found]
