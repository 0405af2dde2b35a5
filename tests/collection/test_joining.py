"""Sheets with the same columns become one table, also when each holds tables side by side."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from cityhall.collection.actions import publish_file
from cityhall.kernel.actor import Actor


def test_no_row_of_sheets_with_parts_side_by_side_is_lost(
    tmp_path: Path, operator: Actor, agency_id: str, home: Path
) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for month in ("2024-01", "2024-02", "2024-03"):
        sheet = book.create_sheet(month)
        sheet.append(["地区", "户数", None, "地区", "户数"])
        for row in range(10):
            sheet.append([f"甲{row}", 10 + row, None, f"乙{row}", 30 + row])
    book.save(tmp_path / "wards.xlsx")
    (table,) = publish_file(operator, tmp_path / "wards.xlsx", dry_run=True).tables
    assert table.receipt == {"read": 60, "clean": 60, "quarantined": 0, "duplicates": 0}
