"""What happened to cases lately, for anybody: the public moments of their timelines, the newest first. Anybody may ask, often: no
case is folded for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from cityhall.cases.declaring.shapes import STAY, CaseType
from cityhall.cases.models import Event
from cityhall.cases.storing.types import compiled
from cityhall.cases.working.showing import tells_anybody
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.text import Text

# Events are written as they happen: further back than this many, nobody looks.
LOOKED_AT = 100_000
_COLUMNS = (
    "case_id", "case__number", "case__type__digest", "case__reporter__person", "seq", "at", "act", "actor", "data",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happened:
    """A public moment of a case: what was done, what was said with it, and whether the case was open after it."""

    number: str
    seq: int
    at: datetime
    title: Text
    said: str
    open: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A moment before it is known whether the case was open."""

    case: int
    number: str
    made: CaseType
    seq: int
    at: datetime
    title: Text
    said: str


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
    found = list(islice(_public(types, first, last, numbers), skip, skip + limit))
    closed = _closed({one.case: one.made for one in found})
    return tuple(
        Happened(one.number, one.seq, one.at, one.title, one.said, not _is_closed(closed[one.case], one.seq))
        for one in found
    )


def _public(
    types: Collection[str], first: datetime, last: datetime, numbers: Collection[str]
) -> Iterator[_Told]:
    """Of the events of the period what anybody may know, the newest first."""
    rows = Event.objects.filter(case__type__name__in=types)
    if numbers:
        rows = rows.filter(case__number__in=numbers)
    for case, number, digest, reporter, seq, at, act_name, actor, data in (
        rows.order_by("-id").values_list(*_COLUMNS)[:LOOKED_AT].iterator()
    ):
        if at < first:
            return
        made = compiled(digest)
        act = made.act(act_name)
        said = {} if actor in (ANONYMOUS.id, reporter) else data or {}
        if at <= last and act is not None and tells_anybody(act, said):
            yield _Told(case, number, made, seq, at, act.title, str(said.get("public_note") or ""))


def _closed(cases: Mapping[int, CaseType]) -> dict[int, list[tuple[int, bool]]]:
    """Per case the positions at which its state changed, and whether it was closed from there on."""
    found: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    rows = Event.objects.filter(case_id__in=cases).order_by("seq").values_list("case_id", "seq", "act")
    for case, seq, name in rows:
        act = cases[case].act(name)
        if act is not None and act.target != STAY:
            found[case].append((seq, bool(cases[case].states[act.target].end)))
    return found


def _is_closed(changes: list[tuple[int, bool]], seq: int) -> bool:
    return next((closed for position, closed in reversed(changes) if position <= seq), False)
