"""Words for nothing are empty cells; few rows are rejected by a first draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityhall.cleaning.engine import Checked, ColumnRecognition, Staged, check, draft_contract, recognise


def rehearsed(
    folder: Path, columns: Mapping[str, Sequence[str | None]]
) -> tuple[dict[str, ColumnRecognition], Checked]:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "staged.parquet"
    pq.write_table(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), file)
    staged = Staged((file,), tuple(columns), len(next(iter(columns.values()))), "file_row_number + 2")
    found = recognise(staged, workdir=folder / "r")
    outcome = check(
        staged,
        draft_contract(found),
        workdir=folder / "c",
        recognition=found,
        as_of=datetime(2025, 7, 1, tzinfo=UTC),
    )
    return {one.column: one for one in found}, outcome


@pytest.mark.parametrize("word", ["NA", "-", "–", "****", "null", " n/a "])
def test_words_for_nothing_are_empty_numbers(tmp_path: Path, word: str) -> None:
    cells = [word if n % 5 == 0 else str(n) for n in range(100)]
    found, outcome = rehearsed(tmp_path, {"v": cells, "n": [f"x{n}" for n in range(100)]})
    assert (found["v"].type, found["v"].filled, outcome.quarantined) == ("integer", 80, 0)
    assert pq.read_table(outcome.clean_files[0])["v"].null_count == 20


def test_a_column_with_words_of_its_own_stays_text(tmp_path: Path) -> None:
    cells = ["full" if n % 60 == 0 else str(n) for n in range(600)]
    found, outcome = rehearsed(tmp_path, {"free places": cells})
    assert (found["free places"].type, outcome.quarantined) == ("text", 0)


def test_a_date_nobody_can_tell_follows_its_neighbour(tmp_path: Path) -> None:
    columns = {"start": ["01/02/15 00:00", "03/04/15 00:00"], "end": ["28/02/15 23:00", "31/12/15 23:00"]}
    found, _ = rehearsed(tmp_path / "both", columns)
    assert found["start"].type == "datetime" and found["start"].params["formats"][0] == "dmy2"
    alone, _ = rehearsed(tmp_path / "alone", {"start": columns["start"]})
    assert alone["start"].type == "text"


def test_a_column_the_sample_misses_is_typed(tmp_path: Path) -> None:
    rare = ["2024-01-05" if n == 4001 else None for n in range(8000)]
    found, _ = rehearsed(tmp_path, {"n": [str(n) for n in range(8000)], "closed": rare})
    assert found["closed"].type == "date"


@settings(max_examples=15)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=30), st.integers(1, 3))
def test_a_leading_zero_anywhere_keeps_the_column_text(
    tmp_path_factory: pytest.TempPathFactory, values: list[int], zeros: int
) -> None:
    cells = [*(str(value) for value in values), "0" * zeros + "7"]
    found, outcome = rehearsed(tmp_path_factory.mktemp("zeros"), {"v": cells})
    assert (found["v"].type, outcome.quarantined) == ("text", 0)
