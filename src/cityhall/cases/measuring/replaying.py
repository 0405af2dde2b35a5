"""All stored events through the fold again: what another calendar or other limits would have made of history, how things stood on
a past day, and the proof that the rows follow from the events."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.clocks import NO_TIME
from cityhall.cases.folding.column_values import Histories, Values
from cityhall.cases.importing.outcomes import outcomes
from cityhall.cases.measuring.copying import write_facts
from cityhall.cases.models import CalendarVersion, Case, TypeVersion
from cityhall.cases.storing.rows import PROJECTED, load, moment, projection
from cityhall.cases.storing.types import calendar_of, type_of
from cityhall.cases.storing.unpacking import Portion, portions
from cityhall.kernel.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: cases folded, cases that this version's rules refuse, and the folder of the facts."""

    cases: int
    refused: int
    facts: Path


def replay(made: CaseType, calendar: Calendar, into: Path, *, until: int = 2**40) -> Replayed:
    """Fold every case of the type anew under this version and calendar, with the events up to a moment, and write the facts.
    Nothing stored changes."""
    shutil.rmtree(into, ignore_errors=True)
    cases = refused = 0
    for part, portion in enumerate(portions(made, Case.objects.filter(type__name=made.name))):
        past = _until(portion.past, until)
        found = outcomes(made, calendar, past, portion.actors, rows=False)
        there = np.flatnonzero((found.refused < 0) & (np.diff(past.first) > 0))
        cases, refused = cases + len(there), refused + int((found.refused >= 0).sum())
        columns = {name: _some(column, there) for name, column in found.facts.items()}
        write_facts(
            made, f"{part:06d}", {"number": [portion.numbers[case] for case in there], **columns}, into=into
        )
    return Replayed(cases, refused, into)


def _some(column: Any, rows: Any) -> Any:
    return column[rows] if isinstance(column, np.ndarray) else [column[row] for row in rows]


def _until(past: Histories, last: int) -> Histories:
    """The histories without what came after a moment."""
    keep = past.at <= last
    if keep.all():
        return past
    before = np.concatenate([[0], np.cumsum(keep)])
    values = {name: Values(one.codes[keep], one.values) for name, one in past.values.items()}
    return Histories(
        before[past.first],
        past.act[keep],
        past.at[keep],
        past.actor[keep],
        past.role[keep],
        past.roles,
        values,
    )


# ---- the proof ----


def differing(type_name: str = "", *, mend: bool = False) -> Iterator[tuple[str, str]]:
    """Cases whose row is not what their events say: (number, column). With `mend`, the row is written anew."""
    used = Case.objects.filter(type__name=type_name) if type_name else Case.objects.all()
    for type_id, calendar_id in used.order_by().values_list("type_id", "calendar_id").distinct():
        made = type_of(TypeVersion.objects.get(id=type_id))
        calendar = calendar_of(CalendarVersion.objects.get(id=calendar_id))
        for portion in portions(made, Case.objects.filter(type_id=type_id, calendar_id=calendar_id)):
            yield from _differing(made, calendar, portion, mend)


def _differing(made: CaseType, calendar: Calendar, portion: Portion, mend: bool) -> Iterator[tuple[str, str]]:
    if portion.lively:
        for start in range(0, len(portion.keys), 500):
            for row in Case.objects.ready().filter(id__in=portion.keys[start : start + 500]):
                loaded = load(row)
                yield from _compare(row, projection(loaded.made, loaded.standing, loaded.calendar), mend)
        return
    columns = outcomes(made, calendar, portion.past, portion.actors).columns
    rows = (
        Case.objects.filter(id__gte=portion.keys[0], id__lte=portion.keys[-1]).in_bulk()
        if portion.keys
        else {}
    )
    for case, key in enumerate(portion.keys):
        yield from _compare(rows[key], {name: _stored(name, columns[name][case]) for name in PROJECTED}, mend)


_MOMENTS = frozenset({"opened", "changed", "due", "ended", "alarm"})


def _stored(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return None if value == NO_TIME else moment(value)
    return json.loads(value) if name == "fields" and value else value


def _compare(row: Case, expected: dict[str, Any], mend: bool) -> Iterator[tuple[str, str]]:
    wrong = [name for name in PROJECTED if getattr(row, name) != expected[name]]
    for name in wrong:
        setattr(row, name, expected[name])
        yield row.number, name
    if wrong and mend:
        row.save(update_fields=wrong)
