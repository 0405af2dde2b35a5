"""Files that no case names: bytes that were kept for a case to which they were never added, because its transaction failed or
its process died in between."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Final

from cityhall.cases.models import Attachment
from cityhall.identity.queries import require
from cityhall.kernel.actor import Actor
from cityhall.kernel.storing.choosing import storage
from cityhall.kernel.storing.shapes import Lying
from cityhall.ledger.actions import action, record

GRACE: Final = 24 * 3600.0
"""Seconds for which such a file is left alone: it may be about to be added. Whoever keeps it again has it for as long again."""
_PORTION: Final = 500
_A_FILE: Final = re.compile(r"cases/[0-9a-f]{2}/[0-9a-f]{64}")
"""What else lies there (figures counted once, for one) is not of this kind and nobody's left-over."""


@action("cases.sweep_files")
def sweep_files(actor: Actor, *, grace: float = GRACE) -> int:
    """Remove the files that no case names and that are older than `grace` seconds; answers how many. Raises RightMissing,
    StorageUnreachable."""
    require(actor, "cases.configure")
    gone = []
    for one in _left(grace):
        if _lies_as_found(one):
            storage().remove(one.name)
            gone.append(one)
    record("cases", files=len(gone), bytes=sum(one.size for one in gone))
    return len(gone)


def _lies_as_found(one: Lying) -> bool:
    """Whether nobody has kept the same bytes again since it was listed: they would be about to be added."""
    return one in storage().listed(one.name.rpartition("/")[0])


def _left(grace: float) -> Iterator[Lying]:
    """The storage is read before the database: what appears in between is too young, what is added in between is known."""
    before = time.time() - grace
    old = [one for one in storage().listed("cases") if one.since < before and _A_FILE.fullmatch(one.name)]
    for first in range(0, len(old), _PORTION):
        by_hash = {one.name.rpartition("/")[2]: one for one in old[first : first + _PORTION]}
        rows = Attachment.objects.filter(sha256__in=list(by_hash))
        named = set(rows.values_list("sha256", flat=True))
        yield from (one for digest, one in by_hash.items() if digest not in named)
