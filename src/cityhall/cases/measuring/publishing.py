"""Figures that leave the house: month by month and divided as the declaration says, without what stands for too few cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.measuring.asking import Row, ask, dimension
from cityhall.cases.measuring.counting import Figure, compiled, figure, formulas, period_of
from cityhall.cases.measuring.naming import dimensions_of, titles
from cityhall.cases.measuring.periods import last_day, months_until
from cityhall.cases.storing.types import calendar_of, calendar_row
from cityhall.kernel import clock

MONTHS = 36


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """The figures of one month for one value of one dimension; of everything, when `by` is empty."""

    month: date
    by: str
    figure: Figure


def published_figures(made: CaseType, *, months: int = MONTHS) -> Iterator[PublishedFigure]:
    """The months that are over, oldest first: the whole, then each published dimension. A row that fewer cases than the declared
    least had a part in is left out, and so is a measure taken over fewer."""
    zone = calendar_of(calendar_row(made.calendar)).zone
    first = ask(made, "SELECT min(opened) AS opened FROM facts")[0]["opened"]
    running = clock.today().replace(day=1)
    by = tuple(name for name in dimensions_of(made) if name in made.publication.by)
    for month in months_until(running, months + 1)[:-1]:
        period = period_of(month, last_day(month), zone)
        if first is None or first >= period.end:
            continue
        rows = ask(
            made,
            _query(made, by, {name: compiled(made, one, period) for name, one in _columns(made).items()}),
        )
        yield from _told(made, month, by, rows)


def _columns(made: CaseType) -> dict[str, str]:
    """Everything to be counted, and how many cases had a part in the month."""
    part = "opened or closed or open" + (" or due" if made.main_clock >= 0 else "")
    return {"part": f"n({part})", **formulas(made, judged=True)}


def _query(made: CaseType, by: tuple[str, ...], columns: Mapping[str, str]) -> str:
    """One pass over the facts for the whole and all dimensions."""
    keys = "".join(f", {dimension(made, name)} AS key_{name}" for name in by)
    sets = ", ".join(["()", *(f"(key_{name})" for name in by)])
    which = "".join(f" WHEN grouping(key_{name}) = 0 THEN '{name}'" for name in by)
    picked = f"CASE{which} ELSE '' END" if by else "''"
    key = f"coalesce({', '.join(f'key_{name}' for name in by)}, '')" if by else "''"
    counted = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return (
        f"SELECT {picked} AS divided, {key} AS key, {counted} FROM (SELECT *{keys} FROM facts) AS facts "
        f"GROUP BY GROUPING SETS ({sets}) ORDER BY divided, key"
    )


def _told(made: CaseType, month: date, by: tuple[str, ...], rows: list[Row]) -> Iterator[PublishedFigure]:
    for name in ("", *by):
        mine = [row for row in rows if row["divided"] == name and row["part"] >= made.publication.least]
        words = titles(made, name, [row["key"] for row in mine])
        for row in mine:
            title = words[row["key"]] if name else made.title
            yield PublishedFigure(month, name, figure(row, title, made.publication.least))
