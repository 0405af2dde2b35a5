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
Ids = npt.NDArray[np.integer[Any]]
Part = tuple[Run, str]
"""A run, and the column it is looked for in."""

_LIST = ", ".join(COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in COLUMNS)
_NEW = ", ".join(f"new.{name}" for name in COLUMNS)
_CHANGED = " OR ".join(f"old.{name} <> new.{name}" for name in COLUMNS)
_DROP = f"INSERT INTO opening_search(opening_search, rowid, {_LIST}) VALUES ('delete', old.id, {_OLD});"
_ADD = f"INSERT INTO opening_search(rowid, {_LIST}) VALUES (new.id, {_NEW});"
_TABLES = ", ".join(f"opening_search_{name}" for name in COLUMNS)
_RESTING = "cityhall.search_resting"
"""PostgreSQL: while this is set in a transaction, the triggers do nothing in it."""
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS opening_search USING fts5({_LIST}, content='{TABLE}', content_rowid='id', "
    "tokenize='ascii', prefix='2 4 5')",
    f"CREATE TRIGGER IF NOT EXISTS opening_search_added AFTER INSERT ON {TABLE} BEGIN {_ADD} END",
    f"CREATE TRIGGER IF NOT EXISTS opening_search_gone AFTER DELETE ON {TABLE} BEGIN {_DROP} END",
    f"CREATE TRIGGER IF NOT EXISTS opening_search_changed AFTER UPDATE ON {TABLE} WHEN {_CHANGED} "
    f"BEGIN {_DROP} {_ADD} END",
)
_KEEP = (
    "CREATE OR REPLACE FUNCTION opening_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF current_setting('{_RESTING}', true) = 'yes' THEN RETURN NULL; END IF; "
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


def _table(name: str) -> str:
    return f"CREATE TABLE IF NOT EXISTS {name} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)"


def _index(name: str) -> str:
    return f"CREATE INDEX IF NOT EXISTS {name}_tokens ON {name} USING gin (tokens)"


def _anew(column: str) -> tuple[str, ...]:
    """A column's table made beside the old one and put in its place, so that nobody who searches waits for it."""
    name = f"opening_search_{column}"
    new = f"{name}_new"
    return (
        _table(new),
        f"INSERT INTO {new} SELECT id, to_tsvector('simple', {column}) FROM {TABLE}",
        _index(new),
        f"DROP TABLE IF EXISTS {name}",
        f"ALTER TABLE {new} RENAME TO {name}",
        f"ALTER INDEX {new}_pkey RENAME TO {name}_pkey",
        f"ALTER INDEX {new}_tokens RENAME TO {name}_tokens",
    )


_POSTGRESQL = (
    *(f(f"opening_search_{name}") for name in COLUMNS for f in (_table, _index)),
    *_KEEP,
)
_SQLITE_AWAY = (
    *(f"DROP TRIGGER IF EXISTS opening_search_{name}" for name in ("added", "gone", "changed")),
    "DROP TABLE IF EXISTS opening_search",
)
_AWAY = {
    "sqlite": _SQLITE_AWAY,
    "postgresql": ("DROP FUNCTION IF EXISTS opening_search_keep CASCADE", f"DROP TABLE IF EXISTS {_TABLES}"),
}
_REST = {
    "sqlite": _SQLITE_AWAY,
    "postgresql": (*_KEEP, f"SELECT set_config('{_RESTING}', 'yes', true)"),
}
_REFILL = {
    "sqlite": (*_SQLITE, "INSERT INTO opening_search(opening_search) VALUES ('rebuild')"),
    "postgresql": (
        *(sql for name in COLUMNS for sql in _anew(name)),
        f"SELECT set_config('{_RESTING}', '', true)",
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


def rest(connection: Any) -> None:
    """Within a transaction that ends with `refill`: let the index be while its rows are written anew."""
    _run(connection, _REST[connection.vendor])


def refill(connection: Any) -> None:
    """Make the index anew from the rows, whatever it held; takes a fifth of the time that keeping it row by row does."""
    rest(connection)
    _run(connection, _REFILL[connection.vendor])


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


def holding(connection: Any, parts: Sequence[Part]) -> list[Ids]:
    """For each run in its column, the ids of the rows whose column holds it, in one query."""
    if not parts:
        return []
    lite = connection.vendor == "sqlite"
    ask = _sqlite_one if lite else _postgres_one
    asked = [ask(run, column) for run, column in parts]
    sql = " UNION ALL ".join(
        f"SELECT {place} AS place, ({one}) AS ids" for place, (one, _) in enumerate(asked)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [match for _, match in asked])
        found = {place: _ids(listed) for place, listed in cursor.fetchall()}
    return [found[place] for place in range(len(parts))]


def _sqlite_one(run: Run, column: str) -> tuple[str, str]:
    return (
        "SELECT json_group_array(rowid) FROM opening_search WHERE opening_search MATCH %s",
        _match(run, column),
    )


def _postgres_one(run: Run, column: str) -> tuple[str, str]:
    return f"SELECT array_agg(id) FROM opening_search_{column} WHERE tokens @@ %s::tsquery", _tsquery(run)


def _ids(listed: str | list[int] | None) -> Ids:
    """SQLite answers a list as JSON, PostgreSQL as an array, None when it is empty."""
    return np.array(orjson.loads(listed) if isinstance(listed, str) else listed or (), dtype=np.int32)


def _match(run: Run, column: str) -> str:
    """The run as an FTS5 expression."""
    return f'{column} : "{" ".join(tokens(run))}"{" *" if is_open(run) else ""}'


def _tsquery(run: Run) -> str:
    """The run as a `tsquery`."""
    return " <-> ".join(f"'{token}'{':*' if is_open(run) else ''}" for token in tokens(run))


def is_open(run: Run) -> bool:
    """Whether the run may go on: a word by its beginning, a single character as the first of two."""
    return run.kind == "w" or len(run.text) == 1
