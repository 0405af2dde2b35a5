"""The query language against a plain filter in Python, page by page, and against hostile names and values."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cityhall.kernel.errors import CityhallError
from cityhall.warehouse import errors
from cityhall.warehouse.queries import (
    Aggregate,
    AnyOf,
    Box,
    Condition,
    Limits,
    Query,
    Version,
    mask_profiles,
    mask_titles,
    run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

NAMES = ("text", "whole", "cents", "day", "flag", 'o"dd; --名')
SCHEMA = pa.schema(
    [
        ("text", pa.string()),
        ("whole", pa.int64()),
        ("cents", pa.decimal128(12, 2)),
        ("day", pa.date32()),
        ("flag", pa.bool_()),
        ('o"dd; --名', pa.float64()),
    ]
)
WORDS = ["", "a", "ab", "A", "b'c", 'q"', "中文", "中", "x\x00y", "%", "_", "；DROP", "ab "]
CELLS = {
    "text": st.sampled_from(WORDS),
    "whole": st.one_of(st.integers(-3, 3), st.sampled_from([2**63 - 1, -(2**63)])),
    "cents": st.decimals(-5, 5, places=2),
    "day": st.dates(date(2026, 2, 27), date(2026, 3, 2)),
    "flag": st.booleans(),
    'o"dd; --名': st.sampled_from([-1.5, 0.0, 0.1, 1e300, 2.0]),
}
ASKED = CELLS | {
    "whole": st.one_of(CELLS["whole"], st.decimals(-4, 4, places=1), st.sampled_from([2**64, -(2**70)])),
    "cents": st.one_of(CELLS["cents"], st.decimals(-6, 6, places=4), st.sampled_from([Decimal("1e30")])),
}
ROWS = [
    ("a", 1, Decimal("1.00"), date(2026, 2, 28), True, 0.1),
    ("ab", None, None, None, None, None),
]
HOLDS = {
    "eq": lambda cell, value: cell == value,
    "ne": lambda cell, value: cell != value,
    "lt": lambda cell, value: cell < value,
    "le": lambda cell, value: cell <= value,
    "gt": lambda cell, value: cell > value,
    "ge": lambda cell, value: cell >= value,
    "in": lambda cell, value: cell in value,
    "between": lambda cell, value: value[0] <= cell <= value[1],
    "contains": lambda cell, value: value in cell,
    "starts": lambda cell, value: cell.startswith(value),
}


def rows_strategy():
    cells = [st.one_of(st.none(), CELLS[name]) for name in NAMES]
    return st.lists(st.tuples(*cells), max_size=25)


@st.composite
def condition(draw):
    item = draw(st.sampled_from(NAMES))
    ops = ["eq", "ne", "in", "isnull", "notnull"]
    ops += [] if item == "flag" else ["lt", "le", "gt", "ge", "between"]
    ops += ["contains", "starts"] if item == "text" else []
    op, one = draw(st.sampled_from(ops)), ASKED[item]
    shape = {
        "in": st.lists(one, max_size=4),
        "between": st.tuples(one, one),
        "isnull": st.none(),
        "notnull": st.none(),
    }
    return Condition(item, op, draw(shape.get(op, one)))


def holds(row, part):
    if isinstance(part, AnyOf):
        return any(holds(row, one) for one in part.conditions)
    cell = row[NAMES.index(part.item)]
    if part.op in ("isnull", "notnull"):
        return (cell is None) == (part.op == "isnull")
    if cell is None:
        return False
    if isinstance(cell, float):  # a binary number is compared as one
        value = [float(one) for one in part.value] if part.op in ("in", "between") else float(part.value)
        return HOLDS[part.op](cell, value)
    return HOLDS[part.op](cell, part.value)


def compared(a, b, order):
    for item, direction in order:
        x, y = a[NAMES.index(item)], b[NAMES.index(item)]
        if x is None or y is None:
            if x is not y:
                return 1 if x is None else -1
        elif x != y:
            x, y = (x.encode(), y.encode()) if isinstance(x, str) else (x, y)
            return (-1 if x < y else 1) * (1 if direction == "asc" else -1)
    return 0


def pages(version: Version, query: Query):
    after = None
    for _ in range(100):
        page = run(version, Query(**{**{f: getattr(query, f) for f in query.__slots__}, "after": after}))
        yield from page.rows
        after = page.next_cursor
        if after is None:
            return
    pytest.fail("paging does not end")


WHERE = st.lists(
    st.one_of(condition(), st.lists(condition(), max_size=3).map(lambda c: AnyOf(tuple(c)))), max_size=3
)
ORDER = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["asc", "desc"])), max_size=3, unique_by=lambda o: o[0]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    parts=st.lists(rows_strategy(), min_size=1, max_size=3), where=WHERE, order=ORDER, limit=st.integers(1, 7)
)
def test_pages_are_the_filtered_sorted_rows(commit, parts, where, order, limit):
    for index, rows in enumerate(parts):
        version = commit(rows, mode="append" if index else "replace", schema=SCHEMA)
    everything = [row for rows in parts for row in rows]
    expected = [row for row in everything if all(holds(row, part) for part in where)]
    expected.sort(key=cmp_to_key(lambda a, b: compared(a, b, order)))
    found = list(pages(version, Query(where=tuple(where), order=tuple(order), limit=limit)))
    assert found == expected


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rows=rows_strategy(), where=WHERE, limit=st.integers(1, 3), direction=st.sampled_from(["asc", "desc"]))
def test_groups_are_those_of_the_filtered_rows(commit, rows, where, limit, direction):
    version = commit(rows, schema=SCHEMA)
    kept = [row for row in rows if all(holds(row, part) for part in where)]
    expected = {}
    for row in kept:
        expected.setdefault(row[4], []).append(row)
    query = Query(
        where=tuple(where),
        group_by=("flag",),
        aggregates=(
            Aggregate("count", "*", "n"),
            Aggregate("sum", "cents", "s"),
            Aggregate("distinct", "text", "d"),
            Aggregate("max", "day", "m"),
        ),
        order=(("n", direction),),
        limit=limit,
    )
    found = list(pages(version, query))
    assert {row[0]: row[1:] for row in found} == {
        flag: (
            len(group),
            sum((row[2] for row in group if row[2] is not None), Decimal())
            if any(row[2] is not None for row in group)
            else None,
            len({row[0] for row in group if row[0] is not None}),
            max((row[3] for row in group if row[3] is not None), default=None),
        )
        for flag, group in expected.items()
    }
    sizes = [row[1] for row in found]
    assert sizes == sorted(sizes, reverse=direction == "desc")


def test_a_page_mark_stays_on_its_version(commit):
    one = commit([(str(i), i, None, None, None, None) for i in range(5)], schema=SCHEMA)
    query = Query(select=("whole",), limit=3)
    first = run(one, query)
    two = commit([("x", 99, None, None, None, None)], schema=SCHEMA)
    again = Query(select=("whole",), limit=3, after=first.next_cursor)
    assert run(one, again).rows == ((3,), (4,))
    for of, wrong in (
        (two, again),
        (one, Query(limit=3, after="nonsense")),
        (one, Query(limit=3, after="é")),
        (one, Query(limit=3, order=(("whole", "asc"),), after=first.next_cursor)),
        (one, Query(limit=3, where=(Condition("whole", "gt", 1),), after=first.next_cursor)),
    ):
        with pytest.raises(errors.CursorUnusable):
            run(of, wrong)


def test_bounding_boxes(commit):
    schema = pa.schema([("lon", pa.decimal128(9, 6)), ("lat", pa.float64())])
    points = [(Decimal("179.5"), 1.0), (Decimal("-179.5"), 1.0), (Decimal("10"), 1.0), (None, None)]
    version = commit(points, schema=schema)
    assert len(run(version, Query(bbox=Box(170, 0, -170, 2))).rows) == 2
    assert len(run(version, Query(bbox=Box(0, 0, 20, 2))).rows) == 1
    for wrong in (Box(0, 2, 1, 0), Box(0, 0, 1, 1, lon="nope")):
        with pytest.raises(CityhallError):
            run(version, Query(bbox=wrong))


def test_moments_are_the_citys(commit):
    schema = pa.schema(
        [("utc", pa.timestamp("us", tz="UTC")), ("local", pa.timestamp("us")), ("at", pa.time64("us"))]
    )
    version = commit([(datetime(2026, 3, 5, 1, 40), datetime(2026, 3, 5, 9, 40), time(9, 40))], schema=schema)
    row = (datetime(2026, 3, 5, 9, 40), datetime(2026, 3, 5, 9, 40), time(9, 40))
    for item, value in (
        ("utc", "2026-03-05T09:40:00"),
        ("utc", "2026-03-05T01:40:00Z"),
        ("local", "2026-03-05T09:40:00+08:00"),
        ("local", "2026-03-05T09:40:00"),
        ("at", "09:40"),
    ):
        assert run(version, Query(where=(Condition(item, "eq", value),))).rows == (row,)
    assert list(pages(version, Query(order=(("utc", "desc"), ("at", "asc")), limit=1))) == [row]
    latest = Query(group_by=("utc",), aggregates=(Aggregate("max", "utc", "latest"),))
    assert run(version, latest).rows == (row[:1] * 2,)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (Query(select=("nope",)), errors.ItemUnknown),
        (Query(where=(Condition("nope", "eq", 1),)), errors.ItemUnknown),
        (Query(order=(("nope", "asc"),)), errors.ItemUnknown),
        (Query(order=(("text", "sideways"),)), errors.QueryUnusable),
        (Query(where=(Condition("text", "like", "x"),)), errors.OperatorUnknown),
        (Query(where=(Condition("whole", "contains", "1"),)), errors.OperatorUnknown),
        (Query(where=(Condition("flag", "gt", True),)), errors.OperatorUnknown),
        (Query(where=(Condition("whole", "eq", "abc"),)), errors.ValueMismatch),
        (Query(where=(Condition("whole", "eq", "١"),)), errors.ValueMismatch),
        (Query(where=(Condition("whole", "eq", True),)), errors.ValueMismatch),
        (Query(where=(Condition("whole", "eq", None),)), errors.ValueMismatch),
        (Query(where=(Condition("cents", "eq", "NaN"),)), errors.ValueMismatch),
        (Query(where=(Condition("cents", "eq", "1e999999"),)), errors.ValueMismatch),
        (Query(where=(Condition("cents", "eq", float("inf")),)), errors.ValueMismatch),
        (Query(where=(Condition("day", "eq", "2026-02-30"),)), errors.ValueMismatch),
        (Query(where=(Condition("day", "eq", datetime(2026, 1, 1)),)), errors.ValueMismatch),
        (Query(where=(Condition("text", "eq", 5),)), errors.ValueMismatch),
        (Query(where=(Condition("text", "eq", "\ud800"),)), errors.ValueMismatch),
        (Query(where=(Condition("text", "eq", "x" * 20_000),)), errors.ValueMismatch),
        (Query(where=(Condition("flag", "eq", "maybe"),)), errors.ValueMismatch),
        (Query(where=(Condition("text", "in", "abc"),)), errors.ValueMismatch),
        (Query(where=(Condition("whole", "between", [1]),)), errors.ValueMismatch),
        (Query(where=(Condition("whole", "isnull", 5),)), errors.ValueMismatch),
        (Query(where=(Condition("whole", "in", list(range(1001))),)), errors.QueryTooBig),
        (Query(where=(Condition("whole", "eq", 1),) * 101), errors.QueryTooBig),
        (Query(where=(AnyOf((Condition("whole", "eq", 1),) * 101),)), errors.QueryTooBig),
        (Query(limit=1001), errors.QueryTooBig),
        (Query(limit=0), errors.QueryTooBig),
        (Query(order=(("text", "asc"),) * 11), errors.QueryTooBig),
        (Query(aggregates=(Aggregate("sum", "text", "s"),)), errors.OperatorUnknown),
        (Query(aggregates=(Aggregate("median", "whole", "s"),)), errors.OperatorUnknown),
        (Query(aggregates=(Aggregate("sum", "whole", ""),)), errors.QueryUnusable),
        (Query(select=("text",), group_by=("flag",)), errors.QueryUnusable),
        (Query(group_by=("flag",), aggregates=(Aggregate("count", "*", "flag"),)), errors.QueryUnusable),
    ],
)
def test_what_cannot_be_asked_is_told_with_a_code(commit, query, error):
    with pytest.raises(error):
        run(commit(ROWS, schema=SCHEMA), query)


def test_masks_show_less_and_cannot_be_asked_around(commit):
    version = commit([("330302199001011234", 1, None, date(1990, 1, 1), True, 1.0)], schema=SCHEMA)
    masks = {"text": "identity_number", "day": "year_only", "whole": None, "flag": "none"}
    shown = run(version, Query(select=("text", "day", "whole")), masks=masks).rows
    assert shown == (("330***********1234", "1990", 1),)
    for query in (
        Query(where=(Condition("text", "starts", "33"),)),
        Query(where=(AnyOf((Condition("text", "eq", "3"),)),)),
        Query(order=(("day", "asc"),)),
        Query(group_by=("day",)),
        Query(aggregates=(Aggregate("max", "text", "m"),)),
        Query(bbox=Box(0, 0, 1, 1, lon="whole", lat="day")),
    ):
        with pytest.raises(errors.ItemMasked):
            run(version, query, masks=masks)
    with pytest.raises(errors.MaskUnusable):
        run(version, Query(), masks={"text": "identity_numbr"})


def test_a_query_is_stopped_at_its_time(commit):
    rows = [("x" * 50 + str(i), i, None, None, None, None) for i in range(3000)]
    version = commit(rows, schema=SCHEMA)
    with pytest.raises(errors.QueryTooLong):
        run(version, Query(where=(Condition("text", "contains", "1"),)), limits=Limits(seconds=1e-6))


def test_files_that_vanish_are_told(commit):
    from cityhall.warehouse.queries import files_of

    version = commit(ROWS, schema=SCHEMA)
    files_of(version)[0].unlink()
    with pytest.raises(errors.FileMissing):
        run(version, Query())


def test_timedelta_between_days_stays_exact(commit):
    days = [date(1, 1, 1), date(9999, 12, 31), date(2026, 2, 28) + timedelta(days=1)]
    version = commit([(None, None, None, day, None, None) for day in days], schema=SCHEMA)
    assert [
        row[0] for row in pages(version, Query(select=("day",), order=(("day", "desc"),), limit=1))
    ] == sorted(days, reverse=True)


def test_every_mask_profile_says_in_both_languages_what_it_does():
    titles = mask_titles()
    assert set(titles) == set(mask_profiles())
    assert all(title.zh and title.en and title.zh != title.en for title in titles.values())
