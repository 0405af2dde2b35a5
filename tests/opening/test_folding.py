"""One form for what people write in many ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.opening.searching.asking import LONGEST, MOST_PAIRS, MOST_RUNS, parts_of, runs_of
from cityhall.opening.searching.folding import folded, folded_places, indexed, runs, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("維修資訊", "维修资讯"),
        ("ＡＢＣ１２３", "abc123"),
        ("Café", "cafe"),
        ("PM２．５", "pm2.5"),
        ("臺灣", "台湾"),
    ],
)
def test_two_ways_to_write_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_a_text_is_cut_into_runs_of_one_kind() -> None:
    found = [(run.kind, run.text) for run in runs(folded("GB/T 2260行政区划代码v2"))]
    assert found == [("w", "gb"), ("w", "t"), ("d", "2260"), ("c", "行政区划代码"), ("w", "v"), ("d", "2")]


@given(st.text(max_size=60))
def test_tokens_are_plain_ascii(text: str) -> None:
    listed = indexed(text).split(" ") if indexed(text) else []
    assert all(token.isascii() and token.isalnum() and token[0] in "cdw" for token in listed)


@given(st.text(max_size=40))
def test_every_folded_character_knows_where_it_comes_from(text: str) -> None:
    plain, places = folded_places(text)
    assert plain == folded(text) and len(places) == len(plain)
    assert list(places) == sorted(places) and all(0 <= place < len(text) for place in places)


@given(st.text(alphabet="维修信息代码水", min_size=1, max_size=12), st.data())
def test_every_part_of_a_run_is_a_phrase_of_its_tokens(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    (part,) = runs(text[start:end])
    wanted, whole = tokens(part), indexed(text).split(" ")
    if len(part.text) == 1:
        assert any(token.startswith(wanted[0]) for token in whole)
    else:
        assert any(whole[at : at + len(wanted)] == wanted for at in range(len(whole)))


def test_no_phrase_reaches_from_one_run_into_the_next() -> None:
    (across,) = runs("修信")
    assert tokens(across)[0] not in indexed("维修", "信息").split(" ")


def test_what_is_asked_has_limits() -> None:
    endless = " ".join(f"词{number}" for number in range(10_000))
    assert len(runs_of(endless)) <= MOST_RUNS
    assert len(parts_of(runs_of("维修信息公开目录" * 40))) <= MOST_PAIRS
    assert [run.text for run in runs_of("a1 水2 b3 维修 45")] == ["a", "1", "水", "维修", "45"]
    assert all(run.end <= LONGEST for run in runs_of("x" * 10_000))
