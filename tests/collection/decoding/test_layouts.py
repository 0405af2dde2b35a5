"""Tables are found inside real sheets."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.collection.decoding.reading import cells, codes, lines, one, staged

from cityhall.collection import errors
from cityhall.collection.decoding import Hints


def _csv(rows: list[str]) -> bytes:
    return ("\n".join(rows) + "\n").encode()


BODY = [f"{n},街道{n},{n * 7},2024-01-{n:02d}" for n in range(1, 20)]


def test_titles_above_and_sources_below(tmp_path: Path) -> None:
    table = one(
        tmp_path,
        _csv(["某市街道统计表", "", "编号,名称,人数,日期", *BODY, "", "注：示例数据,,,", "来源：示例,,,"]),
    )
    assert table.columns == ("编号", "名称", "人数", "日期") and table.rows == 19
    assert table.title == "某市街道统计表" and table.header_lines == (3,)
    assert {"title", "footnotes"} <= codes(table) and lines(table)[0] == 4


def test_names_over_field_codes(tmp_path: Path) -> None:
    table = one(tmp_path, _csv(["编号,名称,人数,日期", "ID,NAME,CNT,DAY", *BODY]))
    assert table.columns == ("编号", "名称", "人数", "日期") and table.rows == 19
    assert table.codes == {"编号": "ID", "名称": "NAME", "人数": "CNT", "日期": "DAY"}


def test_parents_over_children(tmp_path: Path) -> None:
    rows = [f"区{n},{n},{n + 1},{n + 2},{n + 3}" for n in range(10)]
    table = one(tmp_path, _csv(["地区,2023年,,2024年,", ",男,女,男,女", *rows]))
    assert table.columns == ("地区", "2023年 男", "2023年 女", "2024年 男", "2024年 女") and table.rows == 10


def test_no_header_repeated_header_and_units(tmp_path: Path) -> None:
    assert one(tmp_path, _csv(BODY)).columns == ("column_1", "column_2", "column_3", "column_4")
    again = one(tmp_path, _csv(["编号,名称,人数,日期", *BODY, "编号,名称,人数,日期", *BODY]))
    assert again.rows == 38 and "repeated_header" in codes(again)
    units = one(
        tmp_path,
        _csv(["时间,甲停车场,乙停车场", "总数,(100),(200)", *(f"0{n}:00,{n},{n}" for n in range(9))]),
    )
    assert units.rows == 9 and "units" in codes(units)


def test_the_caller_may_say_where_the_header_is(tmp_path: Path) -> None:
    content = _csv(["x,y,z,w", "编号,名称,人数,日期", *BODY])
    assert one(tmp_path, content, hints=Hints(header_row=2)).columns == ("编号", "名称", "人数", "日期")
    assert one(tmp_path, content, hints=Hints(header_row=0)).rows == 21


def test_names_are_clean_and_unique_without_regard_to_case(tmp_path: Path) -> None:
    table = one(tmp_path, b'"\xe5\xa7\x93     \xe5\x90\x8d","a\nb",_line,Name,name\n' + b"x,y,1,2,2\n" * 3)
    assert table.columns == ("姓名", "a b", "_line_2", "Name", "name_2")


def test_a_trailing_delimiter_makes_no_column(tmp_path: Path) -> None:
    table = one(tmp_path, _csv(["a,b,", *(f"{n},x{n}," for n in range(5))]))
    assert table.columns == ("a", "b") and "empty_columns" in codes(table)


def _book(fill: Any) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        fill(book)
    return buffer.getvalue()


def test_merged_headers_and_groups_in_a_sheet(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("人口")
        sheet.merge_range(0, 0, 0, 4, "某市人口表")
        sheet.merge_range(1, 0, 2, 0, "区")
        sheet.merge_range(1, 1, 1, 2, "2023年")
        sheet.merge_range(1, 3, 1, 4, "2024年")
        sheet.write_row(2, 1, ["男", "女", "男", "女"])
        for row in range(3, 9, 2):
            sheet.merge_range(row, 0, row + 1, 0, f"区{row}")
            sheet.write_row(row, 1, [row, 2.5, 3, 1e-7])
            sheet.write_row(row + 1, 1, [1, 2, 3, 4])

    table = one(tmp_path, _book(fill), "a.xlsx")
    assert table.columns == ("区", "2023年 男", "2023年 女", "2024年 男", "2024年 女")
    assert table.name == "人口" and table.title == "某市人口表" and "merged_cells" in codes(table)
    assert cells(table)[:2] == [["区3", "3", "2.5", "3", "0.0000001"], ["区3", "1", "2", "3", "4"]]
    assert lines(table) == [4, 5, 6, 7, 8, 9]


def test_sheets_forms_and_hidden_sheets(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        for name in ("一月", "二月"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["编号", "金额", "日期"])
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for row in range(1, 4):
                sheet.write_row(row, 0, [f"00{row}", row * 10])
                sheet.write_datetime(row, 2, datetime(2024, 1, row, tzinfo=UTC).replace(tzinfo=None), day)
        book.add_worksheet("空")
        hidden = book.add_worksheet("旧")
        hidden.write_row(0, 0, ["a", "b"])
        hidden.hide()

    tables = staged(tmp_path, _book(fill), "月报.xlsx")
    assert [table.name for table in tables] == ["一月", "二月"]
    assert cells(tables[0])[0] == ["001", "10", "2024-01-01"]
    assert [note.code for note in tables[0].notes].count("sheet_refused") == 2


def test_a_form_is_refused_with_the_reason(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("登记表")
        for row, label in ((0, "数据集登记表"), (2, "名称"), (4, "提供单位"), (6, "联系人"), (9, "说明")):
            sheet.write(row, 0, label)
            sheet.write(row, 2, "示例") if row else None
            sheet.write(row, 5, "必填") if row > 4 else None

    with pytest.raises(errors.NotATable, match="form"):
        one(tmp_path, _book(fill), "a.xlsx")


def test_codes_shown_with_leading_zeros_keep_them(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        code = book.add_format({"num_format": "000000"})
        sheet.write_row(0, 0, ["区划代码", "人数"])
        for row in range(1, 6):
            sheet.write_number(row, 0, 1100 + row, code)
            sheet.write_number(row, 1, row)

    table = one(tmp_path, _book(fill), "a.xlsx")
    assert cells(table)[0] == ["001101", "1"] and "zero_padded" in codes(table)


def test_geojson_points_and_shapes(tmp_path: Path) -> None:
    text = """{"type": "FeatureCollection", "features": [
      {"type": "Feature", "id": 1, "properties": {"名称": "甲", "n": 1.10},
       "geometry": {"type": "Point", "coordinates": [120.50, 28.0]}},
      {"type": "Feature", "id": 2, "properties": {"名称": "乙", "地址": {"街道": "五马"}},
       "geometry": null}]}"""
    table = one(tmp_path, text.encode(), "a.geojson")
    assert table.format == "geojson"
    assert table.columns == ("id", "名称", "n", "geometry", "lon", "lat", "地址.街道")
    assert cells(table)[0] == [
        "1",
        "甲",
        "1.10",
        '{"type":"Point","coordinates":[120.50,28.0]}',
        "120.50",
        "28.0",
        "",
    ]


def test_a_record_far_down_may_have_a_column_that_no_earlier_one_has(tmp_path: Path) -> None:
    records = [f'{{"a": {n}, "b": "x"}}' for n in range(10_500)] + ['{"late": true, "a": 1.50}']
    for content in ("\n".join(records), "[" + ",".join(records) + "]"):
        table = one(tmp_path, content.encode(), "a.json")
        assert table.columns == ("a", "b", "late") and table.rows == 10_501
        assert cells(table)[-1] == ["1.50", "", "true"] and cells(table)[0] == ["0", "x", ""]
