"""Anything at all may arrive: decoding either stages it completely or refuses it with a coded error."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.collection.decoding.anything import stage_anything

from cityhall.collection.decoding.headers import find_layout

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.sampled_from(
    [
        b"a,b\n1,2\n",
        b'[{"a":1}]',
        b'{"a":1}\n{"a":2}\n',
        b"PK\x03\x04",
        b"\x1f\x8b\x08\x00",
        b"PAR1",
        b"\xff\xfea\0,\0",
    ]
)
CELLS = st.one_of(
    st.text(max_size=6), st.sampled_from(["", "2024-01-01", "12", "(100)", "名称", "2020", "注：x"])
)


@SETTINGS
@given(SEEDS, st.binary(max_size=200), st.sampled_from(["before", "after"]))
def test_any_bytes(seed: bytes, noise: bytes, place: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stage_anything(noise + seed if place == "before" else seed + noise, Path(folder))


@SETTINGS
@given(st.lists(st.text('ab1,;"\n\r\t \u3000市\x00é', max_size=30), max_size=20))
def test_any_text(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stage_anything("\n".join(lines).encode(), Path(folder))


@SETTINGS
@given(st.lists(st.lists(CELLS, max_size=6), max_size=30))
def test_the_header_finder_always_answers(grid: list[list[str]]) -> None:
    layout = find_layout(grid)
    assert all(0 <= at < len(grid) for at in (*layout.titles, *layout.header))
    assert 0 <= layout.first <= max(len(grid), 1)
    assert all(at < layout.first for at in layout.header)
