"""A computed table becomes a dataset: written as CSV, sent along the main road like any file, one new version when it differs.

The one mechanism for statistics and inventories that are themselves open data. Whoever computes a table declares it in
`TABLES`; the beat (`app.upkeep`) publishes each that is due.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from cityhall.collection.actions import Overrides, publish_file
from cityhall.identity.queries import AgencyInfo, agencies
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text

ItemType = Literal["text", "integer", "decimal", "date"]
OWNER: Final = os.environ.get("CITYHALL_DATA_BUREAU", "")
_OPEN: Final = {"opening": "unconditional", "sharing": "unconditional", "level": 1}
_INSIDE: Final = {"opening": "forbidden", "sharing": "unconditional", "level": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One item of a computed table."""

    name: str
    title: Text
    type: ItemType = "text"


def column(zh: str, en: str, kind: ItemType = "text") -> Column:
    """An item named in Chinese, as the rows of open data here are, with its title in both languages."""
    return Column(name=zh, title=Text(en=en, zh=zh), type=kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedTable:
    """A table that the platform computes about itself: its entry in the catalogue, and how its rows are made.

    `rows` answers tuples in the order of `columns`; None is an empty cell. An empty table is not published. `inside` says why a
    table is for agencies only; the others are open to everybody.
    """

    code: str
    title: Text
    abstract: Text
    field_code: str
    update_cycle: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[], Iterable[tuple[Any, ...]]]
    inside: Text | None = None


def publish_computed(actor: Actor, table: ComputedTable) -> bool:
    """Compute a table and publish it as a dataset of the data bureau; answers whether there is a new version.

    The same rows again make none, nor do any without a data bureau. Errors: those of `collection.actions.publish_file`.
    """
    owner = data_bureau()
    if owner is None:
        return False
    with tempfile.TemporaryDirectory(prefix="cityhall-computed-") as folder:
        path = Path(folder) / f"{table.code}.csv"
        if not _write(path, table):
            return False
        done = publish_file(actor, path, _entry(table, owner))
    return not done.tables[0].unchanged


def _write(path: Path, table: ComputedTable) -> int:
    """Write the rows as UTF-8 CSV under the items' names; answers how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in table.columns])
        for row in table.rows():
            writer.writerow(["" if value is None else value for value in row])
            count += 1
    return count


def _entry(table: ComputedTable, owner: AgencyInfo) -> Overrides:
    return Overrides(
        title=table.title.as_dict(),
        abstract=table.abstract.as_dict(),
        agency=owner.id,
        code=table.code,
        field_code=table.field_code,
        update_cycle=table.update_cycle,
        licence="CC-BY-4.0",
        key=table.key,
        items={one.name: _item(one, table.inside) for one in table.columns},
        name=f"{table.code}.csv",
    )


def _item(one: Column, inside: Text | None) -> Mapping[str, Any]:
    rights = {**_INSIDE, "opening_reason": inside.as_dict()} if inside else _OPEN
    return {**rights, "title": one.title.as_dict(), "type": one.type}


def data_bureau() -> AgencyInfo | None:
    """The agency that publishes what the platform computes: the one named by CITYHALL_DATA_BUREAU (id or USCC), else the one
    whose name speaks of data. None when there is neither: nobody is made to publish what is not theirs.
    """
    known = agencies()
    named = [one for one in known if OWNER and OWNER in (one.id, one.uscc)]
    speaking = [one for one in known if "数据" in one.name.zh]
    return next(iter((*named, *speaking)), None)
