"""`publish_file`: any table in, a governed dataset out; nothing is asked for that can be found out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cityhall.catalog.queries import Dataset, DatasetDraft, Item, overlaps
from cityhall.catalog.queries import dataset as catalogued
from cityhall.cleaning.queries import report_of_version
from cityhall.collection.assigning import would_be
from cityhall.collection.decoding import StagedTable
from cityhall.collection.ending import as_coded, end_run
from cityhall.collection.errors import FileMissing, SourceUnreachable
from cityhall.collection.findings import body_of
from cityhall.collection.landing import keep
from cityhall.collection.models import Run
from cityhall.collection.overrides import Overrides, merged, overrides_beside
from cityhall.collection.owning import owner_of
from cityhall.collection.planning import Prospect, prospect_for
from cityhall.collection.reading import Judged, judged, read_tables
from cityhall.collection.reporting import Reporter, RunReporter, Tell
from cityhall.collection.road import Arrival, schema_changed, travel
from cityhall.collection.runs import create_run, get_run, this_worker
from cityhall.collection.sources import http_file
from cityhall.collection.sources.shapes import Fetched, SourceSpec
from cityhall.collection.sources.web import shown
from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.warehouse.queries import raw_path


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """One table's way: the entry (drafted or in force), the receipt, the report, and where everything is."""

    dataset_id: str = ""
    code: str = ""
    title: Text
    items: tuple[Item, ...] = ()
    columns: tuple[str, ...] = ()
    receipt: dict[str, Any]
    report: dict[str, Any]
    quarantine: str = ""
    page: str = ""
    api: str = ""
    run_id: str = ""
    new: bool = True
    unchanged: bool = False
    encoding: str = ""
    format: str = ""
    notes: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()
    error: CityhallError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What `publish_file` did, or with `dry_run` would do."""

    file: str
    sha256: str
    bytes: int
    dry_run: bool
    tables: tuple[PublishedTable, ...]

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What must be said loudly, of all tables."""
        return tuple(warning for table in self.tables for warning in table.warnings)


def publish_file(
    actor: Actor,
    path_or_url: str | Path,
    overrides: Overrides | None = None,
    dry_run: bool = False,
    progress: Tell | None = None,
) -> Publication:
    """Publish a local file (Path, or text without a scheme) or an http(s) address as one dataset per table.

    The same file again makes a new version of the same dataset (found by its recorded name), identical bytes make
    none. With `dry_run` nothing is written anywhere but a temporary folder. Raises the first table's error when no
    table could be loaded; otherwise a table's error stands in its `PublishedTable`.
    """
    given = overrides or Overrides()
    if isinstance(path_or_url, str) and urlsplit(path_or_url).scheme in ("http", "https"):
        with tempfile.TemporaryDirectory(prefix="cityhall-") as folder:
            fetched = _fetched(path_or_url, Path(folder), progress)
            name = given.name or fetched.name
            return _publish(actor, fetched.path, fetched.name, replace(given, name=name), dry_run, progress)
    path = Path(path_or_url).expanduser()
    if not path.is_file():
        raise FileMissing(file=str(path_or_url))
    given = merged(overrides_beside(path), given)
    return _publish(actor, path, path.name, given, dry_run, progress)


def _fetched(url: str, folder: Path, progress: Tell | None) -> Fetched:
    source = SourceSpec(id="", name=url, kind="http", settings={"url": url}, memory={}, mode="replace")
    reporter = Reporter(progress)
    reporter.enter("landing")
    fetched = reporter.aside(http_file.fetch, source, folder, reporter.tick)
    if fetched is None:
        raise SourceUnreachable(address=shown(url), why="it sent nothing")
    return fetched


def _publish(
    actor: Actor, path: Path, name: str, overrides: Overrides, dry_run: bool, progress: Tell | None
) -> Publication:
    if dry_run:
        return _rehearse(actor, path, name, overrides, progress)
    run = get_run(begin_publication(actor, name, overrides))
    reporter = RunReporter(run.id, progress)
    reporter.stage = "landing"
    try:
        keep(run, path, name, reporter)
    except Exception as error:
        coded = as_coded(error, "landing")
        end_run(actor, run.id, coded, reporter.told())
        raise coded from error
    arrivals = travel(run, progress)
    if all(arrival.error for arrival in arrivals) and arrivals[0].error:
        raise arrivals[0].error
    tables = tuple(_told(arrival) for arrival in arrivals)
    return Publication(file=name, sha256=run.landed_sha256, bytes=run.bytes, dry_run=False, tables=tables)


@action("collection.publish_file")
def begin_publication(actor: Actor, name: str, overrides: Overrides) -> str:
    """Open the run of a published file; answers its id. Raises RunInProgress, AgencyUnclear, RightMissing."""
    agency_id = owner_of(actor, overrides.agency)
    require(actor, "collection.run", agency_id)
    moment = clock.now()
    run = create_run(
        actor,
        f"file:{agency_id}:{overrides.name or name}"[:200],
        name,
        agency_id=agency_id,
        stage="landing",
        reached="landing",
        worker=this_worker(),
        started=moment,
        heartbeat=moment,
        options={"overrides": overrides.as_dict()},
    )
    record(f"run:{run.id}", file=name, agency=agency_id)
    return run.id


