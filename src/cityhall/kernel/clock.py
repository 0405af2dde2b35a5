"""The one clock. Rules ask it for the time, so that any of them can be replayed for any day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Shanghai")

_fixed: ContextVar[datetime | None] = ContextVar("cityhall_fixed_time", default=None)


def now() -> datetime:
    """The present moment as an aware datetime in UTC (or the moment set by `at`)."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The present date in the city's zone."""
    return now().astimezone(CITY_ZONE).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block, `now()` answers `moment`; used by tests and by replays."""
    if moment.tzinfo is None:
        raise TypeError("clock.at needs an aware datetime")
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
