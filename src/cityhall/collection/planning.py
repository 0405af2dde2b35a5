"""What will become of a table: under which contract it is checked, and what the last transaction will do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from cityhall.catalog.queries import Dataset, DatasetDraft, Item
from cityhall.catalog.queries import dataset as catalogued
from cityhall.cleaning.queries import ColumnRecognition, Contract, draft_contract, latest_report
from cityhall.collection.committing import Plan, schema_of
from cityhall.collection.contracts import Drift, References, contract_of, drift_of, references_of, retyped
from cityhall.collection.decoding import StagedTable
from cityhall.collection.drafting import contract_with, drafted_dataset, drafted_items
from cityhall.collection.errors import KeyColumnAbsent, KeyMissing
from cityhall.collection.findings import body_of, faults_of, scores_of
from cityhall.collection.landing import Arrived
from cityhall.collection.models import Run
from cityhall.collection.overrides import Overrides, overrides_from
from cityhall.collection.reading import Judged, recognised
from cityhall.collection.reporting import Reporter
from cityhall.collection.rules import Mode, mode_of
from cityhall.warehouse.actions import land, prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A table's contract and catalogue entry before the check. `accepted`: the steward agreed to the drift."""

    contract: Contract
    mode: Mode
    key: tuple[str, ...]
    recognition: tuple[ColumnRecognition, ...] = ()
    draft: DatasetDraft | None = None
    dataset: Dataset | None = None
    items: tuple[Item, ...] | None = None
    drift: Drift = field(default_factory=Drift)
    accepted: bool = False
    publish: bool = False
    references: References = field(default_factory=References)

    def after(self, outcome: Judged) -> Prospect:
        """With the columns that turned out to be of another type (only where the catalogue had agreed a type)."""
        if self.dataset is None or self.items is not None:
            return self
        return replace(self, drift=replace(self.drift, retyped=retyped(self.contract, outcome.checked)))


def prospect_for(
    run: Run, table: StagedTable, overrides: Overrides, work: Path, reporter: Reporter
) -> Prospect:
    """The contract of the dataset the run belongs to, or a drafted one. Raises KeyMissing, KeyColumnAbsent."""
    dataset = catalogued(run.dataset_id) if run.dataset_id else None
    source = run.source
    mode = mode_of(
        overrides.mode or (source.mode if source else "") or (dataset.mode if dataset else "replace")
    )
    key = overrides.key or (tuple(source.key) if source else ())
    if dataset is None:
        return new_prospect(table, overrides, run.agency_id, work, reporter, mode=mode, key=key)
    if not dataset.items:
        fresh = new_prospect(
            table, overrides, dataset.agency_id, work, reporter, mode=mode, key=key or dataset.key
        )
        items = fresh.draft.items if fresh.draft else ()
        return replace(fresh, draft=None, dataset=dataset, items=items, publish=False)
    return _known_prospect(run, dataset, table, overrides, work, reporter, mode=mode, key=key or dataset.key)


def new_prospect(
    table: StagedTable,
    overrides: Overrides,
    agency_id: str,
    work: Path,
    reporter: Reporter,
    *,
    mode: Mode,
    key: tuple[str, ...] = (),
) -> Prospect:
    """A contract and a catalogue entry drafted from the table itself."""
    recognition = recognised(table, work, reporter)
    contract = contract_with(draft_contract(recognition), overrides)
    names = {spec.column: spec.name for spec in contract.items}
    key = tuple(names.get(column, column) for column in key) or contract.key
    contract = replace(contract, key=_checked_key(key, contract, mode))
    items = drafted_items(contract, recognition, overrides)
    draft = replace(
        drafted_dataset(table, items, contract, overrides, agency_id), key=contract.key, mode=mode
    )
    return Prospect(
        contract=contract,
        mode=mode,
        key=contract.key,
        recognition=recognition,
        draft=draft,
        publish=not overrides.draft,
        references=references_of(contract),
    )


def _known_prospect(
    run: Run,
    dataset: Dataset,
    table: StagedTable,
    overrides: Overrides,
    work: Path,
    reporter: Reporter,
    *,
    mode: Mode,
    key: tuple[str, ...],
) -> Prospect:
    columns = run.source.settings.get("item_columns", {}) if run.source else {}
    contract = contract_of(dataset, table, columns)
    drift = drift_of(dataset, contract, table)
    accepted = overrides.accept_schema or (run.decision or {}).get("state") == "accepted"
    recognition: tuple[ColumnRecognition, ...] = ()
    items: tuple[Item, ...] | None = None
    if accepted:
        recognition = recognised(table, work, reporter)
        contract, items = _redrafted(dataset, contract, recognition, overrides, _other_types(run))
    contract = replace(contract, key=_checked_key(key, contract, mode))
    return Prospect(
        contract=contract,
        mode=mode,
        key=contract.key,
        recognition=recognition,
        dataset=dataset,
        items=items,
        drift=drift,
        accepted=accepted,
        references=references_of(contract),
    )


