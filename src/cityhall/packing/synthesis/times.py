"""Dates and times."""

from __future__ import annotations

from datetime import date

from cityhall.packing.synthesis.making import Make, Spot, kind


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


@kind("date")
def any_date(make: Make, spot: Spot) -> str:
    """A day between `first` and `last`, as DATE."""
    first, last = _day(make.get("first", "2015-01-01")), _day(make.get("last", "2026-06-30"))
    return f"(DATE '{first}' + {spot.below((last - first).days + 1)}::INTEGER)"


@kind("days_after")
def days_after(make: Make, spot: Spot) -> str:
    """A day `least` to `most` days after the item named by `of`, as DATE."""
    low, high = make.get("least", 1), make.get("most", 365)
    return f'("{make["of"]}" + {spot.between(low, high)}::INTEGER)'


@kind("datetime")
def any_datetime(make: Make, spot: Spot) -> str:
    """A second between `first` and `last`, as TIMESTAMP."""
    first, last = _day(make.get("first", "2025-01-01")), _day(make.get("last", "2026-06-30"))
    seconds = spot.below(((last - first).days + 1) * 86400)
    return f"(TIMESTAMP '{first}' + to_seconds({seconds}))"


@kind("birth_of")
def birth_of(make: Make, _spot: Spot) -> str:
    """The birth date inside the identity number of the item named by `of`, as DATE."""
    number = f'"{make["of"]}"'
    return f"strptime(substr({number}, 7, 8), '%Y%m%d')::DATE"


@kind("tick")
def tick(make: Make, spot: Spot) -> str:
    """Times at even steps: `first`, then `step` (hour, day, month or year) further after every `every` rows.

    Hours are TIMESTAMP, days DATE, months text like 2026-05, years text.
    """
    first, step = _day(make["first"]), make["step"]
    moment = f"(TIMESTAMP '{first}' + to_{step}s(({spot.row} // {make.get('every', 1)})::INTEGER))"
    shapes = {"hour": moment, "day": f"{moment}::DATE", "month": f"strftime({moment}, '%Y-%m')"}
    return shapes.get(step, f"year({moment})::VARCHAR")
