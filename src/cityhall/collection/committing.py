"""The one transaction at the end of the road: version, report, findings, receipt, ledger entry, event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cityhall.catalog.actions import draft_dataset, publish, update_dataset
from cityhall.catalog.queries import Dataset, DatasetDraft, Item
from cityhall.catalog.queries import dataset as catalogued
from cityhall.cleaning.actions import Fault, NewReport, save_report
from cityhall.cleaning.queries import Checked
from cityhall.collection.errors import RunCancelled
from cityhall.collection.events import VersionLoaded
from cityhall.collection.models import Run, Source
from cityhall.collection.reading import Judged
from cityhall.collection.rules import Mode
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.events import emit
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record
from cityhall.messaging.actions import Kind, notify
from cityhall.warehouse.actions import Counts, Prepared, commit_version

LOADER = system_actor("collection")
_MANY_QUARANTINED = Text(
    en="{count} deliveries have rows that need correction", zh="{count} 次报送有待整改的行"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything decided before the transaction. One of `draft` (a new dataset) and `dataset` is given; `items`
    replaces the items of an existing one (a first contract, or a change the steward accepted)."""

    draft: DatasetDraft | None = None
    dataset: Dataset | None = None
    items: tuple[Item, ...] | None = None
    publish: bool = False
    mode: Mode
    key: tuple[str, ...]
    prepared: Prepared | None = None
    body: Mapping[str, Any]
    scores: Mapping[str, float | None]
    faults: tuple[Fault, ...]
    quarantine_sha256: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    memory: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    """Seconds and amounts of the stages, as the run's row keeps them."""
    inputs: tuple[Mapping[str, Any], ...] = ()


@action("collection.load_version")
def load_version(actor: Actor, run_id: str, judged: Judged, plan: Plan) -> dict[str, Any]:
    """Commit a judged table as the next version of its dataset; answers the receipt."""
    run = Run.objects.select_for_update(of=("self",)).select_related("source").get(pk=run_id)
    if run.cancel_requested or not run.active:
        raise RunCancelled(stage="committing")
    dataset = _catalogue(actor, plan)
    counts = _counts(judged.checked)
    report_id = new_id("rep")
    version = commit_version(
        actor,
        dataset.id,
        mode=plan.mode,
        files=plan.prepared or judged.checked.clean_files,
        key=plan.key,
        landed_sha256s=[run.landed_sha256],
        counts=counts,
        schema=schema_of(judged),
        report_id=report_id,
        run_id=run.id,
        inputs=plan.inputs,
    )
    save_report(report_id, _report(run, dataset, version.number, counts, plan))
    receipt = counts.as_dict() | {
        "sha256": run.landed_sha256,
        "bytes": run.bytes,
        "version": version.number,
        "dataset": dataset.id,
        "report": report_id,
        "quarantine_sha256": plan.quarantine_sha256,
    }
    _finish(run, dataset, receipt, plan)
    if counts.quarantined:
        _tell_stewards(dataset, counts)
    record(
        f"dataset:{dataset.id}",
        run=run.id,
        report=report_id,
        **{k: receipt[k] for k in ("sha256", "version")},
        **counts.as_dict(),
    )
    emit(VersionLoaded(run.id, dataset.id, version.number, counts.quarantined))
    return receipt


def _counts(checked: Checked) -> Counts:
    return Counts(
        read=checked.rows,
        clean=checked.clean,
        quarantined=checked.quarantined,
        duplicates=checked.duplicates,
    )


def schema_of(judged: Judged) -> dict[str, str]:
    """The catalogue's type of every column of the clean files."""
    return {item.name: item.type for item in judged.contract.items}


def _catalogue(actor: Actor, plan: Plan) -> Dataset:
    """The dataset the version belongs to: drafted and published now, or brought up to date."""
    if plan.draft is not None:
        dataset_id = draft_dataset(actor, plan.draft, why="drafted from a file")
        if plan.publish:
            publish(actor, dataset_id, why="published with its first version")
        return catalogued(dataset_id)
    if plan.dataset is None:
        raise TypeError("a plan needs a draft or a dataset")
    if plan.items is not None:
        kept = tuple(name for name in plan.dataset.key if name in {item.name for item in plan.items})
        update_dataset(
            actor,
            plan.dataset.id,
            {"items": plan.items, "key": kept},
            plan.dataset.revision,
            why="items as delivered",
        )
        return catalogued(plan.dataset.id)
    return plan.dataset


def _report(run: Run, dataset: Dataset, version: int, counts: Counts, plan: Plan) -> NewReport:
    return NewReport(
        dataset_id=dataset.id,
        agency_id=dataset.agency_id,
        version=version,
        run_id=run.id,
        rules_version=dataset.rules_version,
        body=plan.body,
        scores=plan.scores,
        read=counts.read,
        clean=counts.clean,
        quarantined=counts.quarantined,
        duplicates=counts.duplicates,
        quarantine_sha256=plan.quarantine_sha256,
        faults=plan.faults,
        replaces_all=plan.mode == "replace",
    )


def _finish(run: Run, dataset: Dataset, receipt: dict[str, Any], plan: Plan) -> None:
    """The run's last row change, in the same transaction: done means that the version is there."""
    moment = clock.now()
    Run.objects.filter(pk=run.pk).update(
        stage="done",
        reached="committing",
        active=False,
        progress=1,
        dataset_id=dataset.id,
        version=receipt["version"],
        receipt=receipt,
        rows=receipt["read"],
        error=None,
        decision=None if run.decision is None else run.decision | {"state": "accepted"},
        heartbeat=moment,
        finished=moment,
        **plan.told,
    )
    if run.source is not None:
        remember(run.source, dataset.id, plan.columns, plan.memory)


def remember(source: Source, dataset_id: str, columns: Mapping[str, str], memory: Mapping[str, Any]) -> None:
    """What a good run leaves behind: its dataset, the agreed columns, the fetcher's memory, the end of an alarm."""
    settings = dict(source.settings)
    if columns:
        settings["item_columns"] = dict(columns)
    Source.objects.filter(pk=source.pk).update(
        dataset_id=dataset_id,
        settings=settings,
        memory={**source.memory, **memory},
        last_good=clock.now(),
        alarmed=None,
    )


def _tell_stewards(dataset: Dataset, counts: Counts) -> None:
    title = dataset.title
    notify(
        LOADER,
        role="steward",
        agency_id=dataset.agency_id,
        subject=Text(
            en=f"{counts.quarantined:,} rows of “{title.en}” need correction",
            zh=f"“{title.zh}”有 {counts.quarantined:,} 行需要整改",
        ),
        body=Text(
            en=f"{counts.read:,} rows were read; {counts.quarantined:,} of them wait in quarantine.",
            zh=f"读入 {counts.read:,} 行，其中 {counts.quarantined:,} 行进入隔离区，未进入新版本。",
        ),
        link=f"/datasets/{dataset.id}/quarantine/",
        kind=Kind("collection.quarantine", _MANY_QUARANTINED, "/desk/"),
    )
