"""A label written once beside a block of rows belongs to all of them, where the blocks are beyond doubt."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from cityhall.collection.decoding import stage
from cityhall.collection.decoding.groups import label_groups

CYCLE = ("men", "women", "all")


def block(label: str, at: int = 0) -> list[list[str]]:
    return [[label if place == at else "", word, "1"] for place, word in enumerate(CYCLE)]


def blocks(*labels: str, at: int = 0) -> list[list[str]]:
    return [row for label in labels for row in block(label, at)]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_every_row_gets_the_label_of_its_block(at: int) -> None:
    rows = blocks("north", "south", "total", at=at)
    assert label_groups(rows) == 6
    assert [row[0] for row in rows] == ["north"] * 3 + ["south"] * 3 + ["total"] * 3


def test_blank_lines_between_blocks_change_nothing() -> None:
    rows = [*block("north"), ["", "", ""], *block("south"), ["", "", ""], *block("total")]
    assert label_groups(rows) == 6
    assert rows[3] == ["", "", ""]


@pytest.mark.parametrize(
    "rows",
    [
        blocks("north", "south"),  # too few to prove anything
        blocks("north", "south", "north"),  # a label that comes again labels nothing
        [*block("north"), *block("south", 1), *block("total")],  # now here, now there
        [*blocks("north", "south", "total"), ["", "men", "1"]],  # a block that does not end
        [*block("north"), *block("south"), ["", "men", "1"], ["x", "all", "1"], ["", "women", "1"]],
        blocks("north", "", "total"),
        [["a", "x", "1"], ["", "x", "1"], ["b", "x", "1"], ["", "x", "1"]],
        [["a", "x", "1"], ["", "y", "1"], ["b", "z", "1"], ["", "w", "1"]],
        [[*row[:2]] for row in blocks("north", "south", "total")],  # two columns: no table beside the blocks
        [],
    ],
)
def test_without_complete_evidence_nothing_is_filled(rows: list[list[str]]) -> None:
    before = [list(row) for row in rows]
    assert label_groups(rows) == 0
    assert rows == before


def test_a_sheet_with_grouped_rows_says_what_was_filled(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["地区", "区分", "人数"])
    for place, label in enumerate(("北", "南", "东", "合计")):
        for at, word in enumerate(("男", "女", "计")):
            sheet.append([label if at == 1 else None, word, 100 * place + at])
    book.save(tmp_path / "people.xlsx")
    (table,) = stage(tmp_path / "people.xlsx", "people.xlsx", tmp_path / "out")
    read = pq.read_table(table.files[0]).to_pylist()
    assert [row["地区"] for row in read] == ["北"] * 3 + ["南"] * 3 + ["东"] * 3 + ["合计"] * 3
    assert [(one.code, one.count) for one in table.notes] == [("total_row", 1), ("group_labels", 8)]
