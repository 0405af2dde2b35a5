"""Running a query over the files of one version.

Out of files, rows are found first, by the columns of the filter and the order alone; the other columns are
then read for the rows of the page only. Small versions that are asked again are read out of memory, in one go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import duckdb

from cityhall.warehouse.errors import CursorUnusable
from cityhall.warehouse.heavy.pool import ask
from cityhall.warehouse.query import cursors
from cityhall.warehouse.query.compiling import Compiled, compile_query
from cityhall.warehouse.query.cursors import Cursor
from cityhall.warehouse.query.engine import limited, parsed
from cityhall.warehouse.query.keeping import forget, kept_table
from cityhall.warehouse.query.language import Limits, Query, Rows
from cityhall.warehouse.query.tables import Part, parts_of, table_sql, without_empty_cells
from cityhall.warehouse.shapes import Version

Found = list[tuple[Any, ...]]
Execute = Callable[[str, Sequence[Any]], Found]

HEAVY_ROWS = 100_000


def run(
    version: Version,
    query: Query,
    *,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    masks: Mapping[str, str | None] | None = None,
) -> Rows:
    """One page of the answer to `query` from `version`, with items shown through their masks (item -> mask profile).

    Errors: those of the language; `CursorUnusable` when `after` belongs to another version or query; `QueryTooLong`;
    `VersionMissing` when the version's data has expired.
    """
    cursor = cursors.read(query.after, query) if query.after else None
    if cursor and cursor.version != version.number:
        raise CursorUnusable()
    asked = _Asked(version, query, cursor, masks or {})
    compiled = asked.compiled()
    page = asked.from_memory(compiled, limits) or asked.from_files(compiled, parts_of(version), limits)
    following = cursors.write(asked.mark(compiled, page.last), query) if page.more else None
    return Rows(compiled.columns, page.rows, following, version.number, page.places)


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows of a page, their places, where it ends (groups: with its last group), and whether there are more."""

    rows: tuple[tuple[Any, ...], ...]
    places: tuple[tuple[int, int], ...]
    last: tuple[Any, ...]
    more: bool


def heavy(version: Version, query: Query) -> bool:
    """Whether a query must look at all rows of a large version, and therefore runs where it can be killed."""
    at_all_rows = query.grouped or query.order or any(one.op == "contains" for one in query.conditions())
    return bool(at_all_rows) and version.rows >= HEAVY_ROWS


def _here(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any]) -> Found:
    return connection.execute(sql, values).fetchall()


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

    def from_memory(self, compiled: Compiled, limits: Limits) -> _Page | None:
        """The page out of the table that is kept in memory; None when there is none (any more)."""
        table = kept_table(self.version)
        if table is None:
            return None
        places = 0 if self.query.grouped else len(self.query.order) + 2
        asked = compiled.over(table) if self.query.grouped else compiled.with_rows(table)
        try:
            with limited(limits, "memory") as connection:
                found = connection.execute(parsed(connection, asked.sql), asked.values).fetchall()
                return self._page(found, places, compiled)
        except duckdb.CatalogException:  # it has just made room for another
            forget(self.version)
        return None

    def from_files(self, compiled: Compiled, parts: Sequence[Part], limits: Limits) -> _Page:
        """The page out of the files: the places of its rows first, then the rows there."""
        with limited(limits) as connection:
            here = partial(_here, connection)
            far = heavy(self.version, self.query)
            found = self.find(partial(ask, limits=limits) if far else here, compiled, parts)
            if self.query.grouped:
                return self._page(found, 0, compiled)
            places = found[: self.query.limit]
            rows = self.read(here, compiled, parts, places)
        at = tuple((file, row) for *_, file, row in places)
        return _Page(tuple(rows), at, places[-1] if places else (), len(found) > len(places))

    def _page(self, found: Found, places: int, compiled: Compiled) -> _Page:
        """The page of what was found with one row more than asked for; its columns follow the `places`."""
        page, end = found[: self.query.limit], places + len(compiled.columns)
        last = page[-1] if page else ()
        rows = tuple(row[places:end] for row in page)
        at = tuple(row[places - 2 : places] for row in page) if places else ()
        return _Page(rows, at, last[:places] if places else last, len(found) > len(page))

    def find(self, execute: Execute, compiled: Compiled, parts: Sequence[Part]) -> Found:
        """The groups, or the places of the rows (values of the order, index of the file, row number): one
        more than the limit.
        """
        if self.cursor is None or self.query.order or self.query.grouped:
            return self._find(execute, compiled, parts)
        # in the files' own order: the rest of the file where the last page ended, then the files after it
        at = self.cursor.file
        found = [(at, row) for _, row in self._find(execute, compiled, parts[at : at + 1])]
        if len(found) <= self.query.limit and parts[at + 1 :]:
            anew = replace(self.query, limit=max(self.query.limit - len(found), 1))
            rest = compile_query(anew, self.version.columns, None, self.masks)
            found += [(at + 1 + file, row) for file, row in self._find(execute, rest, parts[at + 1 :])]
        return found

    def _find(self, execute: Execute, compiled: Compiled, parts: Sequence[Part]) -> Found:
        asked = compiled.over(table_sql(parts, self.version.columns))
        return execute(asked.sql, asked.values)

    def read(self, execute: Execute, compiled: Compiled, parts: Sequence[Part], places: Found) -> Found:
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
        read = execute(" UNION ALL ".join(pieces), shown.values * len(pieces))
        by_place = {(file, row): values for file, row, *values in read}
        return [tuple(by_place[file, row]) for *_, file, row in places]

    def mark(self, compiled: Compiled, last: tuple[Any, ...]) -> Cursor:
        """Where the page ends."""
        if self.query.grouped:
            width = len(compiled.columns)
            return Cursor(self.version.number, tuple(map(cursors.as_text, last[width:])))
        *values, file, row = last
        return Cursor(self.version.number, tuple(map(cursors.as_text, values)), file, row)
