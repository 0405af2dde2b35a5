"""Working time: known days, and the shape of the counts for any day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.cases.declaring.strict import read_strictly
from cityhall.cases.working.installing import CALENDARS
from cityhall.kernel.calendars import (
    NATURAL_DAY,
    TICKS,
    UNITS,
    URGENT_HOUR,
    WORKING_DAY,
    WORKING_HOUR,
    Calendar,
    OutsideCalendar,
    calendar_from,
)

CHINA = calendar_from(read_strictly((CALENDARS / "china.yaml").read_text("utf-8"), "china").content)
ZONE = ZoneInfo("Asia/Shanghai")
NEW_YORK = Calendar(
    name="ny", version=1, zone="America/New_York", weekend=frozenset({5, 6}), holidays=frozenset({date(2026, 7, 3)}),
    workdays=frozenset(), hours=CHINA.hours, decreed=date(2026, 12, 31),
)  # fmt: skip

moments = st.integers(1_072_915_200, 1_790_000_000)
units = st.sampled_from(range(4))
ticks = st.integers(0, 400)


def second(text: str, zone: ZoneInfo = ZONE) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def local(moment: int, zone: ZoneInfo = ZONE) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-03-02 09:00:00", 4, URGENT_HOUR, "2026-03-02 13:00:00"),
        ("2026-03-02 09:00:00", 4, WORKING_HOUR, "2026-03-02 15:00:00"),
        ("2026-03-02 17:00:00", 1, WORKING_HOUR, "2026-03-03 09:00:00"),
        ("2026-03-06 17:00:00", 1, WORKING_HOUR, "2026-03-09 09:00:00"),
        ("2026-03-02 09:00:00", 1, WORKING_DAY, "2026-03-03 23:59:59"),
        ("2026-02-13 16:20:00", 1, WORKING_DAY, "2026-02-14 23:59:59"),  # a Saturday that is worked
        ("2026-09-30 09:00:00", 1, WORKING_DAY, "2026-10-08 23:59:59"),  # over the national holiday
        ("2026-09-30 09:00:00", 3, WORKING_DAY, "2026-10-10 23:59:59"),
        ("2024-10-11 09:00:00", 1, WORKING_DAY, "2024-10-12 23:59:59"),
        ("2026-03-07 09:00:00", 1, WORKING_DAY, "2026-03-09 23:59:59"),  # begun on a Saturday
        ("2026-03-02 09:00:00", 30, NATURAL_DAY, "2026-04-01 23:59:59"),
    ],
)
def test_known_days(start: str, amount: int, unit: int, due: str) -> None:
    assert local(CHINA.due(second(start), amount * TICKS[unit], unit)) == due


def test_a_day_with_a_change_of_the_clock() -> None:
    """On 8 March 2026 New York loses an hour, on 1 November it wins one: office hours stay office hours."""
    zone = ZoneInfo("America/New_York")
    assert (
        local(NEW_YORK.due(second("2026-03-06 17:00:00", zone), 3600, WORKING_HOUR), zone)
        == "2026-03-09 09:00:00"
    )
    assert (
        local(NEW_YORK.due(second("2026-03-07 12:00:00", zone), 1, NATURAL_DAY), zone)
        == "2026-03-08 23:59:59"
    )
    assert (
        local(NEW_YORK.due(second("2026-03-07 12:00:00", zone), 24 * 3600, URGENT_HOUR), zone)
        == "2026-03-08 13:00:00"
    )
    assert (
        local(NEW_YORK.due(second("2026-10-31 12:00:00", zone), 1, NATURAL_DAY), zone)
        == "2026-11-01 23:59:59"
    )


def test_beyond_the_last_decree_is_provisional() -> None:
    assert not CHINA.provisional(second("2026-12-31 23:59:59"))
    assert CHINA.provisional(second("2027-01-01 00:00:00"))


def test_no_calendar_reaches_everywhere() -> None:
    for moment in (0, 4_000_000_000):
        with pytest.raises(OutsideCalendar):
            CHINA.due(moment, 1, WORKING_DAY)


@given(moments, moments, units)
def test_the_count_never_falls(one: int, other: int, unit: int) -> None:
    first, last = sorted((one, other))
    assert CHINA.spent(first, last, unit) >= 0


@given(moments, moments, moments, units)
def test_time_adds_up(one: int, two: int, three: int, unit: int) -> None:
    first, middle, last = sorted((one, two, three))
    assert CHINA.spent(first, middle, unit) + CHINA.spent(middle, last, unit) == CHINA.spent(
        first, last, unit
    )


@given(moments, ticks, units)
def test_due_is_the_inverse(start: int, amount: int, unit: int) -> None:
    """Exactly the limit has passed at the due date, and more just after it once there is work again."""
    limit = amount * TICKS[unit]
    due = CHINA.due(start, limit, unit)
    assert due >= start
    assert CHINA.spent(start, due, unit) == limit
    if unit in (WORKING_DAY, NATURAL_DAY) or limit:
        assert CHINA.spent(start, due - 1, unit) <= limit


@given(moments, ticks, ticks, units)
def test_more_time_is_never_sooner(start: int, one: int, other: int, unit: int) -> None:
    less, more = sorted((one, other))
    assert CHINA.due(start, less, unit) <= CHINA.due(start, more, unit)


@given(st.lists(st.tuples(moments, ticks), min_size=1, max_size=20), units)
def test_many_at_once_are_as_one_by_one(pairs: list[tuple[int, int]], unit: int) -> None:
    starts, amounts = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    at_once = CHINA.add(starts, amounts, unit).tolist()
    assert at_once == [CHINA.due(start, amount, unit) for start, amount in pairs]


def test_the_units_are_four() -> None:
    assert UNITS == ("urgent_hour", "working_hour", "working_day", "natural_day")
