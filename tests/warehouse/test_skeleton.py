from io import BytesIO

import pytest

from cityhall.warehouse.actions import land
from cityhall.warehouse.queries import Condition, Query, run, version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def test_road(commit, tmp_path):
    source = tmp_path / "a.csv"
    source.write_bytes(b"x" * 3_000_000)
    landed = land(source, "a.csv")
    assert landed == land(BytesIO(b"x" * 3_000_000), "a.csv")
    v = commit([(1, "A1", "Oak", 5), (2, "A2", None, 7)])
    v = commit([(1, "A3", "Elm", 9)], mode="append")
    assert (v.number, v.rows) == (2, 3)
    assert run(version("trees", 1), Query()).rows == (("A1", "Oak", 5), ("A2", None, 7))
    first = run(v, Query(where=(Condition("n", "ge", "5.5"),), order=(("n", "desc"),), limit=1))
    assert first.rows == (("A3", "Elm", 9),)
    second = run(
        v,
        Query(where=(Condition("n", "ge", "5.5"),), order=(("n", "desc"),), limit=1, after=first.next_cursor),
    )
    assert second.rows == (("A2", None, 7),)
    assert second.next_cursor is None

    v = commit([(1, "A3", "Elm", 1), (2, "A9", "Yew", 2)], mode="upsert", key=("code",))
    assert sorted(run(v, Query()).rows) == [
        ("A1", "Oak", 5),
        ("A2", None, 7),
        ("A3", "Elm", 1),
        ("A9", "Yew", 2),
    ]
    assert run(version("trees", 2), Query(where=(Condition("code", "eq", "A3"),))).rows == (("A3", "Elm", 9),)
