"""From stored events to a standing, and from a standing to the projected row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.folding.applying import fold
from cityhall.cases.folding.clocks import NO_TIME, RUNNING, ClockStanding
from cityhall.cases.folding.events import Event
from cityhall.cases.folding.standing import Standing
from cityhall.cases.models import Case, History, Name, OpenTask
from cityhall.cases.models import Event as Row
from cityhall.cases.storing.histories import unpack
from cityhall.cases.storing.types import Versions, calendar_of, type_of, type_row
from cityhall.kernel.calendars import Calendar

# Fields of the row that are computed; everything else in it is given once.
PROJECTED = (
    "state", "outcome", "agency", "holder", "area", "kind", "lon", "lat", "opened", "changed", "due", "ended", "alarm",
    "late", "provisional", "supervised", "rating", "seen", "into", "fields",
)  # fmt: skip


@dataclass(slots=True)
class Loaded:
    """A case ready to act on: its row, its type, its calendar, its events and where it stands."""

    row: Case
    made: CaseType
    calendar: Calendar
    events: list[Event]
    standing: Standing


def moment(seconds: int) -> datetime | None:
    """A moment of the fold as the database has it."""
    return None if seconds == NO_TIME else datetime.fromtimestamp(seconds, UTC)


def known_moment(seconds: int) -> datetime:
    """A moment that is known to be one."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds(when: datetime) -> int:
    """A moment as the fold counts it, in whole seconds."""
    return int(when.timestamp())


def load(row: Case) -> Loaded:
    """Fold a case's events. The first version is told by the events: the row's, unless it was moved."""
    events = events_of(row)
    calendar = calendar_of(row.calendar)
    made, standing = fold(
        Versions(row.type.name, type_of(row.type)), _birth_version(row, events), events, calendar
    )
    return Loaded(row, made, calendar, events, standing)


def _birth_version(row: Case, events: Iterable[Event]) -> int:
    moves = [event for event in events if event.act == "moved"]
    return int(moves[0].data["from"]) if moves else row.type.version


def events_of(row: Case) -> list[Event]:
    """All events of a case: the packed history first, then what was done here."""
    past = (
        History.objects.filter(case_id=row.id)
        .select_related("batch__type")
        .defer("batch__type__text")
        .first()
    )
    packed = (
        []
        if past is None
        else unpack(type_of(past.batch.type), bytes(past.acts), bytes(past.facts), past.rest, names_of)
    )
    rows = Row.objects.filter(case_id=row.id).order_by("seq").values_list("act", "at", "actor", "data")
    return packed + [Event(act, seconds(at), actor, data or {}) for act, at, actor, data in rows]


def names_of(numbers: list[int]) -> Mapping[int, str]:
    """Texts of the table of names by number."""
    return dict(Name.objects.filter(id__in=set(numbers)).values_list("id", "text"))


def projection(made: CaseType, standing: Standing, calendar: Calendar) -> dict[str, Any]:
    """The computed columns of a case's row."""
    fields = dict(standing.fields)
    area = fields.pop(made.area, "") if made.area else ""
    kind = fields.pop(made.kind, "") if made.kind else ""
    lon, lat = fields.pop(made.spot, None) or (None, None) if made.spot else (None, None)
    running = [clock for clock in standing.clocks if clock.status == RUNNING]
    due = min((clock.due for clock in running), default=NO_TIME)
    return {
        "state": made.states[standing.state].id,
        "outcome": standing.outcome,
        "agency": standing.agency,
        "holder": standing.holder,
        "area": str(area),
        "kind": str(kind),
        "lon": lon,
        "lat": lat,
        "opened": moment(standing.opened),
        "changed": moment(standing.changed),
        "due": moment(due),
        "ended": moment(standing.ended),
        "alarm": moment(next_alarm(made, standing, calendar)),
        "late": main_late(made, standing),
        "provisional": due != NO_TIME and calendar.provisional(due),
        "supervised": standing.supervised,
        "rating": standing.rating,
        "seen": standing.seen,
        "into": standing.into,
        "fields": fields or None,
    }


def main_late(made: CaseType, standing: Standing) -> bool:
    """Whether the clock by which the case is judged had been exceeded at its last event."""
    return (
        made.main_clock >= 0
        and bool(standing.clocks)
        and standing.clocks[made.main_clock].is_late(standing.changed)
    )


def next_alarm(made: CaseType, standing: Standing, calendar: Calendar) -> int:
    """The soonest moment at which a running clock must be told or acted on; -1 for none."""
    moments = [
        at
        for clock, declared in zip(standing.clocks, made.clocks, strict=True)
        if clock.status == RUNNING
        for mark, at in (("warned", warn_at(clock, declared.warn, calendar)), ("overdue", clock.due + 1))
        if at != NO_TIME and not {f"{mark}:{declared.id}", f"overdue:{declared.id}"} & set(standing.marks)
    ]
    return min(moments, default=NO_TIME)


def warn_at(clock: ClockStanding, share: float, calendar: Calendar) -> int:
    """When that share of the limit will have been spent; -1 when nothing is to be told."""
    if not share:
        return NO_TIME
    ticks = max(int(clock.ticks * share) - clock.spent, 0)
    return min(calendar.due(clock.since, ticks, clock.unit), clock.due)


def save(row: Case, made: CaseType, standing: Standing, calendar: Calendar) -> None:
    """Write the projection into the row (the caller's transaction) and the tasks that are open."""
    moved = row.type.version != made.version
    if moved:
        row.type = type_row(made.name, made.version)
    for name, value in projection(made, standing, calendar).items():
        setattr(row, name, value)
    row.save()
    if moved or any(state.tasks for state in made.states):
        OpenTask.objects.filter(case=row).delete()
        waiting = [
            OpenTask(case=row, task=task, agency=agency)
            for task, agency in standing.tasks.items()
            if task not in standing.done
        ]
        OpenTask.objects.bulk_create(waiting)
