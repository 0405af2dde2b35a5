"""What is published tells of no few cases, however numbers are taken from each other."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cityhall.cases.measuring.protecting import Node, protect
from cityhall.cases.measuring.publishing import _above, _gathered, _protected

LEAST = 5
weights = st.integers(0, 12)


def _divided(parts: list[Node]) -> Node:
    return Node(sum(part.weight for part in parts), parts=parts)


trees = st.recursive(
    st.builds(Node, weights),
    lambda below: st.builds(_divided, st.lists(below, min_size=1, max_size=4)),
    max_leaves=9,
)


def _leaves(node: Node) -> set[int]:
    return {id(one) for one in node.all() if not one.parts}


def _in_span(rows: list[list[int]], wanted: list[int]) -> bool:
    """Whether a sum of multiples of rows gives the wanted row."""
    basis: list[tuple[int, list[Fraction]]] = []
    for row in [*rows, wanted]:
        left = [Fraction(one) for one in row]
        for pivot, other in basis:
            if left[pivot]:
                factor = left[pivot] / other[pivot]
                left = [a - factor * b for a, b in zip(left, other, strict=True)]
        pivot = next((at for at, one in enumerate(left) if one), -1)
        if row is wanted:
            return pivot < 0
        if pivot >= 0:
            basis.append((pivot, left))
    raise AssertionError


@given(trees)
def test_no_row_of_few_cases_follows_from_those_told(city: Node) -> None:
    protect([city.parts], LEAST, city)
    order = sorted(_leaves(city))
    told = [one for one in city.all() if one.told]
    rows = [[int(leaf in _leaves(one)) for leaf in order] for one in told]
    assert all(not 0 < one.weight < LEAST for one in told)
    for one in city.all():
        if 0 < one.weight < LEAST:
            # A row without cases tells nothing: whoever knows the empty cells knows them.
            empty = [
                [int(leaf == id(cell)) for leaf in order]
                for cell in city.all()
                if not cell.parts and not cell.weight
            ]
            assert not _in_span([*rows, *empty], [int(leaf in _leaves(one)) for leaf in order])


@given(trees)
def test_nothing_is_held_back_where_nothing_is_small(city: Node) -> None:
    small = any(0 < one.weight < LEAST for one in city.all())
    protect([city.parts], LEAST, city)
    assert small or all(one.told for one in city.all())


def test_the_smallest_other_row_goes_with_a_small_one() -> None:
    parts = [Node(3), Node(90), Node(7)]
    whole = Node(100, parts=parts)
    protect([parts], LEAST, whole)
    assert [one.told for one in parts] == [False, True, False]


def test_a_row_held_back_does_not_follow_from_the_rows_below_it() -> None:
    near, far = Node(20, parts=[Node(6), Node(14)]), Node(3, parts=[Node(3)])
    whole = Node(23, parts=[near, far])
    protect([whole.parts], LEAST, whole)
    assert [one.told for one in (near, *near.parts, far, *far.parts)] == [False, False, True, False, False]
    assert whole.told


def test_each_division_is_protected_by_itself() -> None:
    places, units = [Node(4), Node(16)], [Node(10), Node(10)]
    whole = Node(20)
    protect([places, units], LEAST, whole)
    assert [one.told for one in (*places, *units)] == [False, False, True, True]


PLACES = ("district", "street", "area")
cells = st.dictionaries(
    st.builds("33030{}00{}00100{}".format, st.integers(1, 2), st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 9), st.integers(0, 9)).map(lambda pair: (max(pair), min(pair))),
    min_size=1,
)


def _table(city: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """Rows as a query answers them: of every place how many cases had a part, and how many were opened."""
    rows = []
    for name, length in (("", 0), ("district", 6), ("street", 9), ("area", 20)):
        for key in sorted({cell[:length] for cell in city}):
            own = [pair for cell, pair in city.items() if cell.startswith(key)]
            part, opened = (sum(column) for column in zip(*own, strict=True))
            rows.append({"divided": name, "key": key, "part": part, "c_opened": opened})
    return rows


@given(cells)
def test_rows_taken_together_change_no_answer(city: dict[str, tuple[int, int]]) -> None:
    rows, above = _table(city), _above(PLACES, _table(city))
    part = _protected(rows, above, "part", LEAST)
    alone = _protected(rows, above, "c_opened", LEAST, part)
    kept = _gathered(rows, above, part, ["c_opened"])
    together = _protected(kept, above, "c_opened", LEAST, part)
    assert {place: alone[place] for place in part if part[place]} == {
        place: together[place] for place in part if part[place]
    }
    assert sum(row["c_opened"] for row in kept if row["divided"] == "area") == sum(
        two for _, two in city.values()
    )
