"""Packs the events of many cases (see `histories`), and numbers the texts they repeat."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from django.db import connection

from cityhall.cases.folding.column_values import Histories
from cityhall.cases.models import Name
from cityhall.cases.storing.histories import ACT, FACT, value_name

Rows = npt.NDArray[np.int64]

# A column with more different values than a tenth of its events, or than 2,000 that occur twice, is written out.
REPEATS, TWICE, FEW = 0.1, 0.5, 2_000
SHORT = 200  # so is one with longer texts: a name is found by an index, which holds no page of text
_AT_ONCE = 400
_TABLE = Name._meta.db_table
# Said as SQL: an object of the table for every text cost more than the rows.
_KEPT = f"INSERT INTO {_TABLE} (text) VALUES (%s) ON CONFLICT DO NOTHING"


class Names:
    """The table of names, remembered over the chunks of one load."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, texts: Iterable[str]) -> Rows:
        """The numbers of texts; new ones are written."""
        texts = list(texts)
        unknown = sorted({text for text in texts if text not in self.numbers})
        for at in range(0, len(unknown), _AT_ONCE):
            self._learn(unknown[at : at + _AT_ONCE])
        return np.array([self.numbers[text] for text in texts], dtype=np.int64)

    def _learn(self, texts: list[str]) -> None:
        with connection.cursor() as cursor:
            if new := self._find(cursor, texts):
                cursor.executemany(_KEPT, [(text,) for text in new])
                self._find(cursor, new)

    def _find(self, cursor: Any, texts: list[str]) -> list[str]:
        """Look texts up; answers those that are not there."""
        places = ", ".join(["%s"] * len(texts))
        cursor.execute(f"SELECT text, id FROM {_TABLE} WHERE text IN ({places})", texts)
        self.numbers |= dict(cursor.fetchall())
        return [text for text in texts if text not in self.numbers]


def pack(
    past: Histories, actors: list[str], names: Names
) -> tuple[list[bytes], list[bytes], list[str | None]]:
    """The acts, facts and rest of every case."""
    acts = np.zeros(len(past.act), dtype=ACT)
    acts["act"], acts["at"] = past.act.clip(0), past.at.clip(0, 2**32 - 1)
    acts["actor"] = names.number(actors)[past.actor] if len(actors) else 0
    case_of = np.repeat(np.arange(past.cases), np.diff(past.first))
    position = np.arange(len(past.act)) - past.first[case_of]
    repeating, rest = _split(past)
    return (
        _slices(acts.tobytes(), past.first * ACT.itemsize),
        _facts(past, repeating, case_of, position, names),
        _rest(past, rest, case_of, position),
    )


def _split(past: Histories) -> tuple[list[str], list[str]]:
    """Which values repeat and which do not."""
    repeating: list[str] = []
    rest: list[str] = []
    for name, column in past.values.items():
        many = int((column.codes >= 0).sum())
        few = len(column.values) <= max(many * REPEATS, min(FEW, many * TWICE))
        short = few and all(len(one) <= SHORT for one in column.values if isinstance(one, str))
        if many:
            (repeating if short else rest).append(name)
    return repeating, rest


def _slices(whole: bytes, bounds: Rows) -> list[bytes]:
    edges = bounds.tolist()
    return [whole[start:end] for start, end in pairwise(edges)]


def _facts(past: Histories, repeating: list[str], case_of: Rows, position: Rows, names: Names) -> list[bytes]:
    events, numbers = [], []
    for name in repeating:
        column = past.values[name]
        there = np.flatnonzero(column.codes >= 0)
        used = np.unique(column.codes[there])
        known = np.zeros(len(column.values), dtype=np.int64)
        known[used] = names.number(value_name(name, column.values[code]) for code in used)
        events.append(there)
        numbers.append(known[column.codes[there]])
    event = np.concatenate(events) if events else np.zeros(0, dtype=np.int64)
    order = np.argsort(event, kind="stable")
    facts = np.zeros(len(event), dtype=FACT)
    facts["event"] = position[event[order]]
    facts["name"] = np.concatenate(numbers)[order] if numbers else 0
    bounds = np.searchsorted(case_of[event[order]], np.arange(past.cases + 1))
    return _slices(facts.tobytes(), bounds * FACT.itemsize)


def _rest(past: Histories, names: list[str], case_of: Rows, position: Rows) -> list[str | None]:
    found: list[dict[int, dict[str, Any]] | None] = [None] * past.cases
    for name in names:
        column = past.values[name]
        there = np.flatnonzero(column.codes >= 0)
        brought = zip(
            case_of[there].tolist(), position[there].tolist(), column.codes[there].tolist(), strict=True
        )
        for case, at, code in brought:
            said = found[case]
            if said is None:
                said = found[case] = {}
            said.setdefault(at, {})[name] = column.values[code]
    return [orjson.dumps(sorted(said.items())).decode() if said else None for said in found]
