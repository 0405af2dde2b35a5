"""Verbs of cases. Everything that happens to a case is `open_case` or `act`; the rest installs, imports, and minds the
clocks. A history brought in goes through the same table as an act done here."""

from __future__ import annotations

import logging
from pathlib import Path

from cityhall.cases.answering.following import following, following_history
from cityhall.cases.answering.keeping import end_entry, keep_entry, load_entries
from cityhall.cases.events import TypeInstalled
from cityhall.cases.importing.loading import ImportReport, import_history
from cityhall.cases.importing.source import Decoded
from cityhall.cases.measuring.mending import freshen, rebuild_copy
from cityhall.cases.measuring.replaying import differing
from cityhall.cases.models import Case, Unit
from cityhall.cases.patrolling.checking_in import (
    CheckedIn,
    Mark,
    check_in,
    forget_check_ins,
    forget_inspector,
)
from cityhall.cases.storing.rows import load
from cityhall.cases.storing.types import case_type, newest_types, type_of
from cityhall.cases.working.acting import ENGINE, Who, keep_reporter, locked, proceed
from cityhall.cases.working.alarms import alarmed, due_acts
from cityhall.cases.working.attachments import Kept, keep_file, send_files
from cityhall.cases.working.installing import move_target, named, recompute, store_calendar, store_type
from cityhall.cases.working.leaving import forget_reporter
from cityhall.cases.working.once import once
from cityhall.cases.working.sweeping import sweep_files
from cityhall.cases.working.telling import tell_about
from cityhall.cases.working.verbs import Opened, Outcome, act, act_on_many, add_file, attach, open_case
from cityhall.identity.queries import agency, require
from cityhall.kernel import events, jobs
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.ledger.actions import action, bookkeeping, record

__all__ = [
    "CheckedIn",
    "Decoded",
    "ImportReport",
    "Kept",
    "Mark",
    "Opened",
    "Outcome",
    "Who",
    "act",
    "act_on_many",
    "add_file",
    "attach",
    "check_in",
    "end_entry",
    "following",
    "following_history",
    "forget_check_ins",
    "forget_inspector",
    "forget_reporter",
    "import_history",
    "install_type",
    "keep_entry",
    "keep_file",
    "load_calendar",
    "load_entries",
    "mend_facts",
    "mind_clocks",
    "move_to_version",
    "name_reporter",
    "name_unit",
    "once",
    "open_case",
    "rebuild",
    "send_files",
    "sweep_files",
    "tell",
]

log = logging.getLogger("cityhall.cases")


# ---- declarations ----


@action("cases.install_type")
def install_type(actor: Actor, path: Path) -> int:
    """Install a declaration (`cases/*.yaml` of a pack); answers the version. Running cases keep theirs. Raises
    DeclarationRefused with every mistake, VersionExists."""
    require(actor, "cases.configure")
    row, new = store_type(path.read_text("utf-8"), path.name)
    record(named(row), version=row.version, digest=row.digest, new=new)
    events.emit(TypeInstalled(row.name, row.version))
    return row.version


@action("cases.load_calendar")
def load_calendar(actor: Actor, path: Path) -> int:
    """Load a calendar; open cases whose dates were provisional, or change, are computed anew. Answers its version."""
    require(actor, "cases.configure")
    row, new = store_calendar(path.read_text("utf-8"), path.name)
    changed = 0
    if new:
        for case in Case.objects.ready().filter(calendar__name=row.name, ended=None):
            changed += recompute(case, row)
    record(f"calendar:{row.name}", version=row.version, digest=row.digest, changed=changed)
    return row.version


@action("cases.move")
def move_to_version(actor: Actor, number: str, version: int = 0) -> int:
    """Move a running case to another version of its type (the newest, when none is named), by that version's migration
    map. Answers the version. Raises NoWayToMove."""
    require(actor, "cases.configure")
    row = locked(number)
    loaded = load(row)
    target = case_type(loaded.made.name, version)
    state = move_target(loaded.made, target, loaded.made.states[loaded.standing.state].id)
    data = {"from": loaded.made.version, "version": target.version, "state": state}
    proceed(ENGINE, row, "moved", data)
    record(f"case:{number}", **data)
    return target.version


@action("cases.name_unit")
def name_unit(actor: Actor, code: str, agency_id: str) -> None:
    """Say which agency stands behind a responsible unit's code in the tables of types. Raises AgencyUnknown."""
    require(actor, "cases.configure")
    known = agency(agency_id)
    Unit.objects.update_or_create(code=code, defaults={"agency": known.id})
    record(f"unit:{code}", agency=known.id)


# ---- history ----


@action("cases.rebuild")
def rebuild(actor: Actor, type_name: str = "", *, mend: bool = False) -> tuple[tuple[str, str], ...]:
    """Fold every case from its events and compare with its row; answers what differs as (number, column), nothing when all is
    well. With `mend`, rows are written anew. The facts that measures count are made anew too."""
    require(actor, "cases.configure")
    found = tuple(differing(type_name, mend=mend))
    for row in newest_types():
        if type_name in ("", row.name):
            rebuild_copy(type_of(row))
    record(f"case_type:{type_name or 'all'}", differing=len(found), mended=mend)
    return found


@bookkeeping
def name_reporter(number: str, who: Who) -> None:
    """Write down whose report a case of a history is, so that they follow it as their own. In the transaction in which the
    history is taken in. Raises CaseUnknown."""
    keep_reporter(locked(number), who, who.person)


# ---- time and notices ----


@jobs.job("cases.tell", again=True)
def tell(number: str, seq: int) -> None:
    """Send the notices of one event."""
    tell_about(number, seq)


@bookkeeping
def mend_facts() -> int:
    """See to it that the facts behind the figures are of this database, as after a restore they may not be; answers how many
    types were counted anew."""
    return sum(freshen(type_of(row)) for row in newest_types())


@jobs.job("cases.mind_clocks")
def mind_clocks() -> None:
    """Warn of limits that come near, mark and act on those that have passed. Each is an act of the system."""
    for number in alarmed():
        try:
            for name, data in due_acts(Case.objects.ready().get(number=number)):
                act(ENGINE, number, name, data)
        except CityhallError:
            log.exception("the clocks of case %s could not be minded", number)
