"""Days that no calendar has although they are written like dates: 30 February, 31 April."""

from __future__ import annotations

from cityhall.cleaning import duck

_YEAR_FIRST = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号號]?(?:[ T].*)?"
_YEAR_LAST = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?"


def after_month_end(cell: str) -> str:
    """SQL: whether a cell is a date but for its day, the 29th to 31st of a month that has fewer. Where the year comes
    last, neither order of day and month may make it a date.
    """
    year, month, day = (_part(cell, _YEAR_FIRST, number) for number in (1, 2, 3))
    one, other, last = (_part(cell, _YEAR_LAST, number) for number in (1, 2, 3))
    no_order = f"{_date(last, other, one)} IS NULL AND {_date(last, one, other)} IS NULL"
    return (
        f"CASE WHEN {_written(cell, _YEAR_FIRST)}"
        f" THEN {_date(year, month, day)} IS NULL AND {_end(year, month, day)} IS NOT NULL"
        f" WHEN {_written(cell, _YEAR_LAST)}"
        f" THEN {no_order} AND coalesce({_end(last, other, one)}, {_end(last, one, other)}) IS NOT NULL"
        " ELSE false END"
    )


def nearest(cell: str) -> str:
    """SQL of the day that is likely meant where there is no such day, as 2023-02-28 with the time that follows: day
    and month exchanged, else the last of the month where the day comes after it; null for everything else.
    """
    year, month, day = (_part(cell, _YEAR_FIRST, number) for number in (1, 2, 3))
    one, other, last = (_part(cell, _YEAR_LAST, number) for number in (1, 2, 3))
    meant = (
        f"CASE WHEN {_written(cell, _YEAR_FIRST)} AND {_date(year, month, day)} IS NULL"
        f" THEN coalesce({_date(year, day, month)}, {_end(year, month, day)})"
        f" WHEN {_written(cell, _YEAR_LAST)}"
        f" THEN coalesce({_date(last, other, one)}, {_date(last, one, other)},"
        f" {_end(last, other, one)}, {_end(last, one, other)})"
        " END"
    )
    return f"strftime({meant}, '%Y-%m-%d') || regexp_extract({cell}, '[ T][0-9].*$')"


def _written(cell: str, form: str) -> str:
    return f"regexp_full_match({cell}, {duck.text(form)})"


def _part(cell: str, form: str, number: int) -> str:
    return f"regexp_extract({cell}, {duck.text(f'^{form}$')}, {number})"


def _date(year: str, month: str, day: str) -> str:
    return f"TRY_CAST({year} || '-' || {month} || '-' || {day} AS DATE)"


def _end(year: str, month: str, day: str) -> str:
    """The last of the month, where `day` is one that only longer months have."""
    first = _date(year, month, "'1'")
    return f"CASE WHEN {day} IN ('29', '30', '31') THEN last_day({first}) END"
