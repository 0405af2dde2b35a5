"""Figures that leave the house: month by month and divided as the declaration says, and no number among them that stands for too
few cases, nor one that could be found by taking told numbers from each other (see `protecting`).

Outside, figures are told of whole months that are over, and divided one way at a time: two periods that overlap, or a unit's
share of a class, would tell of single cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cityhall.cases.declaring.formulas import parts_of
from cityhall.cases.declaring.shapes import CaseType, Measure
from cityhall.cases.measuring.asking import AREAS, Row, ask, dimension
from cityhall.cases.measuring.counting import (
    Backlog,
    Figure,
    backlog,
    compiled,
    formulas,
    part_in,
    period_of,
    touched,
)
from cityhall.cases.measuring.naming import dimensions_of, titles
from cityhall.cases.measuring.periods import last_day, months_until
from cityhall.cases.measuring.protecting import Node, protect
from cityhall.cases.storing.types import zone_of
from cityhall.kernel import clock
from cityhall.kernel.text import Text

MONTHS = 36
PLACES = (*AREAS, "area")
# What a count is a count of: settled cases are told where enough were due.
_OF = {"settled": "due", "on_time": "due"}
_SEPARATE = "/"
_WHOLE = _SEPARATE
_REST = "\n"  # no key of any dimension


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """The figures of one month for one value of one dimension; of everything, when `by` is empty. Counts and measures that are
    not told are not there, or None."""

    month: date
    by: str
    figure: Figure


def published_figures(made: CaseType, *, months: int = MONTHS) -> Iterator[PublishedFigure]:
    """The months that are over, oldest first: the whole, then each published dimension."""
    zone = zone_of(made)
    first = ask(made, "SELECT min(opened) AS opened FROM facts")[0]["opened"]
    running = clock.today().replace(day=1)
    by = tuple(name for name in dimensions_of(made) if name in made.publication.by)
    for month in months_until(running, months + 1)[:-1]:
        if first is not None and first < period_of(month, last_day(month), zone).end:
            yield from told_figures(made, month, by, keep=False)


def told_figures(
    made: CaseType, month: date, by: Sequence[str], *, keep: bool = True
) -> Iterator[PublishedFigure]:
    """What may be told of a month: the whole, then each of the dimensions. Raises MeasureUnknown."""
    counted = _counted(made, month)
    asked = _with_above(made, by)
    rows = ask(made, _query(made, asked, counted), keep=keep)
    if not rows:
        return
    told = _told(made, asked, rows, counted)
    for name in ("", *by):
        mine = [row for row in rows if row["divided"] == name and told["part"][_place(row)]]
        words = titles(made, name, [row["key"] for row in mine])
        for row in mine:
            title = words[row["key"]] if name else made.title
            yield PublishedFigure(month, name, _figure(made, row, title, counted, told))


@dataclass(frozen=True, slots=True)
class _Counted:
    """The columns of a query, which of them says over how many cases another is taken, and the cases that it need look at."""

    columns: Mapping[str, str]
    over: Mapping[str, str]
    touched: str


def _counted(made: CaseType, month: date) -> _Counted:
    """Everything to be counted, how many cases had a part in the month, and what each number is taken over; what is taken over
    the same cases is counted once."""
    period = period_of(month, last_day(month), zone_of(made))
    wanted = {"part": f"n({part_in(made)})", **formulas(made, judged=True)}
    columns: dict[str, str] = {}
    over: dict[str, str] = {}
    known: dict[str, str] = {}
    for name, formula in wanted.items():
        sql = compiled(made, formula, period)
        if name.startswith("c_"):
            over[name] = f"c_{_OF.get(name[2:], name[2:])}"
            known.setdefault(sql, name)
        if name.startswith("d_"):
            over[f"m_{name[2:]}"] = known.setdefault(sql, name)
        if not name.startswith("d_") or known[sql] == name:
            columns[name] = sql
    return _Counted(columns, over, touched(made, period, wanted.values()))


def _with_above(made: CaseType, by: Iterable[str]) -> tuple[str, ...]:
    """The dimensions, with the larger places that the asked ones divide: what is held back is decided from above."""
    wanted = set(by)
    places = [name for name in PLACES if name in dimensions_of(made) or name in wanted]
    lowest = max((at for at, name in enumerate(places) if name in wanted), default=-1)
    return (*places[: lowest + 1], *(name for name in by if name not in PLACES))


def _query(made: CaseType, by: tuple[str, ...], what: _Counted) -> str:
    """One pass over the facts for the whole and all dimensions."""
    keys = "".join(f", {dimension(made, name)} AS key_{name}" for name in by)
    sets = ", ".join(["()", *(f"(key_{name})" for name in by)])
    which = "".join(f" WHEN grouping(key_{name}) = 0 THEN '{name}'" for name in by)
    picked = f"CASE{which} ELSE '' END" if by else "''"
    key = f"coalesce({', '.join(f'key_{name}' for name in by)}, '')" if by else "''"
    counted = ", ".join(f"{sql} AS {name}" for name, sql in what.columns.items())
    return (
        f"SELECT {picked} AS divided, {key} AS key, {counted} "
        f"FROM (SELECT *{keys} FROM facts WHERE {what.touched}) AS facts "
        f"GROUP BY GROUPING SETS ({sets}) HAVING part > 0 ORDER BY divided, key"
    )


def _place(row: Row) -> str:
    return f"{row['divided']}{_SEPARATE}{row['key']}"


def _told(
    made: CaseType, by: tuple[str, ...], rows: list[Row], counted: _Counted
) -> dict[str, dict[str, bool]]:
    """For `part` and every number that others are taken over: which rows may tell it. A row that is not told tells nothing."""
    above = _above(by, rows)
    told = {"part": _protected(rows, above, "part", made.publication.least)}
    weights = tuple(dict.fromkeys(counted.over.values()))
    kept = _gathered(rows, above, told["part"], weights)
    for weight in weights:
        told[weight] = _protected(kept, above, weight, made.publication.least, told["part"])
    return told


def _protected(
    rows: list[Row],
    above: Mapping[str, str],
    weight: str,
    least: int,
    before: Mapping[str, bool] | None = None,
) -> dict[str, bool]:
    """Which rows may be told for what they weigh; what was not told `before` stays so."""
    nodes = {
        (place := _place(row)): Node(row[weight], before is None or before.get(place, False)) for row in rows
    }
    divisions: dict[str, list[Node]] = {}
    for place, node in nodes.items():
        if place != _WHOLE:
            larger = (
                nodes[above[place]].parts
                if above[place]
                else divisions.setdefault(place.partition(_SEPARATE)[0], [])
            )
            larger.append(node)
    protect(divisions.values(), least, nodes[_WHOLE])
    return {place: node.told for place, node in nodes.items()}


def _gathered(
    rows: list[Row], above: dict[str, str], told: Mapping[str, bool], weights: Iterable[str]
) -> list[Row]:
    """The rows that are told or divided further; of the others, those that divide the same row as one, added to `above`."""
    divided, kept = {_WHOLE, *above.values()}, []
    rest: dict[str, Row] = {}
    for row in rows:
        place = _place(row)
        if told[place] or place in divided:
            kept.append(row)
            continue
        named = f"{row['divided']}{_SEPARATE}{_REST}{above[place]}"
        others = rest.setdefault(
            named, {"divided": row["divided"], "key": f"{_REST}{above[place]}", **dict.fromkeys(weights, 0)}
        )
        for weight in weights:
            others[weight] += row[weight]
        above[named] = above[place]
    return [*kept, *rest.values()]


def _above(by: tuple[str, ...], rows: list[Row]) -> dict[str, str]:
    """The row that each row of a dimension is a part of; empty for those that divide the whole."""
    places = [name for name in PLACES if name in by]
    found = {}
    for row in rows:
        name = row["divided"]
        at = places.index(name) if name in places else 0
        if name:
            larger = places[at - 1] if at else ""
            found[_place(row)] = f"{larger}{_SEPARATE}{row['key'][: AREAS[larger]]}" if larger else ""
    return found


def _figure(
    made: CaseType, row: Row, title: Text, counted: _Counted, told: Mapping[str, Mapping[str, bool]]
) -> Figure:
    """A row as a figure, with what it may tell."""
    place = _place(row)

    def may(name: str) -> bool:
        over = counted.over.get(name)
        return over is None or told[over][place]

    counts = {name[2:]: row[name] for name in counted.columns if name[:2] == "c_" and may(name)}
    measures = {
        one.id: row[f"m_{one.id}"] if may(f"m_{one.id}") and not (row["divided"] and stock(one)) else None
        for one in made.measures
    }
    return Figure(row["key"], title, counts, measures)


def told_backlog(made: CaseType, by: str) -> tuple[Backlog, ...]:
    """The open cases by a dimension, as far as they may be told."""
    found = backlog(made, by=by)
    nodes = [Node(one.open) for one in found]
    protect([nodes], made.publication.least, Node(sum(node.weight for node in nodes)))
    return tuple(one for one, node in zip(found, nodes, strict=True) if node.told)


def stock(measure: Measure) -> bool:
    """Whether a measure counts what stands open at the end of a month: with what came and went in other months it would tell
    of a month that is held back, so no division tells it."""
    return measure.shown == "count" and bool(re.search(r"\bopen\b", parts_of(measure.formula).counted))
