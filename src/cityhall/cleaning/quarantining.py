"""The quarantine: each rejected row with its line, its original text, and for each fault the column, code,
value and fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.asking import Question, reading_for
from cityhall.cleaning.marking import fault
from cityhall.cleaning.suggesting import suggestion
from cityhall.cleaning.tables import Contract, Staged, Tally

EXAMPLES = 5
"""Cells kept to show a fault."""
_ROWS_AT_ONCE = 2_048
"""Suggesting a fix is slow work: in small groups all threads have a share of it."""


def write(
    connection: duckdb.DuckDBPyConnection,
    staged: Staged,
    contract: Contract,
    at_fault: Mapping[int, Question],
    target: Path,
) -> tuple[int, Path | None]:
    """Writes the quarantine file from the tables `faulty`, `repeats`, `duplicates` and `marks` and the cells
    in `suspects` and `repeated_rows`; gives rows and file. `at_fault` are the questions, by their place in the
    marks, for which any row has a fault."""
    cells = duck.cells(staged)
    rejected = target.with_suffix(".rejected.parquet")
    _write_rejected(connection, cells, rejected)
    findings = [
        _finding(contract, place, question)
        for place, question in at_fault.items()
        if question.severity == "error"
    ]
    repaired = "".join(f", {one.repaired} AS {_repaired(one.place)}" for one in findings if one.repaired)
    row = connection.execute(
        f"""COPY (
            WITH again AS (
                SELECT _line, list({{'column': item, 'code': code, 'value': NULL::VARCHAR,
                                     'suggestion': _first::VARCHAR}}) AS findings
                FROM repeats GROUP BY _line)
            SELECT _line, {cells},
                   list_concat(list_filter({_list(findings)}, lambda f: f IS NOT NULL),
                               coalesce(again.findings, [])) AS _findings
            FROM (SELECT *{repaired} FROM read_parquet({duck.text(str(rejected))})) LEFT JOIN again USING (_line)
            ORDER BY _line
        ) TO {duck.text(str(target))} (FORMAT parquet, COMPRESSION zstd)"""
    ).fetchall()
    rejected.unlink()
    rows = int(row[0][0])
    return rows, target if rows else None


def _write_rejected(connection: duckdb.DuckDBPyConnection, cells: str, target: Path) -> None:
    """The rows at fault with their marks, once each; duplicates are none of them."""
    connection.execute(
        f"""COPY (SELECT s.*, marks.* EXCLUDE (_line)
                  FROM (SELECT _line, {cells} FROM suspects
                        UNION ALL SELECT _line, {cells} FROM repeated_rows ANTI JOIN suspects USING (_line)) s
                  SEMI JOIN (SELECT _line FROM faulty UNION SELECT _line FROM repeats
                             EXCEPT SELECT _line FROM duplicates) USING (_line)
                  LEFT JOIN marks USING (_line))
            TO {duck.text(str(target))} (FORMAT parquet, ROW_GROUP_SIZE {_ROWS_AT_ONCE})"""
    )


@dataclass(frozen=True, slots=True)
class _Finding:
    """SQL of the finding that a question makes of a row, and of the repaired cell that it names."""

    place: int
    sql: str
    repaired: str = ""


def _finding(contract: Contract, place: int, question: Question) -> _Finding:
    item = contract.item(question.item)
    reading = reading_for(item)
    code, fix, repaired = duck.text(question.code), "NULL::VARCHAR", ""
    if question.code == "read":
        whens = " ".join(f"WHEN {test} THEN '{reason}'" for reason, test in reading.faults)
        code, fix = f"CASE {whens} ELSE 'not_valid' END", suggestion(item, reading)
        if reading.repaired != reading.cell:  # computed once for a row, however often it is named
            repaired = reading.repaired
            code, fix = (sql.replace(repaired, _repaired(place)) for sql in (code, fix))
    finding = (
        f"{{'column': {duck.text(item.name)}, 'code': {code}, 'value': {reading.cell}, 'suggestion': {fix}}}"
    )
    return _Finding(place, f"CASE WHEN {fault(place)} THEN {finding} END", repaired)


def _repaired(place: int) -> str:
    return f"_repaired{place}"


def _list(findings: Sequence[_Finding]) -> str:
    """SQL of a list with one entry per question: a finding, or null."""
    nothing = 'NULL::STRUCT("column" VARCHAR, code VARCHAR, "value" VARCHAR, suggestion VARCHAR)'
    return "[" + ", ".join([*(one.sql for one in findings), nothing]) + "]"


def tallies(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    at_fault: Mapping[int, Question],
    quarantine: Path | None,
) -> tuple[Tally, ...]:
    """How often each fault was found, most frequent first, with examples; then the warnings."""
    found: list[Tally] = []
    if quarantine:
        rows = connection.execute(
            f"""SELECT f."column", f.code, count(*), list(DISTINCT f."value") [1:{EXAMPLES}]
                FROM (SELECT unnest(_findings) AS f FROM read_parquet({duck.text(str(quarantine))}))
                GROUP BY ALL ORDER BY count(*) DESC, 1, 2"""
        ).fetchall()
        found = [
            Tally(column, code, "error", n, tuple(v for v in shown or () if v))
            for column, code, n, shown in rows
        ]
    warnings = [
        _warning(connection, contract, place, question)
        for place, question in at_fault.items()
        if question.severity == "warning"
    ]
    return (*found, *warnings)


def _warning(
    connection: duckdb.DuckDBPyConnection, contract: Contract, place: int, question: Question
) -> Tally:
    cell = duck.name(contract.item(question.item).column)
    row = duck.first_row(connection, f"SELECT count(*) FROM marks WHERE {fault(place)}")
    shown = connection.execute(
        f"""SELECT {cell} FROM suspects WHERE _line IN
            (SELECT _line FROM marks WHERE {fault(place)} ORDER BY _line LIMIT {EXAMPLES}) ORDER BY _line"""
    ).fetchall()
    return Tally(
        question.item, question.code, "warning", int(row[0]), tuple(str(v[0]) for v in shown if v[0])
    )
