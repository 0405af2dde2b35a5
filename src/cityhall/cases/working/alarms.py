"""What time itself does to cases: warnings before a limit, escalation and acts by the system after it."""

from __future__ import annotations

from collections.abc import Iterator

from cityhall.cases.folding.checking import refusal
from cityhall.cases.folding.clocks import NO_TIME, RUNNING
from cityhall.cases.folding.events import Event
from cityhall.cases.models import Case
from cityhall.cases.storing.rows import Loaded, load, seconds, warn_at
from cityhall.kernel import clock

AT_ONCE = 500


def alarmed() -> list[str]:
    """Numbers of cases at which the system must look now, the longest waiting first."""
    rows = Case.objects.filter(alarm__lte=clock.now()).order_by("alarm")
    return list(rows.values_list("number", flat=True)[:AT_ONCE])


def due_acts(row: Case) -> Iterator[tuple[str, dict[str, str]]]:
    """What the system must do on a case now: mark warnings and lateness, then the declared act."""
    loaded = load(row)
    now = seconds(clock.now())
    for standing, declared in zip(loaded.standing.clocks, loaded.made.clocks, strict=True):
        if standing.status != RUNNING:
            continue
        warn = warn_at(standing, declared.warn, loaded.calendar)
        late = now > standing.due
        if (
            warn != NO_TIME
            and now >= warn
            and not late
            and f"warned:{declared.id}" not in loaded.standing.marks
        ):
            yield "warned", {"clock": declared.id}
        if late and f"overdue:{declared.id}" not in loaded.standing.marks:
            yield "overdue", {"clock": declared.id}
            if declared.late_act >= 0 and _possible(loaded, loaded.made.acts[declared.late_act].id, now):
                yield loaded.made.acts[declared.late_act].id, {}


def _possible(loaded: Loaded, name: str, now: int) -> bool:
    return refusal(loaded.made, loaded.standing, Event(name, now, "system:cases"), loaded.calendar) is None
