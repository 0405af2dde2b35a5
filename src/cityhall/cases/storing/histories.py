"""Packed histories: the events of an imported case in two short byte strings.

`acts` holds 9 bytes per event: the number of the act in its type's version (1), the moment in seconds since 1970 (4), the
actor (4). `facts` holds 5 bytes per value: the event's position (1) and the field with its value (4); actors and values
are numbers of the table of names. Values that do not repeat (descriptions) are in `rest` as JSON. Little-endian.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.events import Event

ACT = np.dtype([("act", "u1"), ("at", "<u4"), ("actor", "<u4")])
FACT = np.dtype([("event", "u1"), ("name", "<u4")])
MOST_EVENTS = 250


def value_name(field: str, value: Any) -> str:
    """A field with its value as one text of the table of names."""
    return f"{field}={json.dumps(value, ensure_ascii=False, separators=(',', ':'), sort_keys=True)}"


def unpack(
    made: CaseType,
    acts: bytes,
    facts: bytes,
    rest: str | None,
    names: Callable[[list[int]], Mapping[int, str]],
) -> list[Event]:
    """The events in order; `names` looks up numbers of the table of names."""
    rows, said = np.frombuffer(acts, ACT), np.frombuffer(facts, FACT)
    known = names([*map(int, rows["actor"]), *map(int, said["name"])])
    data: list[dict[str, Any]] = [{} for _ in rows]
    for event, name in said.tolist():
        field, _, value = known[name].partition("=")
        data[event][field] = json.loads(value)
    for event, more in json.loads(rest) if rest else ():
        data[event].update(more)
    return [
        Event(made.acts[act].id, at, known[actor], data[number])
        for number, (act, at, actor) in enumerate(rows.tolist())
    ]
