"""What was taken in of histories: the parts, the cases they brought, and their quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cityhall.cases.models import Batch, Case, Refusal


@dataclass(frozen=True, slots=True)
class BatchInfo:
    """A part of a history that was taken in; `root` is the Merkle root that its ledger entry names."""

    id: str
    type: str
    source: str
    part: int
    cases: int
    events: int
    refused: int
    root: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RefusalInfo:
    """A case that broke the rules: the code of the reason, the act and its position, the rows it came from."""

    number: str
    code: str
    act: str
    position: int
    rows: list[dict[str, str]]


def batches(type_name: str = "") -> tuple[BatchInfo, ...]:
    """What was taken in, newest first."""
    rows = Batch.objects.select_related("type").order_by("-at", "-part")
    return tuple(
        BatchInfo(
            one.key, one.type.name, one.source, one.part, one.cases, one.events, one.refused, one.root, one.at
        )
        for one in (rows.filter(type__name=type_name) if type_name else rows)
    )


def numbers_taken(batch_id: str) -> tuple[str, ...]:
    """The cases that a batch of history brought."""
    rows = Case.objects.filter(history__batch__key=batch_id).order_by("id")
    return tuple(rows.values_list("number", flat=True))


def refusals(batch_id: str, *, limit: int = 100) -> tuple[RefusalInfo, ...]:
    """The quarantine of a batch."""
    rows = Refusal.objects.filter(batch__key=batch_id).order_by("id")[:limit]
    return tuple(
        RefusalInfo(one.number, one.code, one.act, one.position, [dict(row) for row in one.rows])
        for one in rows
    )
