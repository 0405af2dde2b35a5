"""Many rows into a table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

from django.db import connection

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": ""})
_BLOCK = 20_000


def new_keys(table: str, many: int) -> range | list[int]:
    """Keys for so many new rows of a table, inside the transaction that writes them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, many]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        first = cursor.fetchone()[0] + 1
    return range(first, first + many)


def insert(table: str, columns: Sequence[str], values: Sequence[Collection[Any]]) -> None:
    """Write columns (of one length): texts, numbers, bytes, booleans, None; moments as UTC texts. As many rows are there
    afterwards as were given, or nothing is."""
    connection.ensure_connection()
    given = len(values[0])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            written = _copy(table, columns, values)
        else:
            places = ", ".join("%s" for _ in columns)
            cursor.executemany(
                f"INSERT INTO {table} ({_quoted(columns)}) VALUES ({places})", list(zip(*values, strict=True))
            )
            written = cursor.rowcount if given else 0
    if written != given:
        raise RuntimeError(f"{table}: {given} rows were to be written, {written} were")


def _copy(table: str, columns: Sequence[str], values: Sequence[Collection[Any]]) -> int:
    lines = map("\t".join, zip(*(map(_written, column) for column in values), strict=True))
    with connection.connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({_quoted(columns)}) FROM STDIN") as copy:
            while block := list(islice(lines, _BLOCK)):
                copy.write("\n".join(block) + "\n")
        return int(cursor.rowcount)


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _written(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES) if not value.isalnum() else value
    if isinstance(value, bool):
        return "t" if value else "f"
    return f"\\\\x{value.hex()}" if isinstance(value, bytes) else str(value)
