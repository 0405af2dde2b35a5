"""Page marks for a place counted in rows, where that can be known without reading them."""

from __future__ import annotations

from cityhall.warehouse.query import cursors
from cityhall.warehouse.query.cursors import Cursor
from cityhall.warehouse.query.language import Query
from cityhall.warehouse.shapes import Version
from cityhall.warehouse.versions import members


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
