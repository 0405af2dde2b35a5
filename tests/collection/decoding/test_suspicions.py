"""Rows that are probably no records are loaded, and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from cityhall.collection.decoding import stage
from cityhall.collection.decoding.suspicions import is_header, is_total


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (["合计", "250", "860"], True),
        (["", "总 计：", "3"], True),
        (["Total", None, "1,200"], True),
        (["合计", None, None], False),
        (["合计街", "250", "860"], False),
        (["Total Energy Ltd", "7"], False),
        ([None, None], False),
    ],
)
def test_a_total_says_so_and_holds_a_figure(cells: list[str | None], total: bool) -> None:
    assert is_total(cells) is total


@pytest.mark.parametrize(
    ("cells", "above", "header"),
    [
        (["车辆", "司机", "电话"], ["C", "6", None], True),
        (["车辆", "司机", "电话"], ["C", "甲", None], False),
        (["H", "Research", None], ["G08060", "Primates", None], False),
        (["南部", None, None], ["C", "6", None], False),
        (["D", "7", None], ["C", "6", None], False),
    ],
)
def test_a_header_has_words_where_figures_stood(
    cells: list[str | None], above: list[str | None], header: bool
) -> None:
    assert is_header(cells, above) is header


def test_both_are_said_of_a_file_and_nothing_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "two.csv"
    file.write_text(
        "仓库,数量,备注\nA,3,旧\nB,5,新\n,,\n车辆,司机,电话\n京A1,王一,13800000001\n合计,1,\n", "utf-8"
    )
    (table,) = stage(file, file.name, tmp_path / "staged")
    assert table.rows == 5
    said = {note.code: note for note in table.notes}
    assert said["second_table"].lines == (5,)
    assert "合计 / 1" in said["total_row"].text.zh
    plain = tmp_path / "one.csv"
    plain.write_text("仓库,数量\nA,3\n,\nB,5\n", "utf-8")
    (table,) = stage(plain, plain.name, tmp_path / "plain")
    assert not {"second_table", "total_row"} & {note.code for note in table.notes}
