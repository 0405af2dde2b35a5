"""What happened to cases lately, for anybody: the public moments of their timelines, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from cityhall.cases.declaring.shapes import STAY
from cityhall.cases.models import Event
from cityhall.cases.storing.types import type_of
from cityhall.cases.working.showing import find, public_moments
from cityhall.kernel.text import Text

# Events are written as they happen: further back than this many, nobody looks.
LOOKED_AT = 100_000


@dataclass(frozen=True, slots=True)
class Happened:
    """A public moment of a case: what was done, what was said with it, and whether the case was open after it."""

    number: str
    seq: int
    at: datetime
    title: Text
    said: str
    open: bool


def happenings(
    types: Collection[str],
    first: datetime,
    last: datetime,
    *,
    numbers: Collection[str] = (),
    skip: int = 0,
    limit: int = 200,
) -> tuple[Happened, ...]:
    """The public moments of cases of these types in a period; histories brought in from elsewhere tell of no moments."""
    return tuple(islice(_public(_marks(types, first, last, numbers)), skip, skip + limit))


def _marks(
    types: Collection[str], first: datetime, last: datetime, numbers: Collection[str]
) -> Iterator[tuple[str, int]]:
    """(number, position) of the events of the period, the newest first."""
    rows = Event.objects.filter(case__type__name__in=types)
    if numbers:
        rows = rows.filter(case__number__in=numbers)
    for number, seq, at in (
        rows.order_by("-id").values_list("case__number", "seq", "at")[:LOOKED_AT].iterator()
    ):
        if at < first:
            return
        if at <= last:
            yield number, seq


def _public(marks: Iterator[tuple[str, int]]) -> Iterator[Happened]:
    known: dict[str, dict[int, Happened]] = {}
    for number, seq in marks:
        if number not in known:
            known[number] = {one.seq: one for one in _moments(number)}
        if found := known[number].get(seq):
            yield found


def _moments(number: str) -> Iterator[Happened]:
    """The public timeline with whether the case was open after each moment."""
    row = find(number)
    made, is_open = type_of(row.type), True
    for one in public_moments(row):
        act = made.act(one.act)
        if act is not None and act.target != STAY:
            is_open = not made.states[act.target].end
        yield Happened(number, one.seq, one.at, one.title, str(one.data.get("public_note", "")), is_open)
