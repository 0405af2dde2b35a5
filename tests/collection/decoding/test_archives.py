"""Archives: members become tables; words about them do not."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cityhall.collection.decoding import stage


def test_words_beside_tables_are_a_note_and_not_a_table(tmp_path: Path) -> None:
    packed = tmp_path / "loans.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("说明.txt", "合成数据，仅供演示。\n")
        archive.writestr("loans.csv", "编号,书名\n1,甲\n2,乙\n")
    tables = stage(packed, packed.name, tmp_path / "staged")
    assert [table.name for table in tables] == ["loans"]
    assert any(note.code == "member_refused" and "说明.txt" in note.text.zh for note in tables[0].notes)
