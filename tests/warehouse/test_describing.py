"""Facts of items: counted in SQL, checked against plain counting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.warehouse.describing import describe, round_width
from cityhall.warehouse.queries import Version, placed

SCHEMA = pa.schema(
    [
        ("_line", pa.int64()),
        ("kind", pa.string()),
        ("amount", pa.float64()),
        ("day", pa.date32()),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
    ]
)
ROWS = [
    (number, ("oak", "elm", "ash")[number % 3] if number % 10 else None, number * 1.5, date(2023, 1 + number % 12, 1),
     120.0 + number / 100 if number % 4 else None, 28.0)
    for number in range(1, 121)
]  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def trees(commit: Callable[..., Version]) -> Version:
    return commit(ROWS, schema=SCHEMA)


def test_facts_agree_with_plain_counting(trees: Version) -> None:
    kind, amount, day = describe(trees, ("kind", "amount", "day"))
    values = Counter(row[1] for row in ROWS if row[1])
    assert (kind.filled, kind.distinct) == (values.total(), len(values))
    assert dict(kind.top) == dict(values)
    assert (amount.least, amount.greatest) == ("1.5", "180")
    assert sum(one.rows for one in amount.bins) == len(ROWS)
    assert day.step == "month"
    assert {str(one.low): one.rows for one in day.bins} == Counter(row[3].isoformat() for row in ROWS)


def test_a_bin_holds_what_lies_between_its_bounds(trees: Version) -> None:
    (amount,) = describe(trees, ("amount",))
    for one in amount.bins[1:-1]:
        assert one.rows == sum(float(one.low) <= row[2] < float(one.high) for row in ROWS)


def test_only_the_items_asked_for_are_looked_at(trees: Version) -> None:
    assert [one.name for one in describe(trees, ("day", "no such item"))] == ["day"]
    assert describe(trees, ()) == ()


def test_nothing_is_told_of_values_that_never_come_again(commit: Callable[..., Version]) -> None:
    version = commit([(number, f"T{number}", "x", number) for number in range(1, 101)])
    code, name = describe(version, ("code", "name"))
    assert code.top == ()
    assert name.top == (("x", 100),)


@given(st.floats(1e-6, 1e9), st.booleans())
def test_widths_are_round_and_wide_enough(wanted: float, whole: bool) -> None:
    width = round_width(wanted, whole=whole)
    assert width >= wanted * 0.999
    assert f"{width:.0e}"[0] in "125"
    assert not whole or width >= 1


def test_places_leave_out_rows_without_one_and_sample_many(trees: Version) -> None:
    every = placed(trees, ("lon", "lat"), ("kind",))
    assert every.total == len(every.rows) == 90
    some = placed(trees, ("lon", "lat"), ("kind",), limit=30)
    assert some.total == 90
    assert 0 < len(some.rows) <= 30
    assert set(some.rows) <= set(every.rows)
    assert some.rows == placed(trees, ("lon", "lat"), ("kind",), limit=30).rows
    assert placed(trees, ("lon", "no such item"), ()).rows == ()
