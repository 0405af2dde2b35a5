"""From a query and the columns of a version to SQL. Pure: no database, no file is touched here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cityhall.kernel.sql import quoted
from cityhall.warehouse.errors import (
    CursorUnusable,
    ItemMasked,
    ItemUnknown,
    OperatorUnknown,
    QueryTooBig,
    QueryUnusable,
    ValueMismatch,
)
from cityhall.warehouse.masks import masked_local, shows_all
from cityhall.warehouse.query.conditions import compare, condition_sql
from cityhall.warehouse.query.cursors import Cursor
from cityhall.warehouse.query.fragments import Fragment, joined
from cityhall.warehouse.query.language import (
    FNS,
    MAX_AGGREGATES,
    MAX_ALL_VALUES,
    MAX_CONDITIONS,
    MAX_LIMIT,
    MAX_ORDER,
    NUMBER_FNS,
    Aggregate,
    AnyOf,
    Box,
    Condition,
    Direction,
    Query,
)
from cityhall.warehouse.query.values import value_of
from cityhall.warehouse.shapes import Column

Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL around the table expression of a version's files, and its values. For groups it answers
    `columns`, then the values of the order. For rows it answers places: the values of the order, the file's
    index and the row number; `shown` are the expressions of `columns`, to be read at those places.
    """

    head: str
    tail: str
    values: tuple[Any, ...]
    columns: tuple[str, ...]
    shown: Fragment

    def over(self, table: str) -> Fragment:
        """The question to a table expression."""
        return Fragment(f"{self.head} FROM {table}{self.tail}", self.values)

    def with_rows(self, table: str) -> Fragment:
        """The same for rows, answering their `columns` after their places, in one go."""
        return Fragment(
            f"{self.head}, {self.shown.sql} FROM {table}{self.tail}", self.shown.values + self.values
        )


def compile_query(
    query: Query,
    columns: Sequence[Column],
    cursor: Cursor | None = None,
    masks: Mapping[str, str | None] | None = None,
    full: Collection[str] = (),
) -> Compiled:
    """The query over a version with these columns, continued after `cursor`. One row more than `limit` is
    asked for, to know whether there is a next page. Errors: those of the language (`ItemUnknown`,
    `OperatorUnknown`, `ValueMismatch`, …).
    """
    _check_size(query)
    known = {column.name: column for column in columns}
    hidden = {name: mask for name, mask in (masks or {}).items() if not shows_all(mask)}
    if given_away := sorted(_used(query) & set(hidden)):
        raise ItemMasked(item=given_away[0])
    return _groups(query, known, cursor) if query.grouped else _rows(query, known, cursor, hidden, full)


def where_sql(query: Query, known: Columns) -> Fragment:
    """The filter of the query, the bounding box included."""
    parts = [_part(part, known) for part in query.where]
    if query.bbox:
        parts.append(_box(query.bbox, known))
    return joined("AND", parts, "TRUE")


def find(name: str, known: Columns) -> Column:
    """The column of that name. Errors: `ItemUnknown`."""
    if not isinstance(name, str) or name not in known:
        shown = [column.name for column in known.values() if not column.internal]
        raise ItemUnknown(item=str(name)[:80], known=", ".join(shown[:50]))
    return known[name]


def _check_size(query: Query) -> None:
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryTooBig(what=f"limit {query.limit}", limit=MAX_LIMIT)
    for what, count, limit in (
        ("conditions", len(query.conditions()), MAX_CONDITIONS),
        ("values", sum(map(_values, query.conditions())), MAX_ALL_VALUES),
        ("order", len(query.order), MAX_ORDER),
        ("group_by", len(query.group_by), MAX_ORDER),
        ("aggregates", len(query.aggregates), MAX_AGGREGATES),
    ):
        if count > limit:
            raise QueryTooBig(what=f"{count} {what}", limit=limit)


def _values(condition: Condition) -> int:
    return len(condition.value) if isinstance(condition.value, list | tuple) else 1


