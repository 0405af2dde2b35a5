"""From rows of a source to histories: the acts of each case in order, what they bring coded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.column_values import NONE, Histories, Values
from cityhall.cases.importing.mapping import Cell, Plan, Step
from cityhall.cases.importing.placing import place_all
from cityhall.cases.importing.source import EMPTY, Chunk

Rows = npt.NDArray[np.int64]
_NUMBERS = {"integer": int, "number": float, "money": float}
_BETWEEN = "\x1f"
_READ = {*_NUMBERS, "items", "point", "yes_no"}


@dataclass(slots=True)
class Laid:
    """Histories of a chunk: the number of each case, the source row of each event, the actors behind their codes, which events
    lie outside the city."""

    numbers: list[str]
    past: Histories
    actors: list[str]
    rows: Rows
    outside: npt.NDArray[np.bool_]


def lay(made: CaseType, plan: Plan, chunk: Chunk) -> Laid:
    """The chunk's events, by case and in order."""
    step_of, rows, at, case, numbers = _events(plan, chunk)
    values: dict[str, Values] = {}
    for name in sorted({name for step in plan.steps for name in step.brings}):
        cells = [step.brings.get(name) for step in plan.steps]
        values[name] = _values(made, name, cells, chunk.table, step_of, rows)
    actors = _coded([(step.actor,) for step in plan.steps], chunk.table, step_of, rows)
    roles = _coded([(step.role,) for step in plan.steps], chunk.table, step_of, rows)
    past = Histories(
        first=np.searchsorted(case, np.arange(len(numbers) + 1)), act=_acts(made, plan, chunk.table, step_of, rows), at=at,
        actor=actors.codes, role=roles.codes, roles=[str(one) for one in roles.values], values=values,
    )  # fmt: skip
    outside = place_all(made, past)
    return Laid(numbers, past, [str(one) for one in actors.values], rows, outside)


def _events(plan: Plan, chunk: Chunk) -> tuple[Rows, Rows, Rows, Rows, list[str]]:
    """Of every event: its step, source row, moment and case; and the numbers of the cases."""
    numbers = chunk.table.column(plan.number).cast(pa.string())
    if plan.long:
        column = np.array(numbers.to_pylist(), dtype=object)
        new = np.concatenate([[True], column[1:] != column[:-1]]) if len(column) else np.zeros(0, dtype=bool)
        rows = np.arange(len(column))
        case = np.cumsum(new) - 1
        return (
            np.zeros(len(rows), dtype=np.int64),
            rows,
            chunk.moments[plan.steps[0].at],
            case,
            [str(one or "") for one in column[new]],
        )
    happened = np.stack([_happened(step, chunk) for step in plan.steps], axis=1)
    case, step = np.nonzero(happened)
    moments = np.stack([chunk.moments[step.at] for step in plan.steps], axis=1)
    return step, case, moments[case, step], case, [one or "" for one in numbers.to_pylist()]


def _happened(step: Step, chunk: Chunk) -> npt.NDArray[np.bool_]:
    there: npt.NDArray[np.bool_] = chunk.moments[step.at] != EMPTY
    for column, texts in step.when.items():
        fits = pc.is_in(chunk.table.column(column).cast(pa.string()), value_set=pa.array(texts))
        there = there & fits.to_numpy()
    return there


def _acts(made: CaseType, plan: Plan, table: pa.Table, step_of: Rows, rows: Rows) -> Rows:
    if not plan.long:
        return np.array([made.act_numbers[step.act] for step in plan.steps], dtype=np.int64)[step_of]
    coded = _coded([(Cell(plan.act_column, plan.acts),)], table, step_of, rows)
    known = np.array([*(made.act_numbers.get(str(one), NONE) for one in coded.values), NONE], dtype=np.int64)
    return known[coded.codes]


def _values(
    made: CaseType,
    name: str,
    cells: list[tuple[Cell, ...] | None],
    table: pa.Table,
    step_of: Rows,
    rows: Rows,
) -> Values:
    """What the events bring to one field, as its type has it; what cannot be read stays text, and is refused."""
    coded = _coded([many or () for many in cells], table, step_of, rows)
    declared = made.fields.get(name)
    kind = declared.type if declared else "integer" if name == "rating" else "text"
    return Values(coded.codes, _all_as(kind, coded.values))


def _all_as(kind: str, values: list[Any]) -> list[Any]:
    if kind == "point" and all(isinstance(one, list) for one in values):
        try:
            return [[float(lon), float(lat)] for lon, lat in values]
        except ValueError:  # one by one, so that only the bad ones stay text
            pass
    return [_as(kind, one) for one in values] if kind in _READ else values


def _as(kind: str, value: Any) -> Any:
    try:
        if kind == "point":
            return [float(part) for part in value]
        if kind in _NUMBERS:
            return _NUMBERS[kind](value)
        if kind == "items":
            return str(value).splitlines()
    except (TypeError, ValueError):
        return value
    return {"true": True, "false": False}.get(value, value) if kind == "yes_no" else value


def _coded(cells: list[tuple[Cell, ...]], table: pa.Table, step_of: Rows, rows: Rows) -> Values:
    """Codes for what each event's step takes from its row; -1 where that is empty."""
    codes, values = np.full(len(rows), NONE, dtype=np.int64), list[Any]()
    known: dict[Any, int] = {}
    alone = sum(map(bool, cells)) == 1
    for number, many in enumerate(cells):
        these = np.flatnonzero(step_of == number)
        if not many or not these.size:
            continue
        own, texts = _cell_codes(many, table)
        if alone and own is not None and not many[0].values:  # each text is there once
            codes[these], values = own[rows[these]], texts
            continue
        numbers = [_number(text, known, values) for text in texts]
        translated = np.array([*numbers, NONE], dtype=np.int64)
        codes[these] = translated[own[rows[these]]] if own is not None else numbers[0]
    return Values(codes, values)


def _number(text: Any, known: dict[Any, int], values: list[Any]) -> int:
    """The code of a value, a new one when it is seen for the first time."""
    key = tuple(text) if isinstance(text, list) else text
    if key not in known:
        known[key] = len(values)
        values.append(text)
    return known[key]


def _cell_codes(many: tuple[Cell, ...], table: pa.Table) -> tuple[Rows | None, list[Any]]:
    """Per row of the table the code of the cell's value, and the values; None for the same value everywhere."""
    if len(many) == 2:
        parts = [_texts(table, cell) for cell in many]
        both = [pc.if_else(pc.equal(part, ""), None, part) for part in parts]
        codes, texts = _encoded(pc.binary_join_element_wise(*both, _BETWEEN))
        return codes, [text.split(_BETWEEN) for text in texts]
    cell = many[0]
    if not cell.column:
        return (None, [cell.constant]) if cell.constant else (np.full(table.num_rows, NONE), [])
    codes, texts = _encoded(_texts(table, cell))
    return codes, [cell.values.get(text, text) for text in texts] if cell.values else texts


def _texts(table: pa.Table, cell: Cell) -> pa.Array:
    return table.column(cell.column).cast(pa.string()).combine_chunks()


def _encoded(texts: pa.Array) -> tuple[Rows, list[Any]]:
    """A code for each text, -1 for none, and the texts behind the codes, each once."""
    column = pc.dictionary_encode(texts)
    codes = pc.fill_null(column.indices.cast(pa.int64()), NONE).to_numpy(zero_copy_only=False)
    return codes, column.dictionary.to_pylist()
