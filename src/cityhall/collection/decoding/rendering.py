"""Spreadsheet values as the text that a person sees: whole numbers without ".0", dates in ISO form, 15
digits as Excel shows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal


def render(value: object) -> str:
    """The text of one cell value as a spreadsheet reader returns it; None is the empty text."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="auto" if value.microsecond else "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _duration(value)
        case _:
            return str(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text and abs(value) < 1e21 else text


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
