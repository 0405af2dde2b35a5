"""The facts of a case that measures count: one row per case, the same columns for every case of a type.

Moments are seconds since 1970, -1 for none. `opener` did the opening act. Per clock: `due_`, `late_`, `spent_`
(ticks of `unit_`), `started_`, `stopped_`; per declared act: `n_`, how often.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.clocks import NO_TIME, ClockStanding
from cityhall.cases.folding.columns import ColumnFold
from cityhall.cases.folding.standing import Standing

_CLOCK = ("due", "late", "spent", "unit", "started", "stopped")
MOMENTS = ("opened", "changed", "ended")
TEXTS = ("state", "outcome", "agency", "area", "kind", "opener")


def schema(made: CaseType) -> pa.Schema:
    """The columns of the facts of a type."""
    fields = [("number", pa.string()), ("version", pa.int32()), ("rating", pa.int16())]
    fields += [(name, pa.string()) for name in TEXTS] + [(name, pa.int64()) for name in MOMENTS]
    for clock in made.clocks:
        fields += [(f"{name}_{clock.id}", pa.bool_() if name == "late" else pa.int64()) for name in _CLOCK]
    fields += [(f"n_{act.id}", pa.int16()) for act in counted(made)]
    return pa.schema(fields)


def counted(made: CaseType) -> tuple[Any, ...]:
    """The acts that facts count: the declared ones, and those of the engine that people do."""
    return tuple(act for act in made.acts if not act.built_in or act.id in ("urge", "supervise", "rate"))


def facts_of(made: CaseType, standing: Standing) -> dict[str, Any]:
    """The facts of one case (without number)."""
    clocks = standing.clocks or [ClockStanding() for _ in made.clocks]
    found: dict[str, Any] = {
        "version": made.version, "rating": standing.rating, "state": made.states[standing.state].id, "outcome": standing.outcome,
        "agency": standing.agency, "area": str(standing.fields.get(made.area) or "") if made.area else "",
        "kind": str(standing.fields.get(made.kind) or "") if made.kind else "", "opener": _opener(made, standing),
        "opened": standing.opened, "changed": standing.changed, "ended": standing.ended,
    }  # fmt: skip
    for clock, declared in zip(clocks, made.clocks, strict=True):
        found |= {f"{name}_{declared.id}": getattr(clock, name) for name in _CLOCK}
        found[f"due_{declared.id}"] = clock.due if clock.started != NO_TIME else NO_TIME
    found |= {f"n_{act.id}": standing.times.get(act.number, 0) for act in counted(made)}
    return found


def _opener(made: CaseType, standing: Standing) -> str:
    return next(
        (standing.actors[act.number] for act in made.acts if act.opens and act.number in standing.actors), ""
    )


def facts_of_columns(made: CaseType, fold: ColumnFold, actors: list[str]) -> dict[str, Any]:
    """The facts of many cases (without numbers); the same as `facts_of` each. `actors` are those behind the codes."""
    states = np.array([*(state.id for state in made.states), ""], dtype=object)
    ends = np.array([*(state.end for state in made.states), ""], dtype=object)
    found: dict[str, Any] = {
        "version": np.full(len(fold.state), made.version), "rating": fold.rating, "state": states[fold.state],
        "outcome": ends[fold.state], "opened": fold.opened, "changed": fold.changed, "ended": fold.ended,
        "agency": _texts(fold, "agency"), "area": _texts(fold, made.area), "kind": _texts(fold, made.kind),
        "opener": _openers(fold, actors),
    }  # fmt: skip
    for clock, declared in zip(fold.clocks, made.clocks, strict=True):
        found |= {f"{name}_{declared.id}": getattr(clock, name) for name in _CLOCK}
    found |= {f"n_{act.id}": fold.times[act.number] for act in counted(made)}
    return found


def _openers(fold: ColumnFold, actors: list[str]) -> Any:
    """Who did the first event of each case; nobody where there is none."""
    names = np.array([*actors, ""], dtype=object)
    found = np.full(len(fold.state), len(actors))
    there = np.flatnonzero(np.diff(fold.past.first) > 0)
    found[there] = fold.past.actor[fold.past.first[there]]
    return names[found]


def _texts(fold: ColumnFold, name: str) -> Any:
    column = fold.past.values.get(name)
    if not name or column is None:
        return np.full(len(fold.state), "", dtype=object)
    values = np.empty(len(column.values) + 1, dtype=object)
    values[:-1] = [str(one) for one in column.values]
    values[-1] = ""
    return values[fold.known[name]]
