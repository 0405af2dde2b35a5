"""A load of history: chunk by chunk through the live rules; each chunk is one transaction with one ledger entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.errors import (
    NothingHappened,
    NumberMissing,
    NumberTaken,
    PositionOutside,
    TooManyEvents,
)
from cityhall.cases.events import HistoryImported
from cityhall.cases.folding.checking import REASONS
from cityhall.cases.folding.clocks import NO_TIME
from cityhall.cases.folding.column_values import NONE, Histories, Values
from cityhall.cases.importing.laying import Laid, lay
from cityhall.cases.importing.mapping import Plan, check_plan, read_plan
from cityhall.cases.importing.outcomes import Outcomes, outcomes
from cityhall.cases.importing.source import Chunk, Decoded, chunks, columns_of, reader
from cityhall.cases.measuring.copying import write_facts
from cityhall.cases.models import Batch, CalendarVersion, Case, Refusal, TypeVersion
from cityhall.cases.storing.bulk import insert, new_keys
from cityhall.cases.storing.histories import MOST_EVENTS
from cityhall.cases.storing.packing import Names, pack
from cityhall.cases.storing.types import calendar_of, calendar_row, type_of, type_row
from cityhall.identity.queries import require
from cityhall.kernel import clock, events
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record
from cityhall.ledger.queries import merkle_root

ROWS = 100_000
_MOMENTS = ("opened", "changed", "due", "ended", "alarm")
_OUTSIDE = PositionOutside.code
_NUMBER = 40


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of a load: cases taken in and refused (by reason), their events, the batches, and whether parts had been
    loaded before. Cases read = taken + refused."""

    read: int
    taken: int
    refused: int
    events: int
    reasons: dict[str, int]
    batches: tuple[str, ...]
    skipped: int


@dataclass(slots=True)
class _Load:
    made: CaseType
    type: TypeVersion
    calendar: CalendarVersion
    plan: Plan
    source: str
    names: Names


def import_history(
    actor: Actor,
    mapping: Path,
    source: Path,
    *,
    decoded: Decoded | None = None,
    rows: int = ROWS,
    told: Callable[[ImportReport], object] = lambda _part: None,
) -> ImportReport:
    """Take in cases from a CSV (UTF-8) or Parquet file, or from what was `decoded` of any other file, through the rules of the
    live acts, as the mapping file says.

    What breaks a rule is kept apart with its rows and the reason. Every part of `rows` rows is one transaction and one ledger
    entry with the root over its events. A part that was taken in before (same file, same mapping) is not taken in twice, so
    an interrupted load is simply started again. `told` hears of every part as it is done. Raises MappingRefused,
    HistoryUnreadable.
    """
    require(actor, "cases.import")
    plan = read_plan(mapping)
    version = type_row(plan.type, plan.version)
    made = type_of(version)
    load = _Load(made, version, calendar_row(made.calendar), plan, _digest(mapping, source), Names())
    with reader() as con:
        columns = columns_of(con, source, decoded)
        check_plan(plan, made, columns, mapping.name)
        parts = []
        for part, chunk in enumerate(chunks(con, plan, columns, rows, source.name)):
            parts.append(_part(actor, load, part, chunk))
            told(parts[-1])
    return _sum(parts)


def _digest(*paths: Path) -> str:
    digest = sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _part(actor: Actor, load: _Load, part: int, chunk: Chunk) -> ImportReport:
    known = Batch.objects.filter(source=load.source, part=part, type=load.type).first()
    if known is not None:
        reasons = Counter(Refusal.objects.filter(batch=known).values_list("code", flat=True))
        read = known.cases + known.refused
        return ImportReport(read, known.cases, known.refused, known.events, dict(reasons), (known.key,), 1)
    laid = lay(load.made, load.plan, chunk)
    found = outcomes(load.made, calendar_of(load.calendar), laid.past, laid.actors)
    return take_in(actor, load, part, chunk, laid, found)


@action("cases.import")
def take_in(_actor: Actor, load: _Load, part: int, chunk: Chunk, laid: Laid, found: Outcomes) -> ImportReport:
    """One chunk: rows, packed events, facts, quarantine, and one entry with the root over its cases."""
    codes = _refusal_codes(laid, found)
    taken = np.flatnonzero(codes == "")
    refused = np.flatnonzero(codes != "")
    past = _only(laid.past, taken)
    numbers = [laid.numbers[case] for case in taken]
    packed = pack(past, laid.actors, load.names)
    batch = Batch.objects.create(
        key=new_id("bat"), type=load.type, source=load.source, part=part, root=merkle_root(_leaves(numbers, packed)),
        cases=len(taken), events=len(past.act), refused=len(refused), at=clock.now(),
    )  # fmt: skip
    _write_rows(
        load, batch, numbers, {name: _take(column, taken) for name, column in found.columns.items()}, packed
    )
    _write_refusals(load, batch, chunk, laid, found, codes, refused)
    write_facts(
        load.made,
        batch.key,
        {"number": numbers, **{name: _take(one, taken) for name, one in found.facts.items()}},
    )
    record(
        f"case_type:{load.made.name}",
        batch=batch.key,
        source=load.source,
        part=part,
        cases=batch.cases,
        events=batch.events,
        refused=batch.refused,
        root=batch.root,
    )
    events.emit(HistoryImported(batch.key, load.made.name, batch.cases))
    reasons = {
        str(code): int(many)
        for code, many in zip(*np.unique(codes[refused].astype(str), return_counts=True), strict=True)
    }
    return ImportReport(len(codes), len(taken), len(refused), len(past.act), reasons, (batch.key,), 0)


