"""Finding the row a correction means: in what is published, and in the quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.cleaning.queries import bad_rows, latest_report
from cityhall.kernel.actor import Actor
from cityhall.opening.reading import rows
from cityhall.opening.talking.errors import RowNotFound
from cityhall.warehouse.queries import Condition, Query

# The quarantine is read from its file; a correction looks at no more rows than this.
_MOST_BAD_ROWS = 2000


def value_at(actor: Actor, dataset_id: str, item: str, key: Mapping[str, str]) -> str:
    """What the item says in the row with this key, as the actor may see it; empty without a key or an item.

    Errors: `RowNotFound`, and those of `opening.queries.rows`.
    """
    if not key:
        return ""
    where = tuple(Condition(name, "eq", value) for name, value in key.items())
    seen = rows(actor, dataset_id, Query(select=(item or next(iter(key)),), where=where, limit=1))
    if not seen.rows:
        raise RowNotFound(key=", ".join(key.values()))
    return _text(seen.rows[0][0]) if item else ""


def quarantined_line(dataset_id: str, key: Mapping[str, str]) -> tuple[str, int] | None:
    """The report and the line of an open quarantined row with this key; None when none is there."""
    report = latest_report(dataset_id) if key else None
    if report is None or report.superseded is not None:
        return None
    for row in bad_rows(report.id, limit=_MOST_BAD_ROWS, open_only=True).rows:
        if all((row.cells.get(name) or "").strip() == value for name, value in key.items()):
            return report.id, row.line
    return None


def _text(value: Any) -> str:
    return "" if value is None else str(value)
