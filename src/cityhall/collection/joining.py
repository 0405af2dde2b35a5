"""Sheets that belong together: tables with the same columns (one sheet a month, one file a district) become one.

The name of each sheet becomes a first column, so that nothing is lost. Lines stay unique: those of the second table
begin at 10,000,000, of the third at 20,000,000, and so on; larger tables are left apart.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from cityhall.collection.decoding import Note, StagedTable
from cityhall.kernel.sql import text_literal
from cityhall.kernel.text import Text

SHEET_COLUMN = "工作表"
LINES_APART = 10_000_000
"""More than a sheet has rows, also one with parts side by side: 20,000,005 is row 5 of the third sheet, whose
name stands in the row itself."""


def joined(tables: tuple[StagedTable, ...], name: str, work: Path) -> tuple[StagedTable, ...]:
    """One table when all have the same columns, else the tables as they are."""
    first = tables[0]
    alike = all(table.columns == first.columns for table in tables)
    if not alike or SHEET_COLUMN in first.columns or any(table.rows >= LINES_APART for table in tables):
        return tables
    work.mkdir(parents=True, exist_ok=True)
    staged, broken = work / "joined.parquet", work / "broken.parquet"
    with duckdb.connect(config={"threads": 1, "memory_limit": "500MB"}) as connection:
        _copy(connection, [_rows(table, place) for place, table in enumerate(tables)], staged)
        lost = [_broken(table, place) for place, table in enumerate(tables) if table.broken is not None]
        if lost:
            _copy(connection, lost, broken)
    sheets = ", ".join(table.name for table in tables)
    note = Note(
        code="joined",
        text=Text(
            en=f"{len(tables)} tables with the same columns were joined: {sheets}",
            zh=f"{len(tables)} 个列相同的表已合并：{sheets}",
        ),
    )
    table = replace(
        first,
        name=Path(name).stem,
        files=(staged,),
        columns=(SHEET_COLUMN, *first.columns),
        rows=sum(table.rows for table in tables),
        line_sql="_line",
        broken=broken if lost else None,
        broken_rows=sum(table.broken_rows for table in tables),
        title=first.title if all(table.title == first.title for table in tables) else None,
        notes=(note, *(note for table in tables for note in table.notes)),
        filled={},
    )
    return (table,)


def _rows(table: StagedTable, place: int) -> str:
    files = ", ".join(text_literal(str(path)) for path in table.files)
    columns = ", ".join('"' + column.replace('"', '""') + '"' for column in table.columns)
    line = f"CAST({table.line_sql} AS BIGINT) + {place * LINES_APART} AS _line"
    source = f"read_parquet([{files}], file_row_number=true)"
    return f'SELECT {text_literal(table.name)} AS "{SHEET_COLUMN}", {columns}, {line} FROM {source}'


def _broken(table: StagedTable, place: int) -> str:
    moved = f"* REPLACE (_line + {place * LINES_APART} AS _line)"
    return f"SELECT {moved} FROM read_parquet({text_literal(str(table.broken))})"


def _copy(connection: duckdb.DuckDBPyConnection, parts: list[str], target: Path) -> None:
    query = " UNION ALL ".join(parts)
    connection.execute(f"COPY ({query}) TO {text_literal(str(target))} (FORMAT parquet, COMPRESSION snappy)")
