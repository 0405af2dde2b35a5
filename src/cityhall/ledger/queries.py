"""Reads of the ledger. It knows no roles: whoever shows entries to people asks first for the right `ledger.read`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cityhall.ledger.errors import EntryUnknown
from cityhall.ledger.merkle import leaf_hash, root_of
from cityhall.ledger.models import Checkpoint, Entry, Log
from cityhall.ledger.notes import node_signer, verifier_key
from cityhall.ledger.verification import Problem, Verification, verify

__all__ = [
    "CheckpointInfo",
    "EntryInfo",
    "Problem",
    "Verification",
    "checkpoint",
    "entries",
    "entry",
    "log_name",
    "merkle_root",
    "public_key",
    "verify",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One entry. `position` counts from 0, None while it waits for its number; `facts` are plain JSON values."""

    id: str
    verb: str
    actor: str
    subject: str
    at: datetime
    facts: dict[str, Any]
    position: int | None


@dataclass(frozen=True, slots=True)
class CheckpointInfo:
    """A signed statement of the log's size and root (hex); `note` is the signed note (C2SP) for other verifiers."""

    size: int
    root: str
    at: datetime
    note: str


def entries(
    *, subject: str = "", actor: str = "", verb: str = "", before: str = "", limit: int = 50
) -> tuple[EntryInfo, ...]:
    """The newest entries that match what is given; `before` is the id of the last entry of the page before."""
    wanted = {"subject": subject, "actor": actor, "verb": verb, "id__lt": before}
    rows = Entry.objects.filter(**{column: value for column, value in wanted.items() if value})
    return tuple(_info(row) for row in rows.order_by("-id")[:limit])


def entry(entry_id: str) -> EntryInfo:
    """One entry; raises EntryUnknown."""
    row = Entry.objects.filter(id=entry_id).first()
    if row is None:
        raise EntryUnknown(entry=entry_id)
    return _info(row)


def checkpoint() -> CheckpointInfo | None:
    """The newest signed checkpoint, None before the first entry is sequenced."""
    row = Checkpoint.objects.order_by("-size").first()
    return CheckpointInfo(row.size, row.root, row.at, row.note) if row else None


def public_key() -> str:
    """The key that verifies the checkpoints, as `name+id+key` (C2SP); empty before the log has a name."""
    log = Log.objects.filter(id=1).first()
    return verifier_key(log.origin, node_signer(signed_before=log.size > 0).public) if log else ""


def log_name() -> str:
    """The name of this city's log, its own among all; empty before the first entry is sequenced."""
    return Log.objects.filter(id=1).values_list("origin", flat=True).first() or ""


def merkle_root(leaves: Iterable[bytes]) -> str:
    """The root (RFC 6962, hex) over many things, so that one entry can stand for all of them."""
    return root_of(list(map(leaf_hash, leaves))).hex()


def waiting() -> int:
    """How many entries have no position yet."""
    return Entry.objects.filter(position=None).count()


def _info(row: Entry) -> EntryInfo:
    return EntryInfo(
        id=row.id,
        verb=row.verb,
        actor=row.actor,
        subject=row.subject,
        at=row.at,
        facts=json.loads(row.body)["facts"],
        position=row.position,
    )
