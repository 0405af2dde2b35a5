"""Staging whatever arrives: only coded errors may come out, and what is staged must be whole."""

from __future__ import annotations

from pathlib import Path

from tests.collection.decoding.reading import broken, cells, lines

from cityhall.collection.decoding import Limits, stage
from cityhall.kernel.errors import CityhallError

LIMITS = Limits(unpacked_bytes=2_000_000, workbook_bytes=2_000_000, workbook_cells=200_000)


def stage_anything(content: bytes, folder: Path) -> None:
    """Stages `content`; only coded errors may come out, and what is staged must be whole."""
    path = folder / "landed"
    path.write_bytes(content)
    try:
        tables = stage(path, "anything", folder / "staged", limits=LIMITS)
    except CityhallError as error:
        assert error.code.startswith("collection.")
        assert error.say("en") and error.say("zh")
        return
    for table in tables:
        rows, numbers = cells(table), lines(table)
        assert len(rows) == len(numbers) == table.rows
        assert numbers == sorted(numbers)
        assert len(broken(table)) == table.broken_rows
        assert len(set(table.columns)) == len(table.columns) > 0
        assert all(any(row) for row in rows)
