"""Queries from URLs and JSON: what is understood, and that nothing else gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.kernel.errors import CityhallError
from cityhall.warehouse import errors
from cityhall.warehouse.queries import (
    Aggregate,
    AnyOf,
    Box,
    Condition,
    Query,
    query_from_json,
    query_from_params,
)


def test_a_url_with_everything():
    query = query_from_params(
        [
            ("fee__gte", "5"),
            ("name", "a"),
            ("name", "b"),
            ("code__in", "1,2"),
            ("day__between", "2026-01-01,2026-02-01"),
            ("note__isnull", "0"),
            ("limit__eq", "7"),
            ("odd__name", "x"),
            ("select", "name,fee"),
            ("sort", "-fee,name"),
            ("limit", "20"),
            ("bbox", "1,2,3.5,4"),
            ("lon", "x"),
        ]
    )
    assert query == Query(
        select=("name", "fee"),
        where=(
            Condition("fee", "ge", "5"),
            Condition("name", "in", ["a", "b"]),
            Condition("code", "in", ["1", "2"]),
            Condition("day", "between", ["2026-01-01", "2026-02-01"]),
            Condition("note", "notnull", None),
            Condition("limit", "eq", "7"),
            Condition("odd__name", "eq", "x"),
        ),
        order=(("fee", "desc"), ("name", "asc")),
        limit=20,
        bbox=Box(1.0, 2.0, 3.5, 4.0, "x", "lat"),
    )


def test_groups_of_a_url():
    query = query_from_params(
        [("group_by", "a,b"), ("agg", "sum:fee"), ("agg", "count"), ("agg", "max:day:latest")]
    )
    assert query.group_by == ("a", "b")
    assert query.aggregates == (
        Aggregate("sum", "fee", "sum_fee"),
        Aggregate("count", "*", "count"),
        Aggregate("max", "day", "latest"),
    )


def test_json_with_everything():
    body = {
        "select": ["a"],
        "where": [{"item": "a", "op": "eq", "value": 1}, {"any": [{"item": "b", "op": "isnull"}]}],
        "order": ["-a"],
        "limit": 5,
        "bbox": {"west": 1, "south": 2, "east": 3, "north": 4},
    }
    assert query_from_json(body) == Query(
        select=("a",),
        where=(Condition("a", "eq", 1), AnyOf((Condition("b", "isnull", None),))),
        order=(("a", "desc"),),
        limit=5,
        bbox=Box(1, 2, 3, 4),
    )


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"sql": "drop table"},
        {"where": {}},
        {"where": [1]},
        {"where": [{"item": "a"}]},
        {"where": [{"item": 1, "op": "eq"}]},
        {"where": [{"any": [{"any": []}]}]},
        {"where": [{"item": "a", "op": ["eq"]}]},
        {"limit": True},
        {"limit": "ten"},
        {"after": 5},
        {"select": "a"},
        {"select": [1]},
        {"bbox": [1, 2, 3, 4]},
        {"bbox": {"west": "a", "south": 2, "east": 3, "north": 4}},
        {"aggregates": [{"fn": "exec", "item": "a"}]},
        {"aggregates": [{"fn": 5, "item": "a"}]},
    ],
)
def test_other_json_is_refused(body):
    with pytest.raises((errors.QueryUnusable, errors.OperatorUnknown)):
        query_from_json(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["item", "op", "any", "where", "bbox"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(Query.__slots__)), ANYTHING))
def test_any_json_is_a_query_or_a_coded_error(body):
    try:
        assert isinstance(query_from_json(body), Query)
    except CityhallError as error:
        assert error.code


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["limit", "bbox", "agg", "sort", "a__in", "a__isnull", "__eq", ""]),
            st.text(max_size=8),
        )
    )
)
def test_any_parameters_are_a_query_or_a_coded_error(pairs):
    try:
        assert isinstance(query_from_params(pairs), Query)
    except CityhallError as error:
        assert error.code
