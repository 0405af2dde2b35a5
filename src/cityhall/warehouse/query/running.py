"""Running a query over the files of one version.

Rows are found first, by the columns of the filter and the order alone; the other columns are then read for
the rows of the page only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from cityhall.warehouse.errors import CursorUnusable
from cityhall.warehouse.query import cursors
from cityhall.warehouse.query.compiling import Compiled, compile_query
from cityhall.warehouse.query.cursors import Cursor
from cityhall.warehouse.query.engine import limited
from cityhall.warehouse.query.language import Limits, Query, Rows
from cityhall.warehouse.query.tables import Part, parts_of, table_sql, without_empty_cells
from cityhall.warehouse.shapes import Version

Found = list[tuple[Any, ...]]


def run(
    version: Version,
    query: Query,
    *,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    masks: Mapping[str, str | None] | None = None,
) -> Rows:
    """One page of the answer to `query` from `version`, with items shown through their masks (item -> mask
    profile).

    Errors: those of the language; `CursorUnusable` when `after` belongs to another version or query;
    `QueryTooLong`; `VersionMissing` when the version's data has expired.
    """
    cursor = cursors.read(query.after, query) if query.after else None
    if cursor and cursor.version != version.number:
        raise CursorUnusable()
    asked = _Asked(version, query, cursor, masks or {})
    compiled = asked.compiled()
    parts = parts_of(version)
    with limited(limits) as connection:
        found = asked.find(connection, compiled, parts)
        page, more = found[: query.limit], len(found) > query.limit
        rows = (
            [row[: len(compiled.columns)] for row in page]
            if query.grouped
            else asked.read(connection, compiled, parts, page)
        )
    following = cursors.write(asked.mark(compiled, page[-1]), query) if more else None
    return Rows(compiled.columns, tuple(rows), following, version.number)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way."""

    version: Version
    query: Query
    cursor: Cursor | None
    masks: Mapping[str, str | None]

    def compiled(self) -> Compiled:
        names = {name for name, _ in self.query.order} if self.cursor else set()
        full = without_empty_cells(self.version, names) if names else frozenset[str]()
        return compile_query(self.query, self.version.columns, self.cursor, self.masks, full)

    def find(self, connection: duckdb.DuckDBPyConnection, compiled: Compiled, parts: Sequence[Part]) -> Found:
        """The groups, or the places of the rows (values of the order, index of the file, row number): one
        more than the limit.
        """
        if self.cursor is None or self.query.order or self.query.grouped:
            return self._find(connection, compiled, parts)
        # in the files' own order: the rest of the file where the last page ended, then the files after it
        at = self.cursor.file
        found = [(at, row) for _, row in self._find(connection, compiled, parts[at : at + 1])]
        if len(found) <= self.query.limit and parts[at + 1 :]:
            anew = replace(self.query, limit=max(self.query.limit - len(found), 1))
            rest = compile_query(anew, self.version.columns, None, self.masks)
            found += [(at + 1 + file, row) for file, row in self._find(connection, rest, parts[at + 1 :])]
        return found

    def _find(
        self, connection: duckdb.DuckDBPyConnection, compiled: Compiled, parts: Sequence[Part]
    ) -> Found:
        sql = compiled.head + table_sql(parts, self.version.columns) + compiled.tail
        return connection.execute(sql, compiled.values).fetchall()

    def read(
        self, connection: duckdb.DuckDBPyConnection, compiled: Compiled, parts: Sequence[Part], places: Found
    ) -> Found:
        """The rows at these places, in their order."""
        wanted: dict[int, list[int]] = defaultdict(list)
        for *_, file, row in places:
            wanted[file].append(row)
        shown, columns = compiled.shown, self.version.columns
        pieces = [
            f"SELECT {file:d}, file_row_number, {shown.sql} FROM {table_sql([parts[file]], columns)} "
            f"WHERE file_row_number IN ({', '.join(f'{row:d}' for row in rows)})"
            for file, rows in wanted.items()
        ]
        if not pieces:
            return []
        read = connection.execute(" UNION ALL ".join(pieces), shown.values * len(pieces)).fetchall()
        by_place = {(file, row): values for file, row, *values in read}
        return [tuple(by_place[file, row]) for *_, file, row in places]

    def mark(self, compiled: Compiled, last: tuple[Any, ...]) -> Cursor:
        """Where the page ends."""
        if self.query.grouped:
            width = len(compiled.columns)
            return Cursor(self.version.number, tuple(map(cursors.as_text, last[width:])))
        *values, file, row = last
        return Cursor(self.version.number, tuple(map(cursors.as_text, values)), file, row)
