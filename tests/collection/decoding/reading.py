"""Reading staged tables back in tests."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from cityhall.collection.decoding import Hints, Limits, StagedTable, stage


def staged(
    tmp_path: Path,
    content: bytes,
    name: str = "file.csv",
    hints: Hints | None = None,
    limits: Limits | None = None,
) -> tuple[StagedTable, ...]:
    """Stages `content` as a file called `name`."""
    path = tmp_path / "landed"
    path.write_bytes(content)
    return stage(path, name, tmp_path / "staged", hints, limits)


def one(tmp_path: Path, content: bytes, name: str = "file.csv", hints: Hints | None = None) -> StagedTable:
    """The only table of `content`."""
    (table,) = staged(tmp_path, content, name, hints)
    return table


def cells(table: StagedTable) -> list[list[str]]:
    """All cells, null as the empty text."""
    columns = [pq.read_table(table.files[0], columns=[name])[name].to_pylist() for name in table.columns]
    return [[cell or "" for cell in row] for row in zip(*columns, strict=True)]


def lines(table: StagedTable) -> list[int]:
    """The line of each row."""
    return list(pq.read_table(table.files[0], columns=["_line"])["_line"].to_pylist())


def broken(table: StagedTable) -> list[tuple[int, str, str]]:
    """Line, code and text of the rows that were set apart."""
    if table.broken is None:
        return []
    rows = pq.read_table(table.broken).to_pylist()
    return [(row["_line"], row["_code"], row["_text"]) for row in rows]


def codes(table: StagedTable) -> set[str]:
    """The codes of the notes."""
    return {note.code for note in table.notes}
