"""Whether the columnar copy belongs to this database, and making it anew where it does not: after either was restored from a
backup, the copy may be ahead, behind, or of another history.

The stamp in the copy's folder names the newest event that the copy holds. The database has the same event, with the same case,
place and moment, or the two are not of one history.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.importing.outcomes import outcomes
from cityhall.cases.measuring.copying import (
    facts_of_cases,
    folder,
    live_mark,
    refresh,
    write_facts,
)
from cityhall.cases.models import Batch, CalendarVersion, Case, Event, TypeVersion
from cityhall.cases.storing.types import calendar_of, calendar_row, type_of
from cityhall.cases.storing.unpacking import portions
from cityhall.kernel.durable import new_file

log = logging.getLogger("cityhall.cases")
STAMP = "stamp.json"


def freshen(made: CaseType) -> bool:
    """Bring the copy up to date, made anew first where it is not of this database; whether it was."""
    mended = not sound(made)
    if mended:
        with _alone(made.name):
            if not sound(made):
                log.warning("the facts of %s are not of this database: they are counted anew", made.name)
                rebuild_copy(made)
    if refresh(made) or not _path(made).exists():
        write_stamp(made)
    return mended


def sound(made: CaseType) -> bool:
    """Whether the copy holds what this database holds, but for what happened since."""
    kept = _read(_path(made))
    batches = set(Batch.objects.filter(type__name=made.name).values_list("key", flat=True))
    there = {path.stem for path in folder(made.name).glob("bat*.parquet")}
    if kept is None:
        return batches <= there and not live_mark(made.name)
    return (
        batches <= there | set(kept["batches"])
        and kept["mark"] == live_mark(made.name)
        and kept["event"] == _event(kept["mark"])
        and kept["calendar"] == calendar_row(made.calendar).version
    )


def write_stamp(made: CaseType, *, batches: list[str] | None = None) -> None:
    """Name what the copy holds. `batches` are those whose cases stand in files of a rebuilding."""
    kept, mark = _read(_path(made)), live_mark(made.name)
    held = batches if batches is not None else (kept["batches"] if kept else [])
    body = {
        "mark": mark,
        "event": _event(mark),
        "batches": held,
        "calendar": calendar_row(made.calendar).version,
    }
    with new_file(_path(made)) as temporary:
        temporary.write_text(json.dumps(body), encoding="utf-8")


def rebuild_copy(made: CaseType) -> int:
    """Make the copy anew from the events, every case under the version and the calendar it has; answers how many cases."""
    place, scratch = folder(made.name), folder(made.name) / ".new"
    shutil.rmtree(scratch, ignore_errors=True)
    newest = _newest(made)
    batches = list(Batch.objects.filter(type__name=made.name).values_list("key", flat=True))
    cases = sum(many for _, many in _written(made, scratch))
    for path in place.glob("*.parquet"):
        path.unlink()
    for path in sorted(scratch.glob("*.parquet")) if scratch.exists() else ():
        path.rename(place / path.name)
    shutil.rmtree(scratch, ignore_errors=True)
    if newest:  # from here on, what happens is looked for after this event
        write_facts(made, f"live_{newest:020d}", {})
    write_stamp(made, batches=batches)
    return cases


def _written(made: CaseType, into: Path) -> Iterator[tuple[str, int]]:
    """The files of a rebuilding, as (name, cases)."""
    used = (
        Case.objects.filter(type__name=made.name).order_by().values_list("type_id", "calendar_id").distinct()
    )
    for type_id, calendar_id in used:
        own = type_of(TypeVersion.objects.get(id=type_id))
        calendar = calendar_of(CalendarVersion.objects.get(id=calendar_id))
        rows = Case.objects.filter(type_id=type_id, calendar_id=calendar_id)
        for part, portion in enumerate(portions(own, rows)):
            columns: dict[str, Any]
            if portion.lively:
                columns = facts_of_cases(portion.keys)
            else:
                found = outcomes(own, calendar, portion.past, portion.actors, rows=False)
                there = np.arange(len(portion.keys))
                columns = {
                    "number": portion.numbers,
                    **{name: one[there] for name, one in found.facts.items()},
                }
            name = f"base_{type_id}_{calendar_id}_{part:06d}"
            write_facts(own, name, columns, into=into)
            yield name, len(portion.keys)


def _newest(made: CaseType) -> int:
    events = Event.objects.filter(case__type__name=made.name).order_by("-id")
    return events.values_list("id", flat=True).first() or 0


def _event(mark: int) -> list[Any] | None:
    """What tells an event from any other that a database could give the same number."""
    row = (
        Event.objects.filter(id=mark).values_list("case__number", "seq", "act", "at").first()
        if mark
        else None
    )
    return [*row[:3], row[3].isoformat()] if row else None


def _path(made: CaseType) -> Path:
    return folder(made.name) / STAMP


def _read(path: Path) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return kept


@contextmanager
def _alone(type_name: str) -> Iterator[None]:
    folder(type_name).mkdir(parents=True, exist_ok=True)
    with (folder(type_name) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
