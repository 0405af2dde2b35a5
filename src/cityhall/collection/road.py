"""The road: land, stage, recognise or take the catalogue's contract, check, report, and ONE transaction at
the end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cityhall.cleaning.queries import standing_by
from cityhall.collection.assigning import assign, table_for
from cityhall.collection.committing import load_version
from cityhall.collection.contracts import Drift
from cityhall.collection.decoding import StagedTable
from cityhall.collection.ending import as_coded, ask_decision, end_run, end_unchanged
from cityhall.collection.errors import NothingToCollect, SchemaChanged
from cityhall.collection.landing import Arrived, landed_bytes
from cityhall.collection.mending import mend
from cityhall.collection.models import Run
from cityhall.collection.overrides import Overrides, overrides_from
from cityhall.collection.planning import Prospect, plan_for, prospect_for, same_as_before
from cityhall.collection.reading import judged, read_tables
from cityhall.collection.reporting import Reporter, RunReporter, Tell
from cityhall.collection.runs import actor_of, claim, get_run
from cityhall.collection.settling import settle
from cityhall.collection.sources.folder import check_manifest
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.home import home
from cityhall.warehouse.errors import VersionConflict

_TRIES = 3
_REMARKS = 20
"""Of decoding, in a run's log."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one run ended: its receipt, or the error."""

    run_id: str
    receipt: dict[str, Any] | None
    error: CityhallError | None = None
    prospect: Prospect | None = None
    table: StagedTable | None = None


def work_folder() -> Path:
    """Where runs keep what they need only while they work."""
    return home() / "work"


@contextmanager
def workplace(name: str) -> Iterator[Path]:
    """An empty folder of one run; removed when the run ends, however it ends."""
    folder = work_folder() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def walk(run_id: str, tell: Tell | None = None) -> tuple[Arrival, ...]:
    """Work off a queued run to its end, whatever that is; a run somebody else has taken is left alone."""
    run = claim(run_id)
    return () if run is None else travel(run, tell)


def travel(run: Run, tell: Tell | None = None) -> tuple[Arrival, ...]:
    """Take a claimed run down the road. A file with several tables ends as several runs."""
    reporter = RunReporter(run.id, tell)
    with workplace(run.id) as work, standing_by(work) as start_engine:
        try:
            if run.kind == "correction":
                return (Arrival(run.id, mend(run, work, reporter)),)
            reporter.enter("landing")
            arrived = landed_bytes(run, work, reporter)
            overrides = overrides_from(run.options.get("overrides", {}))
            if (before := same_as_before(run, overrides)) is not None:
                return (_unchanged(run, before, arrived, reporter),)
            start_engine()
            tables = read_tables(
                arrived.path, arrived.name, work, overrides.hints(), reporter, apart=_apart(run, overrides)
            )
            check_manifest(
                arrived.name, arrived.manifest, rows=sum(one.rows + one.broken_rows for one in tables)
            )
            pairs = assign(run, tables) if run.source is None else [(run, table_for(run, tables))]
        except NothingToCollect as error:
            return (_failed(run, error, reporter),)
        except Exception as error:  # noqa: BLE001  (every failure ends as a coded error on the run's page)
            return (_failed(run, error, reporter),)
        return tuple(
            _one(each, table, arrived, overrides, work, reporter, tell, run) for each, table in pairs
        )


def _apart(run: Run, overrides: Overrides) -> bool:
    """Whether sheets of the same columns stay separate: as asked, or as they were published before."""
    return overrides.apart or bool(run.source and run.source.settings.get("apart"))


def _one(
    run: Run,
    table: Any,
    arrived: Arrived,
    overrides: Overrides,
    work: Path,
    first: RunReporter,
    tell: Tell | None,
    lead: Run,
) -> Arrival:
    reporter = first if run.pk == lead.pk else RunReporter(run.id, tell)
    reporter.rows = table.rows + table.broken_rows
    for remark in table.notes[:_REMARKS]:
        reporter.say(remark.text)
    try:
        return _table(run, table, arrived, overrides, work / run.id, reporter)
    except Exception as error:  # noqa: BLE001  (as above)
        return _failed(run, error, reporter)


def _table(
    run: Run, table: Any, arrived: Arrived, overrides: Overrides, work: Path, reporter: RunReporter
) -> Arrival:
    """One table: contract, check, report, commit; or a decision for the steward."""
    actor = actor_of(run)
    prospect = prospect_for(run, table, overrides, work, reporter)
    if prospect.drift and not prospect.accepted:
        return _undecided(run, prospect, reporter)
    outcome = judged(
        table,
        prospect.contract,
        work,
        reporter,
        recognition=prospect.recognition,
        references=prospect.references.files,
    )
    prospect = prospect.after(outcome)
    if prospect.drift and not prospect.accepted:
        return _undecided(run, prospect, reporter)
    reporter.enter("committing")
    for attempt in range(1, _TRIES + 1):
        plan = plan_for(run, outcome, prospect, arrived, reporter)
        try:
            receipt = load_version(actor, run.id, outcome, plan)
            break
        except VersionConflict:
            if attempt == _TRIES:
                raise
    settle(get_run(run.id), arrived.name, good=True)
    return Arrival(run.id, receipt, prospect=prospect, table=table)


def _unchanged(run: Run, before: Run, arrived: Arrived, reporter: Reporter) -> Arrival:
    reporter.beat(may_raise=False)
    receipt = end_unchanged(actor_of(run), run.id, before, arrived.memory)
    settle(get_run(run.id), arrived.name, good=True)
    return Arrival(run.id, receipt)


def _undecided(run: Run, prospect: Prospect, reporter: Reporter) -> Arrival:
    reporter.beat(may_raise=False)
    ask_decision(actor_of(run), run.id, prospect.drift)
    return Arrival(run.id, None, schema_changed(prospect.drift), prospect)


def schema_changed(drift: Drift) -> SchemaChanged:
    """The changed columns as the error that asks for a decision."""
    return SchemaChanged(**{name: ", ".join(columns) for name, columns in drift.as_dict().items()})


def _failed(run: Run, error: Exception, reporter: Reporter) -> Arrival:
    coded = as_coded(error, reporter.stage)
    end_run(actor_of(run), run.id, coded, reporter.told())
    settle(get_run(run.id), run.file_name, good=False)
    return Arrival(run.id, None, coded)
