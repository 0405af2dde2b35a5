"""From landed bytes to judged rows: stage, recognise, contract, check, report. No table is touched here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from cityhall.cleaning.queries import (
    Checked,
    ColumnRecognition,
    Contract,
    References,
    Staged,
    Tally,
    check,
    recognise,
)
from cityhall.collection.decoding import Hints, StagedTable, stage
from cityhall.collection.errors import RowsUnaccounted
from cityhall.collection.joining import joined
from cityhall.collection.reporting import Reporter
from cityhall.collection.rules import balanced
from cityhall.kernel import clock


@dataclass(frozen=True, slots=True)
class Judged:
    """One table after the check. `checked` counts the rows that staging could not read as well."""

    table: StagedTable
    contract: Contract
    checked: Checked
    recognition: tuple[ColumnRecognition, ...] = ()


def read_tables(
    path: Path, name: str, work: Path, hints: Hints, reporter: Reporter, *, apart: bool
) -> tuple[StagedTable, ...]:
    """Every table of a file; sheets with the same columns become one table unless `apart` is asked for."""
    reporter.enter("decoding")
    tables = reporter.aside(stage, path, name, work / "staged", hints, progress=reporter.tick)
    reporter.rows = sum(table.rows + table.broken_rows for table in tables)
    reporter.took(bytes=path.stat().st_size, rows=reporter.rows)
    reporter.enter("staging")
    reporter.took(bytes=sum(staged_bytes(table) for table in tables), rows=reporter.rows)
    if not apart and len(tables) > 1:
        tables = reporter.aside(joined, tables, name, work / "joined")
    return tables


def staged_of(table: StagedTable) -> Staged:
    """The table as cleaning takes it."""
    return Staged(table.files, table.columns, table.rows, table.line_sql, table.filled)


def staged_bytes(table: StagedTable) -> int:
    """The size of a table's staged files."""
    return sum(path.stat().st_size for path in table.files)


def recognised(table: StagedTable, work: Path, reporter: Reporter) -> tuple[ColumnRecognition, ...]:
    """What every column is, by a count over every row."""
    reporter.enter("recognising")
    found = reporter.aside(recognise, staged_of(table), workdir=work / "recognising")
    reporter.took(bytes=staged_bytes(table), rows=table.rows)
    return found


def judged(
    table: StagedTable,
    contract: Contract,
    work: Path,
    reporter: Reporter,
    *,
    recognition: tuple[ColumnRecognition, ...] = (),
    references: References | None = None,
) -> Judged:
    """Check every row under the contract. Raises RowsUnaccounted if a row went missing (it never should)."""
    reporter.enter("checking")
    checked = reporter.aside(
        check,
        staged_of(table),
        contract,
        workdir=work / "checking",
        recognition=recognition,
        references=references,
        as_of=clock.now(),
    )
    checked = reporter.aside(_with_broken, checked, table, work)
    read = table.rows + table.broken_rows
    reporter.took(bytes=staged_bytes(table), rows=read)
    if not balanced(read, checked.clean, checked.quarantined, checked.duplicates) or checked.rows != read:
        raise RowsUnaccounted(
            read=read, clean=checked.clean, quarantined=checked.quarantined, duplicates=checked.duplicates
        )
    return Judged(table=table, contract=contract, checked=checked, recognition=recognition)


def _with_broken(checked: Checked, table: StagedTable, work: Path) -> Checked:
    """Rows that could not be split into cells join the quarantine as the text they are."""
    if table.broken is None or not table.broken_rows:
        return checked
    target = work / "quarantine.parquet"
    with duckdb.connect(config={"threads": 1, "memory_limit": "300MB"}) as connection:
        broken = connection.sql(
            """SELECT _line, _text AS _raw,
                      [{'column': '', 'code': _code, 'value': left(_text, 1000),
                        'suggestion': NULL::VARCHAR}] AS _findings
               FROM read_parquet($broken)""",
            params={"broken": str(table.broken)},
        )
        broken.create_view("broken")
        found: list[tuple[Any, ...]] = connection.execute(
            """SELECT _findings[1].code, count(*), list(_raw ORDER BY _line)[1:3]
               FROM broken GROUP BY 1 ORDER BY 2 DESC"""
        ).fetchall()
        parts = ["SELECT * FROM broken"]
        if checked.quarantine_file is not None:
            parts.insert(0, f"SELECT * FROM read_parquet('{_quoted(checked.quarantine_file)}')")
        connection.execute(
            f"COPY (SELECT * FROM ({' UNION ALL BY NAME '.join(parts)}) ORDER BY _line) "
            f"TO '{_quoted(target)}' (FORMAT parquet, COMPRESSION zstd)"
        )
    tallies = tuple(
        Tally(column="", code=code, severity="error", rows=rows, examples=tuple(text[:100] for text in shown))
        for code, rows, shown in found
    )
    return replace(
        checked,
        quarantine_file=target,
        rows=checked.rows + table.broken_rows,
        quarantined=checked.quarantined + table.broken_rows,
        tallies=(*checked.tallies, *tallies),
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
