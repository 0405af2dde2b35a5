"""Between places counted in rows and places in files, where no row needs to be read for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

from cityhall.warehouse.query import cursors
from cityhall.warehouse.query.cursors import Cursor
from cityhall.warehouse.query.language import Query
from cityhall.warehouse.query.running import run
from cityhall.warehouse.shapes import Version
from cityhall.warehouse.versions import members

_BEYOND: Final = 2**62
"""After the last row of any file."""


def mark_after(version: Version, query: Query, rows: int) -> str | None:
    """The mark of a page that would end after the first `rows` rows (at least one); None where only reading can
    tell: with a filter, an order or groups, or beyond the last row.
    """
    if query.where or query.order or query.grouped or query.bbox or not 0 < rows <= version.rows:
        return None
    left = rows
    for file, count in enumerate(members(version.dataset_id, version.number).values_list("rows", flat=True)):
        if left <= count:
            return cursors.write(Cursor(version.number, (), file, left - 1), query)
        left -= count
    return None


def row_at(
    version: Version, place: tuple[int, int], query: Query, masks: Mapping[str, str | None]
) -> tuple[Any, ...] | None:
    """The items of `query.select` of the row at a place (file, row) of a version; None when there is none, or it
    does not match the query. Errors: as `run`.
    """
    file, row = place
    if not (0 <= file < 2**31 and 0 <= row < _BEYOND):
        return None
    asked = replace(query, order=(), limit=1)
    before = Cursor(version.number, (), *((file, row - 1) if row else (file - 1, _BEYOND)))
    after = cursors.write(before, asked) if place != (0, 0) else None
    found = run(version, replace(asked, after=after), masks=masks)
    return found.rows[0] if found.places == (place,) else None


def bounds_of(version: Version, names: Collection[str]) -> dict[str, tuple[str, str]]:
    """The least and the greatest value of columns as texts, by the statistics of the files: never narrower than the
    values are. What the statistics do not tell is left out.
    """
    found: dict[str, tuple[str, str]] = {}
    known = list(members(version.dataset_id, version.number).values_list("statistics", flat=True))
    for column in (one for one in version.columns if one.name in names):
        told = [one[column.name] for one in known if one.get(column.name, {}).get("min") is not None]
        if told:
            order: Callable[[str], Any] = Decimal if column.type in ("integer", "decimal") else str
            low, high = (
                pick((one[end] for one in told), key=order) for pick, end in ((min, "min"), (max, "max"))
            )
            found[column.name] = (low, high)
    return found


def numbers_of(version: Version, places: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """The number of each row in its version, counted from 1, of its place (file, row) in an answer."""
    rows = members(version.dataset_id, version.number).values_list("rows", flat=True)
    before = (0, *accumulate(rows))
    return tuple(before[file] + row + 1 for file, row in places)
