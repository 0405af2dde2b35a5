"""How numbers, dates, sizes and cells are written for people, in the request's language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cityhall.kernel import clock
from cityhall.web.words import language, say

LONGEST_CELL = 200
_HASH = re.compile(r"[0-9a-f]{40,}")


def number(value: float | None, digits: int = 0) -> str:
    """1,234,567 or 0.5; a dash for nothing."""
    return "—" if value is None else f"{value:,.{digits}f}"


def figure(value: float) -> tuple[str, str]:
    """A big number as (digits, unit): 万 and 亿 in Chinese, k and M in English."""
    steps = ((1e8, "亿"), (1e4, "万")) if language() != "en" else ((1e9, "bn"), (1e6, "M"))
    for size, unit in steps:
        if value >= size:
            return f"{value / size:,.2f}".rstrip("0").rstrip("."), unit
    return f"{value:,.0f}", ""


def percent(share: float | None) -> str:
    """A share of 1 as 98.6 %; never rounded up to 100 %."""
    if share is None:
        return "—"
    shown = min(round(share * 100, 1), 99.9) if share < 1 else 100.0
    return f"{shown:g}%"


def measured(value: float | None, shown: str) -> str:
    """A measure as its declaration says it is shown (percent, count, hours, days, number): 93.72%, 12.5 h, 1,234. A share is
    100% only when it is all, and 0% only when it is nothing."""
    if value is None:
        return "—"
    match shown:
        case "percent":
            least, most = (0.0 if value == 0 else 0.01), (100.0 if value >= 1 else 99.99)
            return f"{min(max(round(value * 100, 2), least), most):.2f}%"
        case "count":
            return number(value)
        case "hours" | "days":
            return say(f"figures.{shown}", n=number(value, 1))
        case _:
            return number(value, 2)


def size(count: int | None) -> str:
    """Bytes as 12 kB, 3.4 MB."""
    if count is None:
        return "—"
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit in ("B", "kB") else f"{amount:.1f} {unit}"
        amount /= 1000
    return ""


def day(value: date | datetime | None) -> str:
    """2026年3月5日 or 5 March 2026, in the city's zone."""
    if value is None:
        return "—"
    local = value.astimezone(clock.CITY_ZONE) if isinstance(value, datetime) else value
    if language() == "en":
        return f"{local.day} {local:%B %Y}"
    return f"{local.year}年{local.month}月{local.day}日"


def month(value: date) -> str:
    """2026年3月 or March 2026."""
    return f"{value:%B %Y}" if language() == "en" else f"{value.year}年{value.month}月"


def moment(value: datetime | None) -> str:
    """The day and the time, to the minute."""
    return "—" if value is None else f"{day(value)} {value.astimezone(clock.CITY_ZONE):%H:%M}"


def ago(value: datetime | None) -> str:
    """How long ago in words: just now, 5 minutes, yesterday, 12 days; the page shows the exact moment on
    hover.
    """
    if value is None:
        return say("time.never")
    passed = clock.now() - value
    if passed < timedelta(minutes=1):
        return say("time.now")
    if passed < timedelta(hours=1):
        return say("time.minutes", n=passed // timedelta(minutes=1))
    days = (clock.today() - value.astimezone(clock.CITY_ZONE).date()).days
    if days <= 0:
        return say("time.hours", n=passed // timedelta(hours=1))
    if days == 1:
        return say("time.yesterday")
    return say("time.days", n=days) if days < 60 else day(value)


def duration(seconds: float | None) -> str:
    """Seconds as 0.4 s, 12 s, 3 min."""
    if seconds is None:
        return "—"
    if seconds < 10:
        return say("time.seconds", n=f"{seconds:.1f}")
    return (
        say("time.seconds", n=f"{seconds:.0f}")
        if seconds < 120
        else say("time.mins", n=f"{seconds / 60:.0f}")
    )


def cell(value: Any) -> str:
    """A cell of a preview: dates and numbers as stored, long texts cut with an ellipsis."""
    if isinstance(value, bool):
        return say("value.true") if value else say("value.false")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    text = _even(value) if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def _even(value: float) -> str:
    """A number without the tail that binary fractions leave: 12.06 for 12.060000000000002; every other one as it is."""
    exact, short = str(value), f"{value:.15g}"
    return short if len(exact) - len(short) > 3 else exact


def facts(told: Mapping[str, Any]) -> str:
    """What an entry of the ledger tells besides its verb: names with their values; of a hash as much as people compare."""
    return " · ".join(
        f"{name} {_fact(value)}" for name, value in told.items() if value not in ("", None, [], {})
    )


def _fact(value: Any) -> str:
    if isinstance(value, str) and _HASH.fullmatch(value):
        return f"{value[:12]}…"
    return cell(value if isinstance(value, str | bool) else json.dumps(value, ensure_ascii=False))


def host(address: str) -> str:
    """The name of the site an address belongs to, for people to see where a link leads."""
    return urlsplit(address).hostname or address
