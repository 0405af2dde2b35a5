"""Where the rows of a version lie: points from two items with numbers or from one with a pair, shapes from an item with
GeoJSON. A large version is sampled, always the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cityhall.kernel.sql import quoted
from cityhall.warehouse.query.engine import limited
from cityhall.warehouse.query.language import Limits
from cityhall.warehouse.query.tables import parts_of, table_sql
from cityhall.warehouse.shapes import Version

MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows with a place: `rows` are (the place's items…, the labels…) as stored; `total` counts all that have one."""

    rows: tuple[tuple[Any, ...], ...]
    total: int


def placed(
    version: Version, place: Sequence[str], labels: Sequence[str], limit: int = MOST, seconds: float = 60.0
) -> Placed:
    """At most `limit` rows in which every item of `place` is filled. Errors: `QueryTooLong`, `VersionMissing`."""
    there = {column.name for column in version.items}
    shown = [quoted(name) for name in (*place, *labels) if name in there]
    if not set(place) <= there:
        return Placed((), 0)
    table = table_sql(parts_of(version), version.columns)
    filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in place)
    with limited(Limits(seconds=seconds)) as connection:
        counted = connection.execute(f"SELECT count(*) FROM {table} WHERE {filled}").fetchone() or (0,)
        total = int(counted[0])
        every = max(-(-total // limit), 1)
        sample = f" AND (hash(file_index, file_row_number) % {every:d}) = 0" if every > 1 else ""
        sql = f"SELECT {', '.join(shown)} FROM {table} WHERE {filled}{sample} LIMIT {limit:d}"
        return Placed(tuple(connection.execute(sql).fetchall()), total)