def _part(part: Condition | AnyOf, known: Columns) -> Fragment:
    if isinstance(part, AnyOf):
        return joined("OR", (_part(one, known) for one in part.conditions), "FALSE")
    return condition_sql(find(part.item, known), part)


def _box(box: Box, known: Columns) -> Fragment:
    lon, lat = find(box.lon, known), find(box.lat, known)
    for column in (lon, lat):
        if column.type not in ("integer", "decimal"):
            raise OperatorUnknown(op="bbox", item=column.name, known="items with numbers")
    west, south, east, north = (value_of(lon, edge) for edge in (box.west, box.south, box.east, box.north))
    if south > north:
        raise QueryUnusable(reason="bbox: south is above north")
    inside = (compare(lon, "ge", west), compare(lon, "le", east))
    across = joined("AND" if west <= east else "OR", inside, "TRUE")
    return joined("AND", (across, compare(lat, "ge", south), compare(lat, "le", north)), "TRUE")


def _rows(
    query: Query,
    known: Columns,
    cursor: Cursor | None,
    hidden: Mapping[str, str | None],
    full: Collection[str],
) -> Compiled:
    names = query.select or tuple(column.name for column in known.values() if not column.internal)
    selected = [masked_local(find(name, known), hidden.get(name)) for name in names]
    order = _order(query.order, known)
    where = where_sql(query, known)
    if cursor:
        where = joined("AND", (where, _after(order, cursor, full, tie=True)), "TRUE")
    sorting = [f"{quoted(column.name)} {direction.upper()} NULLS LAST" for column, direction in order]
    # without an order the rows come in that of the files, which the engine keeps and which lets it stop early
    sorted_by = f" ORDER BY {', '.join([*sorting, 'file_index', 'file_row_number'])}" if sorting else ""
    marks = [masked_local(column, None).sql for column, _ in order]
    places = ", ".join([*marks, "file_index", "file_row_number"])
    shown = Fragment(
        ", ".join(one.sql for one in selected), tuple(value for one in selected for value in one.values)
    )
    tail = f" WHERE {where.sql}{sorted_by} LIMIT {query.limit + 1:d}"
    return Compiled(f"SELECT {places}", tail, where.values, tuple(names), shown)


def _used(query: Query) -> set[str]:
    """The items whose values the answer's choice, order or groups would give away."""
    used = {one.item for one in query.conditions()} | {name for name, _ in query.order} | set(query.group_by)
    used |= {one.item for one in query.aggregates if one.fn != "count"}
    return used | ({query.bbox.lon, query.bbox.lat} if query.bbox else set())


def _groups(query: Query, known: Columns, cursor: Cursor | None) -> Compiled:
    if query.select:
        raise QueryUnusable(reason="select cannot be used together with group_by or aggregates")
    groups = [find(name, known) for name in query.group_by]
    outputs = {column.name: column for column in groups}
    for aggregate in query.aggregates:
        if not aggregate.alias or len(aggregate.alias) > 80 or aggregate.alias in outputs:
            raise QueryUnusable(reason=f"the name {aggregate.alias[:80]!r} is empty, too long or used twice")
        outputs[aggregate.alias] = Column(aggregate.alias, *_aggregate_type(aggregate, known))
    named = {name for name, _ in query.order}
    order = _order((*query.order, *((name, "asc") for name in query.group_by if name not in named)), outputs)
    where = where_sql(query, known)
    shown = [quoted(column.name) for column in groups]
    shown += [f"{_aggregate_sql(one, known)} AS {quoted(one.alias)}" for one in query.aggregates]
    by = f" GROUP BY {', '.join(quoted(column.name) for column in groups)}" if groups else ""
    after = _after(order, cursor, (), tie=False) if cursor else Fragment("TRUE")
    sorting = [f"{quoted(column.name)} {direction.upper()} NULLS LAST" for column, direction in order]
    sorted_by = f" ORDER BY {', '.join(sorting)}" if sorting else ""
    told = [
        masked_local(column, None).sql for column in (*outputs.values(), *(column for column, _ in order))
    ]
    head = f"SELECT {', '.join(told)} FROM (SELECT {', '.join(shown)}"
    tail = f" WHERE {where.sql}{by}) AS g WHERE {after.sql}{sorted_by} LIMIT {query.limit + 1:d}"
    return Compiled(head, tail, where.values + after.values, tuple(outputs), Fragment(""))


