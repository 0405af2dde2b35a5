"""Rows that come twice: the same in every cell (duplicates; events, where rows have no identity), or the same key with
other content (a fault).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from cityhall.cleaning import duck
from cityhall.cleaning.tables import Staged, Tally

_ROWS_AT_ONCE = 16_000_000
"""Hashes grouped in one go: about 0.5 GB. More rows are grouped in parts, so that memory stays flat."""


_HASHED_AGAIN = 1_000_000
"""Up to so many rows are hashed once more when any repeat, which is seldom and costs less than keeping the hashes."""


def find_candidates(
    connection: duckdb.DuckDBPyConnection, staged: Staged, values: Sequence[str], workdir: Path
) -> None:
    """Fills the table `candidates` (`_line`, all cells) with rows whose hash over `values` occurs more than once."""
    source = f"""SELECT CAST({staged.line_sql} AS BIGINT) AS _line, hash({", ".join(values)}) AS h
                 FROM {duck.rows_of(staged)}"""
    if staged.rows > _HASHED_AGAIN:
        hashes = duck.text(str(workdir / "hashes.parquet"))
        connection.execute(f"COPY ({source}) TO {hashes} (FORMAT parquet, COMPRESSION uncompressed)")
        source = f"SELECT _line, h FROM read_parquet({hashes})"
    parts = -(-staged.rows // _ROWS_AT_ONCE) or 1
    connection.execute("CREATE OR REPLACE TABLE lines (_line BIGINT)")
    for part in range(parts):
        within = f"WHERE h % {parts} = {part}" if parts > 1 else ""
        connection.execute(
            f"""CREATE OR REPLACE TABLE twice AS
                SELECT h FROM ({source}) {within} GROUP BY h HAVING count(*) > 1"""
        )
        if _any(connection, "twice"):
            connection.execute(
                f"INSERT INTO lines SELECT _line FROM ({source}) WHERE h IN (SELECT h FROM twice)"
            )
    nothing = "" if _any(connection, "lines") else " LIMIT 0"
    connection.execute(
        f"""CREATE OR REPLACE TABLE candidates AS
            SELECT * FROM (SELECT CAST({staged.line_sql} AS BIGINT) AS _line, {duck.cells(staged)}
                           FROM {duck.rows_of(staged)}) SEMI JOIN lines USING (_line){nothing}"""
    )


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(duck.first_row(connection, f"SELECT count(*) FROM {table}")[0])


def find_duplicates(connection: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Fills `duplicates` (`_line`, `_first`): rows equal in every cell to an earlier one, compared cell by cell."""
    connection.execute(
        f"""CREATE OR REPLACE TABLE duplicates AS
            SELECT _line, _first FROM (
                SELECT _line, min(_line) OVER (PARTITION BY {duck.cells(staged)}) AS _first FROM candidates)
            WHERE _line > _first"""
    )


def any_identifies(connection: duckdb.DuckDBPyConnection, staged: Staged, columns: Sequence[str]) -> bool:
    """Whether one of the columns is filled everywhere and repeats only in rows of `duplicates`."""
    repeated = int(duck.first_row(connection, "SELECT count(*) FROM duplicates")[0])
    if not repeated or not columns:
        return False
    different = staged.rows - repeated
    return any(
        _different(connection, staged, column) == different
        for column in _varied(connection, staged, columns, different)
    )


_ESTIMATE = 0.85
"""An estimate of different values below this share of the true number does not occur."""


def _varied(
    connection: duckdb.DuckDBPyConnection, staged: Staged, columns: Sequence[str], different: int
) -> list[str]:
    """The columns that are filled everywhere and may hold so many different values: only they are worth an exact
    count, which on many rows takes long."""
    facts = ", ".join(f"count({cell}), approx_count_distinct({cell})" for cell in map(duck.name, columns))
    row = duck.first_row(connection, f"SELECT {facts} FROM {duck.rows_of(staged)}")
    return [
        column
        for place, column in enumerate(columns)
        if row[2 * place] == staged.rows and row[2 * place + 1] >= _ESTIMATE * different
    ]


def _different(connection: duckdb.DuckDBPyConnection, staged: Staged, column: str) -> int:
    """How many different values a column holds, counted by their hashes of 64 bits."""
    row = duck.first_row(
        connection, f"SELECT count(DISTINCT hash({duck.name(column)})) FROM {duck.rows_of(staged)}"
    )
    return int(row[0])


def keep_events(connection: duckdb.DuckDBPyConnection, *, has_identity: bool) -> None:
    """Fills `events` with the rows of `duplicates`, which then are none, unless rows have an identity."""
    connection.execute("CREATE TABLE events AS SELECT _line FROM duplicates")
    connection.execute("DELETE FROM events" if has_identity else "DELETE FROM duplicates")


def kept(connection: duckdb.DuckDBPyConnection) -> tuple[Tally, ...]:
    """A warning that rows repeat and were kept; nothing when none does."""
    rows = int(duck.first_row(connection, "SELECT count(*) FROM events")[0])
    return (Tally("", "row_repeats", "warning", rows, ()),) if rows else ()


def find_key_repeats(
    connection: duckdb.DuckDBPyConnection, values: Sequence[str], code: str, item: str
) -> None:
    """Adds to `repeats` (`_line`, `_first`, `code`, `item`) the sound rows whose key an earlier sound row
    already has, and to `repeated_rows` their cells."""
    if not _any(connection, "candidates"):
        return
    key = ", ".join(f"{value} AS k{number}" for number, value in enumerate(values))
    names = ", ".join(f"k{number}" for number in range(len(values)))
    filled = " AND ".join(f"k{number} IS NOT NULL" for number in range(len(values)))
    connection.execute(
        f"""INSERT INTO repeats
            SELECT _line, _first, {duck.text(code)}, {duck.text(item)} FROM (
                SELECT _line, min(_line) OVER (PARTITION BY {names}) AS _first
                FROM (SELECT _line, {key} FROM candidates)
                WHERE _line NOT IN (SELECT _line FROM duplicates)
                  AND _line NOT IN (SELECT _line FROM faulty) AND {filled})
            WHERE _line > _first"""
    )
    connection.execute(
        """INSERT INTO repeated_rows
           SELECT * FROM candidates WHERE _line IN (SELECT _line FROM repeats)
                                      AND _line NOT IN (SELECT _line FROM repeated_rows)"""
    )
