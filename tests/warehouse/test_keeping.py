"""Small versions that are asked again are kept in memory, and answer there as they do on the disk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cityhall.warehouse.queries import Aggregate, Condition, Query, Version, run
from cityhall.warehouse.query import keeping
from cityhall.warehouse.query.engine import connection

pytestmark = pytest.mark.django_db
ROWS = [(n, f"C{n % 3}", None if n % 5 else "中", n) for n in range(60)]
MASKS = {"name": "name"}
QUERIES = (
    (Query(limit=7), MASKS),
    (Query(where=(Condition("code", "eq", "C1"),), limit=7), MASKS),
    (Query(order=(("name", "desc"), ("n", "asc")), limit=7), {}),
    (Query(select=("n",), order=(("name", "asc"),), limit=50), {}),
    (Query(group_by=("code",), aggregates=(Aggregate("sum", "n", "total"),), limit=2), {}),
)


def _pages(version: Version, query: Query, masks: dict[str, str]) -> list[Any]:
    found, after = [], None
    while True:
        page = run(version, replace(query, after=after), masks=masks)
        found.append(page.rows)
        after = page.next_cursor
        if after is None:
            return found


@pytest.mark.parametrize(("query", "masks"), QUERIES)
def test_memory_answers_what_the_file_does(commit, monkeypatch, query, masks):  # type: ignore[no-untyped-def]
    version = commit(ROWS)
    monkeypatch.setattr(keeping, "ROOM", 0)
    from_file = _pages(version, query, masks)
    monkeypatch.setattr(keeping, "ROOM", 2**26)
    assert [keeping.kept_table(version) for _ in range(2)][1]
    assert _pages(version, query, masks) == from_file


def test_a_version_asked_once_takes_no_room(commit):  # type: ignore[no-untyped-def]
    version = commit(ROWS)
    assert keeping.kept_table(version) is None
    assert keeping.kept_table(version)


def test_what_was_asked_longest_ago_makes_room(commit, monkeypatch):  # type: ignore[no-untyped-def]
    version = commit(ROWS)
    assert [keeping.kept_table(version) for _ in range(2)][1]
    monkeypatch.setattr(keeping, "ROOM", 1)
    second = commit(ROWS[:5])
    assert [keeping.kept_table(second) for _ in range(2)] == [None, None]
    assert keeping.kept_table(version) is None
    assert run(version, Query(limit=1)).rows == (("C0", "中", 0),)


def test_a_table_that_is_gone_is_no_answer(commit):  # type: ignore[no-untyped-def]
    version = commit(ROWS)
    table = [keeping.kept_table(version) for _ in range(2)][1]
    connection("memory").execute(f"DROP TABLE {table}")
    assert run(version, Query(limit=1)).rows == (("C0", "中", 0),)
    assert keeping.kept_table(version) is None
