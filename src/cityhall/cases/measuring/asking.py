"""Questions to the facts of a type, in SQL. An answer is kept for as long as the facts, the classes and the names of units
stay as they are, so that a page of figures that is looked at again costs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.errors import MeasureUnknown
from cityhall.cases.measuring.copying import Copy, copy_of
from cityhall.cases.measuring.mending import freshen
from cityhall.cases.models import Unit
from cityhall.identity.queries import agencies

AREAS = {"district": 6, "street": 9, "community": 12}
PLAIN = ("area", "kind", "state", "outcome", "opener")
KEPT = 128
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Names:
    """What keys are looked up in: the newest row of every class (code, then columns), and agencies by all their names."""

    columns: tuple[str, ...]
    classes: tuple[tuple[str, ...], ...]
    units: tuple[tuple[str, str], ...]


def ask(
    made: CaseType, query: str, values: Sequence[str] = (), facts: Path | None = None, *, keep: bool = True
) -> list[Row]:
    """The rows of a query over `facts`: the copy, brought up to date, or those of a replay in another folder. What is asked once
    need not be kept."""
    if facts is None:
        freshen(made)
    answer = _answer if keep else _answer.__wrapped__
    columns, rows = answer(query, tuple(values), copy_of(made, facts), _names(made))
    return [dict(zip(columns, row, strict=True)) for row in rows]


@lru_cache(maxsize=KEPT)
def _answer(
    query: str, values: tuple[str, ...], copy: Copy, names: _Names
) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    with duckdb.connect(config={"memory_limit": "1GB"}) as con:
        con.register("classes", _table(("code", *(f"x_{name}" for name in names.columns)), names.classes))
        con.register("units", _table(("code", "agency"), names.units))
        con.execute(f"CREATE VIEW facts AS SELECT * FROM {copy.sql}")
        result = con.execute(query, list(values))
        return tuple(column[0] for column in result.description or ()), tuple(result.fetchall())


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> pa.Table:
    turned = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(columns, turned, strict=True)}
    )


def _names(made: CaseType) -> _Names:
    table = made.tables.get(made.fields[made.kind].table) if made.kind else None
    newest = [(code, dated[-1]) for code, dated in table.rows.items()] if table else []
    columns = table.columns if table else ()
    return _Names(
        columns,
        tuple((code, *(str(row.values.get(name, "")) for name in columns)) for code, row in newest),
        (
            *Unit.objects.order_by("code").values_list("code", "agency"),
            *((one.uscc, one.id) for one in agencies()),
        ),
    )


def dimension(made: CaseType, name: str) -> str:
    """SQL for the value of a dimension; raises MeasureUnknown. An agency has one value, whatever its cases call it."""
    if not name:
        return "''"
    if name in AREAS:
        return f"substr(area, 1, {AREAS[name]})"
    if name == "agency":
        return "coalesce((SELECT any_value(agency) FROM units WHERE units.code = facts.agency), facts.agency)"
    if name in PLAIN:
        return name
    if name == "version":
        return "CAST(version AS VARCHAR)"
    table = made.tables.get(made.fields[made.kind].table) if made.kind else None
    columns = table.columns if table else ()
    if name not in columns:
        raise MeasureUnknown(
            what="dimension", name=name, known=", ".join((*AREAS, "agency", *PLAIN, "version", *columns))
        )
    return f"coalesce((SELECT any_value(x_{name}) FROM classes WHERE classes.code = facts.kind), '')"
