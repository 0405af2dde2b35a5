"""Events of cases as columns: every value and actor becomes a number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.column_values import NONE, Histories, Values
from cityhall.cases.folding.events import Event


class Coder:
    """Numbers for values, in the order of their first appearance."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.values: list[Any] = []

    def code(self, value: Any) -> int:
        """The number of a value; equal values have one."""
        key = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        key = f"{type(value).__name__}:{key}"
        if key not in self.codes:
            self.codes[key] = len(self.values)
            self.values.append(value)
        return self.codes[key]


def gather(made: CaseType, cases: Sequence[Sequence[Event]]) -> tuple[Histories, list[str]]:
    """The histories as columns, and the actors behind their codes."""
    events = [event for case in cases for event in case]
    actors, roles = Coder(), Coder()
    names = sorted({name for event in events for name in event.data})
    histories = Histories(
        first=np.cumsum([0, *map(len, cases)], dtype=np.int64),
        act=np.array([made.act_numbers.get(event.act, NONE) for event in events], dtype=np.int64),
        at=np.array([event.at for event in events], dtype=np.int64),
        actor=np.array([actors.code(event.actor) for event in events], dtype=np.int64),
        role=np.array([roles.code(event.role) if event.role else NONE for event in events], dtype=np.int64),
        roles=roles.values,
        values={name: _column(name, events) for name in names},
    )
    return histories, actors.values


def _column(name: str, events: Sequence[Event]) -> Values:
    coder = Coder()
    codes = [coder.code(event.data[name]) if event.data.get(name) is not None else NONE for event in events]
    return Values(np.array(codes, dtype=np.int64), coder.values)
