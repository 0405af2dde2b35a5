"""All stored events of many cases as columns: packed histories straight from their bytes, events done here behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from django.db.models import QuerySet

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.column_values import NONE, Histories, Values
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.gathering import gather
from cityhall.cases.models import Case
from cityhall.cases.models import Event as Row
from cityhall.cases.storing.histories import ACT, FACT, unpack
from cityhall.cases.storing.rows import names_of, seconds
from cityhall.cases.storing.types import Versions

PORTION = 50_000
# Marks of the system and files: they change no clock and no state, and a replay under one version needs none of them.
MARKS = frozenset({"moved", "warned", "overdue", "attach"})
_PACKED = (
    "id",
    "number",
    "history__acts",
    "history__facts",
    "history__rest",
    "history__batch__type__version",
)


@dataclass(slots=True)
class Portion:
    """Some cases: keys, numbers, histories, the actors behind their codes; `lively` when events were added here."""

    keys: list[int]
    numbers: list[str]
    past: Histories
    actors: list[str]
    lively: bool = False


def portions(made: CaseType, rows: QuerySet[Case]) -> Iterator[Portion]:
    """The cases of a query in portions, their acts numbered as in `made`; those untouched since they were brought in, and the
    others, apart."""
    last = 0
    while True:
        part = list(rows.filter(id__gt=last).order_by("id").values_list(*_PACKED)[:PORTION])
        if not part:
            return
        lively = _lively(last, part[-1][0])
        last = part[-1][0]
        still = [row for row in part if row[0] not in lively]
        for version in sorted({row[5] for row in still if row[5] is not None}):
            yield _packed(made, Versions(made.name)[version], [row for row in still if row[5] == version])
        if lively:
            yield _mixed(made, [row for row in part if row[0] in lively], lively)


def _lively(after: int, until: int) -> dict[int, list[Event]]:
    """Events done here, by case."""
    found: dict[int, list[Event]] = {}
    rows = Row.objects.filter(case_id__gt=after, case_id__lte=until).order_by("case_id", "seq")
    for key, act, at, actor, data in rows.values_list("case_id", "act", "at", "actor", "data").iterator(
        20_000
    ):
        found.setdefault(key, []).append(Event(act, seconds(at), actor, data or {}))
    return found


def _mixed(made: CaseType, rows: Sequence[tuple[Any, ...]], lively: dict[int, list[Event]]) -> Portion:
    cases = []
    for key, _, acts, facts, rest, version in rows:
        before = (
            unpack(Versions(made.name)[version], bytes(acts), bytes(facts), rest, names_of)
            if acts is not None
            else []
        )
        cases.append([event for event in (*before, *lively[key]) if event.act not in MARKS])
    past, actors = gather(made, cases)
    return Portion([row[0] for row in rows], [row[1] for row in rows], past, actors, lively=True)


def _packed(made: CaseType, born: CaseType, rows: Sequence[tuple[Any, ...]]) -> Portion:
    """Histories from their bytes, without looking at any one of them."""
    acts = np.frombuffer(b"".join(bytes(row[2]) for row in rows), ACT)
    facts = np.frombuffer(b"".join(bytes(row[3]) for row in rows), FACT)
    first = np.cumsum([0, *(len(row[2]) // ACT.itemsize for row in rows)], dtype=np.int64)
    many = np.array([len(row[3]) // FACT.itemsize for row in rows], dtype=np.int64)
    event = first[np.repeat(np.arange(len(rows)), many)] + facts["event"]
    actors, actor = np.unique(acts["actor"], return_inverse=True)
    names, name = np.unique(facts["name"], return_inverse=True)
    texts = names_of([*map(int, actors), *map(int, names)])
    values = _values(event, name, [texts[number] for number in names.tolist()], len(acts))
    _add_rest(values, [(int(first[case]), row[4]) for case, row in enumerate(rows) if row[4]], len(acts))
    number_of = np.array([made.act_numbers.get(act.id, NONE) for act in born.acts], dtype=np.int64)
    past = Histories(
        first, number_of[acts["act"]], acts["at"].astype(np.int64), actor.astype(np.int64), np.full(len(acts), NONE), [], values,
    )  # fmt: skip
    return Portion(
        [row[0] for row in rows],
        [row[1] for row in rows],
        past,
        [texts[number] for number in actors.tolist()],
    )


def _values(event: Any, name: Any, texts: list[str], events: int) -> dict[str, Values]:
    """Values per field from numbered texts (`field=json`)."""
    said = [text.partition("=") for text in texts]
    values: dict[str, Values] = {}
    code = np.zeros(len(texts), dtype=np.int64)
    for number, (field, _, value) in enumerate(said):
        column = values.setdefault(field, Values(np.full(events, NONE, dtype=np.int64), []))
        code[number] = len(column.values)
        column.values.append(orjson.loads(value))
    fields = np.array([list(values).index(field) for field, _, _ in said], dtype=np.int64)
    for number, column in enumerate(values.values()):
        these = fields[name] == number
        column.codes[event[these]] = code[name[these]]
    return values


def _add_rest(values: dict[str, Values], rests: list[tuple[int, str]], events: int) -> None:
    """Values that were written out."""
    found: dict[str, tuple[list[int], list[Any]]] = {}
    for first, rest in rests:
        for event, data in orjson.loads(rest):
            for field, value in data.items():
                if field not in found:
                    found[field] = ([], [])
                found[field][0].append(first + event)
                found[field][1].append(value)
    for field, (places, said) in found.items():
        column = values.setdefault(field, Values(np.full(events, NONE, dtype=np.int64), []))
        column.codes[places] = np.arange(len(said)) + len(column.values)
        column.values.extend(said)