def _told(arrival: Arrival) -> PublishedTable:
    run = get_run(arrival.run_id)
    if not run.dataset_id:
        return PublishedTable(
            title=Text.from_dict(run.file_name), receipt={}, report={}, run_id=run.id, error=arrival.error
        )
    dataset = catalogued(run.dataset_id)
    receipt = arrival.receipt or {}
    prospect = arrival.prospect
    return PublishedTable(
        dataset_id=dataset.id,
        code=dataset.code,
        title=dataset.title,
        items=dataset.items,
        receipt=receipt,
        report=_report(dataset.id, run.version),
        quarantine=_quarantine_path(run),
        page=f"/datasets/{dataset.id}/",
        api=f"/api/v1/datasets/{dataset.id}/rows",
        run_id=run.id,
        new=bool(prospect and prospect.draft),
        unchanged=bool(receipt.get("unchanged")),
        encoding=arrival.table.encoding if arrival.table else "",
        format=arrival.table.format if arrival.table else "",
        notes=tuple(note.text for note in arrival.table.notes) if arrival.table else (),
        warnings=warnings_for(dataset, new=bool(prospect and prospect.draft)),
        error=arrival.error,
    )


def _report(dataset_id: str, version: int | None) -> dict[str, Any]:
    return _with_findings(report_of_version(dataset_id, version).body) if version else {}


def _with_findings(body: Mapping[str, Any]) -> dict[str, Any]:
    """The report, with its reasons under the name people know them by."""
    return {**body, "findings": body.get("reasons", [])}


def _quarantine_path(run: Run) -> str:
    sha256 = str((run.receipt or {}).get("quarantine_sha256", ""))
    return str(raw_path(sha256)) if sha256 else ""


def warnings_for(entry: Dataset | DatasetDraft, *, new: bool = False) -> tuple[Text, ...]:
    """What must be said loudly about an entry: the items that hold personal or sensitive data, and of a new one who collects
    the same already."""
    doubled = overlaps(entry) if new else ()
    return (*_sensitive(entry), *(one.why for one in doubled))


def _sensitive(entry: Dataset | DatasetDraft) -> tuple[Text, ...]:
    found = [item for item in entry.items if item.level >= 3]
    if not found:
        return ()
    named = ", ".join(f"{item.title.en or item.name} (L{item.level})" for item in found)
    named_zh = "、".join(f"{item.title.zh or item.name}（L{item.level}）" for item in found)
    return (
        Text(
            en=f"Personal or sensitive data: {named}. Not open to the public without approval.",
            zh=f"含个人信息或敏感数据：{named_zh}。这些数据项未经审批不对公众开放。",
        ),
    )


def _rehearse(
    actor: Actor, path: Path, name: str, overrides: Overrides, progress: Tell | None
) -> Publication:
    """Everything but landing and committing, in a temporary folder."""
    agency_id = owner_of(actor, overrides.agency, may_create=False)
    reporter = Reporter(progress)
    with tempfile.TemporaryDirectory(prefix="cityhall-dry-") as folder:
        work = Path(folder)
        tables = read_tables(path, name, work, overrides.hints(), reporter, apart=overrides.apart)
        runs = would_be(agency_id, name, tables, overrides)
        told = tuple(
            _rehearsed(run, table, overrides, work / str(place), reporter)
            for place, (run, table) in enumerate(runs)
        )
    reporter.enter("done")
    return Publication(file=name, sha256="", bytes=path.stat().st_size, dry_run=True, tables=told)


def _rehearsed(
    run: Run, table: StagedTable, overrides: Overrides, work: Path, reporter: Reporter
) -> PublishedTable:
    """What would become of a table: under the agreed contract where its dataset is known."""
    work.mkdir()
    prospect = prospect_for(run, table, overrides, work, reporter)
    outcome = judged(
        table,
        prospect.contract,
        work,
        reporter,
        recognition=prospect.recognition,
        references=prospect.references.files,
    )
    prospect = prospect.after(outcome)
    entry = prospect.dataset or prospect.draft
    if entry is None:
        raise TypeError("a prospect has a dataset or a draft")
    return PublishedTable(
        dataset_id=run.dataset_id,
        title=entry.title,
        code=entry.code,
        items=prospect.items or entry.items,
        receipt=_counts(outcome),
        report=_with_findings(body_of(outcome)),
        encoding=table.encoding,
        format=table.format,
        notes=tuple(note.text for note in table.notes),
        new=prospect.dataset is None,
        warnings=(*warnings_for(entry, new=prospect.dataset is None), *_changes(prospect)),
    )


def _changes(prospect: Prospect) -> tuple[Text, ...]:
    """What the steward would have to decide."""
    if not prospect.drift or prospect.accepted:
        return ()
    changed = schema_changed(prospect.drift)
    return (Text(en=changed.say("en"), zh=changed.say("zh-hans")),)


def _counts(outcome: Judged) -> dict[str, Any]:
    checked = outcome.checked
    return {
        "read": checked.rows,
        "clean": checked.clean,
        "quarantined": checked.quarantined,
        "duplicates": checked.duplicates,
    }
