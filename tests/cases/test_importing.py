"""What a load does for many values at once is what is done for each alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.test_columns import RICH

from cityhall.cases.errors import HistoryUnreadable
from cityhall.cases.folding.values import fits, which_fit
from cityhall.cases.importing.laying import lay
from cityhall.cases.importing.mapping import Cell, Plan, Step
from cityhall.cases.importing.source import EMPTY, UNREADABLE, chunks, columns_of, reader, to_utc
from cityhall.cases.storing.packing import Names

SHANGHAI = ZoneInfo("Asia/Shanghai")
degrees = st.one_of(st.floats(), st.integers(-(2**70), 2**70), st.booleans(), st.text(max_size=3), st.none())
points = st.one_of(st.lists(degrees, max_size=3), st.tuples(degrees, degrees), st.text(max_size=3))
good_points = st.lists(st.lists(st.floats(), min_size=2, max_size=2), max_size=5)


@given(st.one_of(st.lists(points, max_size=5), good_points))
def test_points_fit_together_as_they_fit_alone(values: list[object]) -> None:
    expected = [fits(RICH, "spot", value, "") for value in values]
    assert which_fit(RICH, "spot", values).tolist() == expected


@given(st.lists(st.one_of(st.integers(-600_000_000, 4_000_000_000), st.sampled_from([EMPTY, UNREADABLE]))))
def test_local_seconds_become_moments(local: list[int]) -> None:
    expected = [
        one
        if one <= UNREADABLE
        else int(datetime.fromtimestamp(one, UTC).replace(tzinfo=SHANGHAI).timestamp())
        for one in local
    ]
    assert to_utc(np.array(local, dtype=np.int64), "Asia/Shanghai").tolist() == expected


def test_years_beyond_any_calendar_are_left_to_the_rules() -> None:
    far = np.array([2**40, -(2**40)])
    assert to_utc(far, "Asia/Shanghai").tolist() == far.tolist()


def _plan(**other: object) -> Plan:
    step = Step("file", "at", Cell("who"), Cell(), {"spot": (Cell("lon"), Cell("lat"))}, {})
    common = {"type": "rich", "version": 0, "zone": "Asia/Shanghai", "times": "", "number": "no", "null": ()}
    return Plan(**{**common, "steps": (step,), **other})  # type: ignore[arg-type]


def _read(path: Path, plan: Plan) -> list[int]:
    with reader() as connection:
        types = columns_of(connection, path)
        return [one for chunk in chunks(connection, plan, types, 100) for one in chunk.moments["at"].tolist()]


def test_moments_of_a_typed_column_are_those_of_its_texts(tmp_path: Path) -> None:
    moments = [datetime(2026, 3, 9, 8), None, datetime(1900, 1, 1), datetime(1986, 9, 14, 1, 30)]
    typed, texts = pa.array(moments, pa.timestamp("us")), [str(one) if one else None for one in moments]
    other = pa.array(["1", "2", "3", "4"])
    names = ["no", "at", "who", "lon", "lat"]
    for name, column in (("typed", typed), ("texts", pa.array(texts))):
        table = pa.table([other, column, other, other, other], names)
        pq.write_table(table, tmp_path / f"{name}.parquet")
    for plan in (_plan(), _plan(null=("1900-01-01 00:00:00",))):
        assert _read(tmp_path / "typed.parquet", plan) == _read(tmp_path / "texts.parquet", plan)
    assert _read(tmp_path / "typed.parquet", plan)[2] == EMPTY


def test_two_loads_at_once_do_not_see_each_other(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text(f"{name}\nx\n", "utf-8")
    with reader() as first, reader() as second:
        assert list(columns_of(first, tmp_path / "one.csv")) == ["one"]
        assert list(columns_of(second, tmp_path / "two.csv")) == ["two"]


def _rows(path: Path, text: str | bytes) -> list[dict[str, str]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with reader() as connection:
        types = columns_of(connection, path)
        found = chunks(connection, _plan(), types, 2000, path.name)
        return [row for chunk in found for row in chunk.table.to_pylist()]


def test_no_line_is_taken_for_a_comment_and_no_quote_for_a_letter(tmp_path: Path) -> None:
    head, line = "no,at,who,lon,lat\n", "#7,2026-03-09,me,1,2\n"
    marked = _rows(tmp_path / "a.csv", head + line + "8,2026-03-09,me,1,2\n" + line * 30)
    assert len(marked) == 32, "numbers may begin with a sign that marks comments elsewhere"
    late = _rows(tmp_path / "b.csv", head + line * 30_000 + '9,2026-03-09,"Li, ""Ann\n""",1,2\n')
    assert late[-1]["who"] == 'Li, "Ann\n"'


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", "no,at,who,lon,lat\n中,,,,\n".encode("gb18030"), "utf-8|unicode|Line: 2"),
        ("a.csv", "no,at,who,lon,lat\n" + "1,,me,,\n" * 30_000 + "1,\n", "Line: 30002"),
        ("a.parquet", b"PAR1", "parquet|Parquet|small"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    tmp_path: Path, name: str, content: str | bytes, why: str
) -> None:
    with pytest.raises(HistoryUnreadable, match=why):
        _rows(tmp_path / name, content)


@pytest.mark.django_db
def test_points_of_two_columns(tmp_path: Path) -> None:
    rows = [("120.5", "28.5"), ("120.5", "28.5"), ("", "28.5"), ("120.5", None), ("east", "28")]
    lines = [f"{at},2026-03-09 08:00:00,me,{lon or ''},{lat or ''}" for at, (lon, lat) in enumerate(rows)]
    (tmp_path / "some.csv").write_text("\n".join(["no,at,who,lon,lat", *lines]) + "\n", "utf-8")
    plan = _plan()
    with reader() as connection:
        types = columns_of(connection, tmp_path / "some.csv")
        (chunk,) = chunks(connection, plan, types, 100)
    spots = lay(RICH, plan, chunk).past.values["spot"]
    assert [spots.values[code] if code >= 0 else None for code in spots.codes] == [
        [120.5, 28.5], [120.5, 28.5], None, None, ["east", "28"],
    ]  # fmt: skip
    assert len(spots.values) == 2


@pytest.mark.django_db
def test_texts_are_numbered_once() -> None:
    first = Names().number(["a", "b", "a"])
    again = Names().number(["b", "c", "a"])
    assert first.tolist() == [again[2], again[0], again[2]]
    assert len({*first, *again}) == 3
