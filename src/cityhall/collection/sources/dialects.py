"""Three databases, one question: SELECT the declared columns in cursor order, read-only, row by row.

Names are quoted by the driver or by doubling the quote sign; values are bound.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pymysql
from psycopg import sql
from pymysql.cursors import SSCursor

from cityhall.collection.errors import DatabaseRefused, SettingWrong, SourceUnreachable
from cityhall.collection.sources.addresses import Endpoint, checked_endpoint, private_allowed
from cityhall.collection.sources.credentials import credential
from cityhall.collection.sources.shapes import SourceSpec

_BATCH = 5_000
_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Select:
    """What is asked: columns of one table, beyond `after` in the order of `cursor` (`again`: from it on)."""

    table: tuple[str, ...]
    columns: tuple[str, ...]
    cursor: str = ""
    after: Any = None
    again: bool = False

    def text(self, quote: Callable[[str], str], mark: str) -> tuple[str, list[Any]]:
        """The statement and its bound values."""
        columns = ", ".join(map(quote, self.columns))
        statement = f"SELECT {columns} FROM {'.'.join(map(quote, self.table))}"
        values: list[Any] = []
        if self.cursor and self.after is not None:
            statement += f" WHERE {quote(self.cursor)} {'>=' if self.again else '>'} {mark}"
            values.append(self.after)
        if self.cursor:
            statement += f" ORDER BY {quote(self.cursor)}"
        return statement, values


Rows = Iterator[Sequence[Any]]
Dialect = Callable[[SourceSpec, Select], AbstractContextManager[Rows]]


def _endpoint(source: SourceSpec, port: int) -> Endpoint:
    number = int(source.number("port", port))
    return checked_endpoint(source.text("host"), number, allow_private=private_allowed(source.settings))


def _failure(error: Exception, source: SourceSpec, *, connecting: bool) -> Exception:
    """The driver's words, first line only: they never hold the password, but may be long."""
    why = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    if connecting:
        return SourceUnreachable(address=source.settings.get("host", source.name), why=why)
    return DatabaseRefused(why=why)


@contextmanager
def _postgresql(source: SourceSpec, select: Select) -> Iterator[Rows]:
    place = _endpoint(source, 5432)
    statement, values = select.text(lambda name: sql.Identifier(name).as_string(), "%s")
    try:
        connection = psycopg.connect(
            host=place.host,
            hostaddr=place.address,
            port=place.port,
            dbname=source.text("database"),
            user=source.text("user"),
            password=credential(source.settings.get("password")),
            sslmode=source.text("sslmode", "prefer"),
            connect_timeout=_PATIENCE,
            options="-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read",
        )
    except psycopg.Error as error:
        raise _failure(error, source, connecting=True) from error
    try:
        with closing(connection), connection.cursor(name="cityhall") as rows:
            rows.itersize = _BATCH
            rows.execute(statement.encode(), values)
            yield iter(rows)
    except psycopg.Error as error:
        raise _failure(error, source, connecting=False) from error


@contextmanager
def _mysql(source: SourceSpec, select: Select) -> Iterator[Rows]:
    place = _endpoint(source, 3306)
    statement, values = select.text(lambda name: "`" + name.replace("`", "``").replace("%", "%%") + "`", "%s")
    try:
        connection = pymysql.connect(
            host=place.address,
            port=place.port,
            database=source.text("database"),
            user=source.text("user"),
            password=credential(source.settings.get("password")),
            charset="utf8mb4",
            connect_timeout=_PATIENCE,
            cursorclass=SSCursor,
            autocommit=True,
            local_infile=False,
        )
    except pymysql.MySQLError as error:
        raise _failure(error, source, connecting=True) from error
    try:
        with closing(connection), connection.cursor() as rows:
            rows.execute("SET SESSION TRANSACTION READ ONLY")
            rows.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
            rows.execute(statement if values else statement.replace("%%", "%"), values or None)
            yield iter(rows)
    except pymysql.MySQLError as error:
        raise _failure(error, source, connecting=False) from error


@contextmanager
def _sqlite(source: SourceSpec, select: Select) -> Iterator[Rows]:
    file = Path(source.text("database")).absolute()
    if not file.is_file():
        raise SettingWrong(setting="database", why="there is no such file")
    # A doubled quote keeps a misspelt column from turning into a string: SQLite would accept "name" as text.
    statement, values = select.text(lambda name: "[" + name + "]", "?")
    if any("]" in name for name in (*select.table, *select.columns)):
        raise SettingWrong(setting="columns", why="names with ] cannot be asked for")
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            yield iter(connection.execute(statement, values))
    except sqlite3.Error as error:
        raise _failure(error, source, connecting=False) from error


DIALECTS: Mapping[str, Dialect] = {"postgresql": _postgresql, "mysql": _mysql, "sqlite": _sqlite}
