"""Use is counted in the process and written every few seconds: a process that is killed loses those seconds."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter
from datetime import date
from multiprocessing.util import Finalize
from typing import Any, Final, Literal

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from cityhall.identity.events import PersonLeft
from cityhall.kernel import clock
from cityhall.opening import models
from cityhall.opening.metering.leasing import sweep
from cityhall.opening.metering.patience import brief_transaction

log = logging.getLogger("cityhall.metering")
Use = Literal["visit", "call", "download"]
Outcome = Literal["call", "error", "refused"]
EVERY_SECONDS: Final = 5.0
MOST_WAITING: Final = 2000
"""Different counts that wait; more are written at once."""
SWEEP_SECONDS: Final = 600.0
_Entry = tuple[str, str, date, str]

_lock = threading.Lock()
_waiting: Counter[_Entry] = Counter()
_times = {"written": time.monotonic(), "swept": time.monotonic()}
_minded = 0
os.register_at_fork(after_in_child=_waiting.clear)  # what waits is written by the process that counted it


def count_use(dataset_id: str, kind: Use) -> None:
    """A dataset's page was visited, its rows were called, a file of it was fetched."""
    _count(("dataset", dataset_id, clock.today(), kind))


def count_key(key_id: str, outcome: Outcome) -> None:
    """A call was made with a key, and how it ended."""
    _count(("key", key_id, clock.today(), outcome))


def write_counts() -> int:
    """Write what waits; answers how many different counts. What cannot be written waits on."""
    with _lock:
        mine = Counter(_waiting)
        _waiting.clear()
        _times["written"] = time.monotonic()
    try:
        with brief_transaction():
            for entry, number in sorted(mine.items()):
                _add(entry, number)
    except DatabaseError as error:
        log.warning("what was counted cannot be written now: %s", error)
        with _lock:
            _waiting.update(mine)
    return len(mine)


def _count(entry: _Entry) -> None:
    now = time.monotonic()
    with _lock:
        _mind_the_end()
        _waiting[entry] += 1
        due = now - _times["written"] > EVERY_SECONDS or len(_waiting) > MOST_WAITING
        tidy = now - _times["swept"] > SWEEP_SECONDS
        if due:
            _times["written"] = now  # no other thread does the same
        if tidy:
            _times["swept"] = now
    if due:
        write_counts()
    if tidy:
        sweep()


def _add(entry: _Entry, number: int) -> None:
    of, subject, day, kind = entry
    table: Any = models.DatasetUse if of == "dataset" else models.KeyUse
    own = {"dataset_id" if of == "dataset" else "key_id": subject, "day": day, "kind": kind}
    if table.objects.filter(**own).update(count=F("count") + number):
        return
    try:
        with transaction.atomic():
            table.objects.create(**own, count=number)
    except IntegrityError:
        table.objects.filter(**own).update(count=F("count") + number)


def _at_end() -> None:
    if _waiting:
        write_counts()


def _mind_the_end() -> None:
    """Have what waits written when this process ends: one that was forked ends without what `atexit` was told."""
    global _minded
    if _minded != os.getpid():
        _minded = os.getpid()
        Finalize(None, _at_end, exitpriority=1)


def forget_keys(event: PersonLeft) -> None:
    """What was counted for the keys of somebody who left is gone with them."""
    models.KeyUse.objects.filter(key_id__in=event.key_ids).delete()