def _other_types(run: Run) -> frozenset[str]:
    return frozenset((run.decision or {}).get("retyped", ()))


def _redrafted(
    dataset: Dataset,
    contract: Contract,
    recognition: tuple[ColumnRecognition, ...],
    overrides: Overrides,
    other: frozenset[str],
) -> tuple[Contract, tuple[Item, ...]]:
    """The accepted change: agreed items stay as they are; added and retyped columns are drafted anew."""
    fresh = contract_with(draft_contract(recognition), overrides)
    proposed = {item.name: item for item in drafted_items(fresh, recognition, overrides)}
    agreed = {spec.column: spec for spec in contract.items if spec.name not in other}
    old = {item.name: item for item in dataset.items}
    names = {spec.column: spec.name for spec in contract.items}
    specs = tuple(
        agreed.get(spec.column) or replace(spec, name=names.get(spec.column, spec.name))
        for spec in fresh.items
    )
    drafted = {spec.column: proposed[spec.name] for spec in fresh.items}
    items = tuple(
        replace(
            old[spec.name] if spec.column in agreed else drafted[spec.column], name=spec.name, position=place
        )
        for place, spec in enumerate(specs, 1)
    )
    present = {spec.name for spec in specs}
    rules = tuple(rule for rule in contract.rules if present.issuperset(rule.items))
    return replace(contract, items=specs, rules=rules), items


def _checked_key(key: tuple[str, ...], contract: Contract, mode: str) -> tuple[str, ...]:
    if mode == "upsert" and not key:
        raise KeyMissing()
    names = {spec.name for spec in contract.items}
    for column in key:
        if column not in names:
            raise KeyColumnAbsent(column=column, found=", ".join(sorted(names))[:300])
    return key


def plan_for(run: Run, outcome: Judged, prospect: Prospect, arrived: Arrived, reporter: Reporter) -> Plan:
    """Everything the last transaction needs; big files are written and synced here, before it."""
    checked = outcome.checked
    reporter.took(bytes=sum(path.stat().st_size for path in checked.clean_files), rows=checked.clean)
    quarantine = ""
    if checked.quarantine_file is not None:
        quarantine = reporter.aside(land, checked.quarantine_file, f"{run.id}.quarantine.parquet").sha256
    prepared = None
    if prospect.dataset is not None:
        prepared = reporter.beside(
            prepare,
            prospect.dataset.id,
            mode=prospect.mode,
            files=checked.clean_files,
            key=prospect.key,
            schema=schema_of(outcome),
        )
    before = latest_report(prospect.dataset.id) if prospect.dataset else None
    body = body_of(outcome, before.body if before else None)
    return Plan(
        draft=prospect.draft,
        dataset=prospect.dataset,
        items=prospect.items,
        publish=prospect.publish,
        mode=prospect.mode,
        key=prospect.key,
        prepared=prepared,
        body=body,
        scores=scores_of(body),
        faults=faults_of(outcome),
        quarantine_sha256=quarantine,
        columns={spec.name: spec.column for spec in outcome.contract.items if spec.name != spec.column},
        memory=arrived.memory,
        told=reporter.told(),
        inputs=prospect.references.inputs,
    )


def same_as_before(run: Run, overrides: Overrides) -> Run | None:
    """The last good run of the same source, if it had the same bytes and nothing was agreed anew since."""
    pushed = (
        run.source is not None and run.source.kind == "push"
    )  # there the idempotency key says what is new
    if run.kind != "load" or pushed or run.decision is not None or run.options.get("again"):
        return None
    runs = Run.objects.filter(stage="done", kind="load", agency_id=run.agency_id).exclude(version=None)
    if run.source_id:
        runs = runs.filter(source_id=run.source_id)
    else:
        runs = runs.filter(source__kind="file", source__name=overrides.name or run.file_name)
    last = runs.order_by("-id").first()
    if last is None or last.landed_sha256 != run.landed_sha256:
        return None
    same_words = overrides_from(last.options.get("overrides", {})) == overrides
    return last if same_words else None
