"""The index in the database: how it hangs on its table, and how a phrase is looked up, on SQLite and PostgreSQL.

SQLite: an FTS5 table over the rows. PostgreSQL: for each column a narrow table of `tsvector` with a GIN index (to
visit a wide one costs ten times as much). Triggers keep both with the rows. Tokens are ASCII of our own making, so
that neither engine's word rules change anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
from django.db import DatabaseError

from cityhall.opening.searching.folding import Run, tokens

TABLE: Final = "opening_searchentry"
COLUMNS: Final = ("title", "names", "keywords", "abstract")
Ids = npt.NDArray[np.int64]

_LIST = ", ".join(COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in COLUMNS)
_NEW = ", ".join(f"new.{name}" for name in COLUMNS)
_CHANGED = " OR ".join(f"old.{name} <> new.{name}" for name in COLUMNS)
_DROP = f"INSERT INTO opening_search(opening_search, rowid, {_LIST}) VALUES ('delete', old.id, {_OLD});"
_ADD = f"INSERT INTO opening_search(rowid, {_LIST}) VALUES (new.id, {_NEW});"
_TABLES = ", ".join(f"opening_search_{name}" for name in COLUMNS)
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS opening_search USING fts5({_LIST}, content='{TABLE}', content_rowid='id', "
    "tokenize='ascii', prefix='2 4 5')",
    f"CREATE TRIGGER IF NOT EXISTS opening_search_added AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    f"CREATE TRIGGER IF NOT EXISTS opening_search_gone AFTER DELETE ON {TABLE} BEGIN {_DROP} END",
    f"CREATE TRIGGER IF NOT EXISTS opening_search_changed AFTER UPDATE ON {TABLE} WHEN {_CHANGED} "
    f"BEGIN {_DROP} {_ADD} END",
)
_POSTGRESQL = (
    *(
        f"CREATE TABLE IF NOT EXISTS opening_search_{name} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)"
        for name in COLUMNS
    ),
    *(
        f"CREATE INDEX IF NOT EXISTS opening_search_{name}_tokens ON opening_search_{name} USING gin (tokens)"
        for name in COLUMNS
    ),
    "CREATE OR REPLACE FUNCTION opening_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'TRUNCATE' THEN TRUNCATE {_TABLES}; RETURN NULL; END IF; "
    "IF TG_OP = 'DELETE' THEN "
    + " ".join(f"DELETE FROM opening_search_{name} WHERE id = old.id;" for name in COLUMNS)
    + " RETURN NULL; END IF; "
    + " ".join(
        f"INSERT INTO opening_search_{name} VALUES (new.id, to_tsvector('simple', new.{name})) "
        "ON CONFLICT (id) DO UPDATE SET tokens = excluded.tokens;"
        for name in COLUMNS
    )
    + " RETURN NULL; END $$",
    f"CREATE OR REPLACE TRIGGER opening_search_rows AFTER INSERT OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION opening_search_keep()",
    f"CREATE OR REPLACE TRIGGER opening_search_changed AFTER UPDATE ON {TABLE} "
    f"FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION opening_search_keep()",
    f"CREATE OR REPLACE TRIGGER opening_search_emptied AFTER TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION opening_search_keep()",
)
_AWAY = {
    "sqlite": (
        *(f"DROP TRIGGER IF EXISTS opening_search_{name}" for name in ("added", "gone", "changed")),
        "DROP TABLE IF EXISTS opening_search",
    ),
    "postgresql": ("DROP FUNCTION IF EXISTS opening_search_keep CASCADE", f"DROP TABLE IF EXISTS {_TABLES}"),
}
_FILL = {
    "sqlite": ("INSERT INTO opening_search(opening_search) VALUES ('rebuild')",),
    "postgresql": tuple(
        f"INSERT INTO opening_search_{name} SELECT id, to_tsvector('simple', {name}) FROM {TABLE}"
        for name in COLUMNS
    ),
}
_DIFFERENT = (
    "SELECT count(*) FROM opening_searchentry AS entry FULL JOIN opening_search_{name} AS kept USING (id) "
    "WHERE kept.tokens IS DISTINCT FROM to_tsvector('simple', entry.{name})"
)


def install(connection: Any) -> None:
    """Hang the index on its table, unless it hangs there already."""
    _run(connection, _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL)


def remove(connection: Any) -> None:
    """Take the index off its table."""
    _run(connection, _AWAY[connection.vendor])


def refill(connection: Any) -> None:
    """Make the index anew from the rows, whatever it held."""
    remove(connection)
    install(connection)
    _run(connection, _FILL[connection.vendor])


def agrees(connection: Any) -> bool:
    """Whether the index holds what the rows say: SQLite's own check, PostgreSQL's tables compared."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            try:
                cursor.execute(
                    "INSERT INTO opening_search(opening_search, rank) VALUES ('integrity-check', 1)"
                )
            except DatabaseError:
                return False
            return True
        cursor.execute(" UNION ALL ".join(_DIFFERENT.format(name=name) for name in COLUMNS))
        return not any(count for (count,) in cursor.fetchall())


def _run(connection: Any, statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def holding(connection: Any, wanted: Sequence[Run], columns: Sequence[str]) -> list[list[Ids]]:
    """For each run and each column, the ids of the rows whose column holds it, in one query."""
    lite = connection.vendor == "sqlite"
    one = _sqlite_one if lite else _postgres_one
    parts = [
        (one(column), _match(run, column) if lite else _tsquery(run)) for run in wanted for column in columns
    ]
    sql = " UNION ALL ".join(
        f"SELECT {place} AS place, ({part}) AS ids" for place, (part, _) in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [match for _, match in parts])
        found = {place: _ids(listed) for place, listed in cursor.fetchall()}
    width = len(columns)
    return [[found[row * width + place] for place in range(width)] for row in range(len(wanted))]


def _sqlite_one(_column: str) -> str:
    return "SELECT json_group_array(rowid) FROM opening_search WHERE opening_search MATCH %s"


def _postgres_one(column: str) -> str:
    return f"SELECT array_agg(id) FROM opening_search_{column} WHERE tokens @@ %s::tsquery"


def _ids(listed: str | list[int] | None) -> Ids:
    """SQLite answers a list as JSON, PostgreSQL as an array, None when it is empty."""
    return np.array(orjson.loads(listed) if isinstance(listed, str) else listed or (), dtype=np.int64)


def _match(run: Run, column: str) -> str:
    """The run as an FTS5 expression."""
    return f'{column} : "{" ".join(tokens(run))}"{" *" if _open(run) else ""}'


def _tsquery(run: Run) -> str:
    """The run as a `tsquery`."""
    return " <-> ".join(f"'{token}'{':*' if _open(run) else ''}" for token in tokens(run))


def _open(run: Run) -> bool:
    """Whether the run may go on: a word by its beginning, a single character as the first of two."""
    return run.kind == "w" or len(run.text) == 1