def _refusal_codes(laid: Laid, found: Outcomes) -> Any:
    """Per case the code of what it broke, empty for none."""
    names = np.array([*(reason.code for reason in REASONS), ""], dtype=object)
    codes = names[found.refused]
    outside = np.searchsorted(laid.past.first, np.flatnonzero(laid.outside), side="right") - 1
    codes[outside[codes[outside] == ""]] = _OUTSIDE
    codes[(codes == "") & (np.diff(laid.past.first) > MOST_EVENTS)] = TooManyEvents.code
    codes[(codes == "") & (np.diff(laid.past.first) == 0)] = NothingHappened.code
    codes[[not 0 < len(number) <= _NUMBER for number in laid.numbers]] = NumberMissing.code
    seen: set[str] = _existing(laid.numbers)
    if not seen and len(set(laid.numbers)) == len(laid.numbers):
        return codes
    for case, number in enumerate(laid.numbers):
        if number in seen and codes[case] == "":
            codes[case] = NumberTaken.code
        elif codes[case] == "":
            seen.add(number)
    return codes


def _existing(numbers: list[str]) -> set[str]:
    """Which of the numbers are taken; most files bring none, which one look at the index shows."""
    if not numbers or not Case.objects.filter(number__range=(min(numbers), max(numbers))).exists():
        return set()
    found: set[str] = set()
    for at in range(0, len(numbers), 5000):
        found.update(Case.objects.filter(number__in=numbers[at : at + 5000]).values_list("number", flat=True))
    return found


def _only(past: Histories, cases: Any) -> Histories:
    """The histories of some of the cases."""
    if len(cases) == past.cases:
        return past
    keep = np.zeros(past.cases, dtype=np.bool_)
    keep[cases] = True
    lengths = np.diff(past.first)
    events = np.flatnonzero(np.repeat(keep, lengths))
    values = {name: Values(one.codes[events], one.values) for name, one in past.values.items()}
    first = np.concatenate([[0], np.cumsum(lengths[cases])]).astype(np.int64)
    return Histories(
        first, past.act[events], past.at[events], past.actor[events], past.role[events], past.roles, values
    )


def _take(column: Any, cases: Any) -> Any:
    if isinstance(column, np.ndarray):
        return column[cases]
    return column if len(cases) == len(column) else [column[case] for case in cases]


def _leaves(numbers: list[str], packed: tuple[list[bytes], list[bytes], list[str | None]]) -> Iterator[bytes]:
    """What the root stands for: per case its number and its events as they are kept."""
    for number, acts, facts, rest in zip(numbers, *packed, strict=True):
        yield b"\x00".join((number.encode(), acts, facts, (rest or "").encode()))


def _write_rows(load: _Load, batch: Batch, numbers: list[str], columns: dict[str, Any], packed: Any) -> None:
    keys = new_keys("cases_case", len(numbers))
    written = {name: _moments(column) if name in _MOMENTS else column for name, column in columns.items()}
    same = {"type_id": load.type.id, "calendar_id": load.calendar.id, "parent_id": None}
    repeated = {name: [value] * len(numbers) for name, value in same.items()}
    rows = {"id": keys, "number": numbers, **written, **repeated}
    insert("cases_case", list(rows), list(rows.values()))
    acts, facts, rest = packed
    insert(
        "cases_history",
        ["case_id", "batch_id", "acts", "facts", "rest"],
        [keys, [batch.id] * len(numbers), acts, facts, rest],
    )


def _moments(seconds: list[int]) -> list[str | None]:
    """UTC texts as the databases read them."""
    column = np.array(seconds, dtype=np.int64)
    zone = "UTC" if connection.vendor == "postgresql" else None
    moments = pa.array(column, pa.timestamp("s", zone), mask=column == NO_TIME)
    found: list[str | None] = moments.cast(pa.string()).to_pylist()
    return found


def _write_refusals(
    load: _Load, batch: Batch, chunk: Chunk, laid: Laid, found: Outcomes, codes: Any, refused: Any
) -> None:
    """Keep every refused case with the rows it came from."""
    rows = []
    for case in refused.tolist():
        first, last = int(laid.past.first[case]), int(laid.past.first[case + 1])
        source = sorted({int(row) for row in laid.rows[first:last]}) or [case]
        position = int(found.refused_at[case])
        act = int(laid.past.act[first + position]) if position >= 0 else NONE
        rows.append(
            Refusal(
                batch=batch,
                number=laid.numbers[case][:80],
                code=codes[case],
                act=load.made.acts[act].id if act >= 0 else "",
                position=position,
                rows=[
                    [(name, "" if value is None else str(value)) for name, value in row.items()]
                    for row in chunk.table.take(source).to_pylist()
                ],
            )
        )
    Refusal.objects.bulk_create(rows, batch_size=500)


def _sum(parts: list[ImportReport]) -> ImportReport:
    reasons: dict[str, int] = {}
    for part in parts:
        for code, many in part.reasons.items():
            reasons[code] = reasons.get(code, 0) + many
    return ImportReport(
        read=sum(part.read for part in parts),
        taken=sum(part.taken for part in parts),
        refused=sum(part.refused for part in parts),
        events=sum(part.events for part in parts),
        reasons=reasons,
        batches=tuple(batch for part in parts for batch in part.batches),
        skipped=sum(part.skipped for part in parts),
    )