def _aggregate_type(aggregate: Aggregate, known: Columns) -> tuple[Any, str]:
    """Type and stored type of an aggregate's result. Errors: `OperatorUnknown`."""
    if aggregate.fn not in FNS:
        raise OperatorUnknown(op=str(aggregate.fn)[:80], item=aggregate.item, known=", ".join(FNS))
    if aggregate.fn in ("count", "distinct"):
        return "integer", "BIGINT"
    column = find(aggregate.item, known)
    if aggregate.fn in NUMBER_FNS and column.type not in ("integer", "decimal"):
        raise OperatorUnknown(op=aggregate.fn, item=column.name, known="count, distinct, min, max")
    if aggregate.fn in ("min", "max"):
        return column.type, column.stored
    if aggregate.fn == "avg" or column.stored in ("DOUBLE", "FLOAT"):
        return "decimal", "DOUBLE"
    scale = column.stored.partition(",")[2].rstrip(")") or "0"
    return "decimal", f"DECIMAL(38,{scale})"


def _aggregate_sql(aggregate: Aggregate, known: Columns) -> str:
    if aggregate.fn == "count" and aggregate.item in ("", "*"):
        return "count(*)"
    name = quoted(find(aggregate.item, known).name)
    if aggregate.fn == "distinct":
        return f"count(DISTINCT {name})"
    return f"{aggregate.fn}({name})"


def _order(order: Iterable[tuple[str, str]], known: Columns) -> list[tuple[Column, Direction]]:
    result: list[tuple[Column, Direction]] = []
    for name, direction in order:
        if direction not in ("asc", "desc"):
            raise QueryUnusable(reason=f"order is asc or desc, not {str(direction)[:80]!r}")
        result.append((find(name, known), direction))  # type: ignore[arg-type]
    return result


def _after(
    order: Sequence[tuple[Column, Direction]], cursor: Cursor, full: Collection[str], *, tie: bool
) -> Fragment:
    """Rows that come after the cursor's, empty cells last; among equals, in the order of the files."""
    if len(order) != len(cursor.values):
        raise CursorUnusable()
    rest = Fragment("FALSE")
    if tie and not order:  # asked of the file of the last page alone
        return Fragment("file_row_number > ?", (cursor.row,))
    if tie:
        rest = Fragment(
            "file_index > ? OR (file_index = ? AND file_row_number > ?)",
            (cursor.file, cursor.file, cursor.row),
        )
    for (column, direction), text in reversed([*zip(order, cursor.values, strict=True)]):
        rest = _step(column, direction, text, rest, nulls=column.name not in full)
    return rest


def _step(column: Column, direction: Direction, text: str | None, rest: Fragment, *, nulls: bool) -> Fragment:
    name = quoted(column.name)
    if text is None:
        return joined("AND", (Fragment(f"{name} IS NULL"), rest), "TRUE")
    try:
        value = value_of(column, text)
    except ValueMismatch as error:
        raise CursorUnusable() from error
    beyond, not_before = ("gt", "ge") if direction == "asc" else ("lt", "le")
    later = (Fragment(f"{name} IS NULL"),) if nulls else ()
    equal = joined("AND", (_exact(column, "eq", value), rest), "TRUE")
    precise = joined("OR", (_exact(column, beyond, value), equal, *later), "TRUE")
    # the plainer condition says nothing new; it is the one that can be looked up in the files' statistics
    return joined("AND", (joined("OR", (_exact(column, not_before, value), *later), "TRUE"), precise), "TRUE")


def _exact(column: Column, op: str, value: Any) -> Fragment:
    if isinstance(value, Decimal) and column.stored in ("DOUBLE", "FLOAT"):
        value = float(value)
    return compare(column, op, value)
