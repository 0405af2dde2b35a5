"""A correction run: the corrected rows under the dataset's contract, then a version of those that pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from cityhall.catalog.queries import Dataset
from cityhall.catalog.queries import dataset as catalogued
from cityhall.cleaning.actions import RowOutcome, save_outcomes
from cityhall.cleaning.queries import (
    Contract,
    References,
    bad_rows,
    check,
    fused,
    quarantine_columns,
    row_faults,
)
from cityhall.collection.contracts import contract_of, references_of
from cityhall.collection.decoding import StagedTable, stage
from cityhall.collection.errors import CorrectionMismatch
from cityhall.collection.events import VersionLoaded
from cityhall.collection.models import Run
from cityhall.collection.reading import staged_of
from cityhall.collection.reporting import RunReporter
from cityhall.collection.rules import Mode
from cityhall.collection.runs import actor_of
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.events import emit
from cityhall.ledger.actions import action, record
from cityhall.warehouse.actions import Counts, Prepared, commit_version, prepare
from cityhall.warehouse.queries import files_of, raw_path, version, versions

LINE = "line"
_EXTRA = frozenset({LINE, "reasons", "suggestion"})


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of corrected rows: files of those that passed, and each row's outcome."""

    files: tuple[Path, ...]
    clean: int
    duplicates: int
    outcomes: tuple[RowOutcome, ...]


def mend(run: Run, work: Path, reporter: RunReporter) -> dict[str, Any]:
    """Take a correction run to its end; answers the receipt."""
    report_id = str(run.options["report"])
    dataset = catalogued(run.dataset_id)
    reporter.enter("decoding")
    tables = reporter.aside(stage, raw_path(run.landed_sha256), run.file_name, work / "staged")
    reporter.enter("staging")
    table = _rows_to_check(tables, report_id, work)
    reporter.rows = table.rows
    reporter.took(rows=table.rows)
    columns = run.source.settings.get("item_columns", {}) if run.source else {}
    contract = contract_of(dataset, table, columns)
    reporter.enter("checking")
    references = references_of(contract)
    present = files_of(version(dataset.id)) if versions(dataset.id) else ()
    mended = reporter.aside(
        _checked, table, contract, references.files, _unique(contract, dataset), present, work
    )
    reporter.took(rows=table.rows)
    reporter.enter("committing")
    reporter.took(rows=mended.clean)
    mode: Mode = "upsert" if dataset.mode == "upsert" and dataset.key else "append"
    prepared = None
    if mended.clean:
        schema = {item.name: item.type for item in contract.items}
        prepared = reporter.beside(
            prepare,
            dataset.id,
            mode=mode,
            files=mended.files,
            key=contract.key,
            schema=schema,
        )
    reporter.beat()
    return keep_correction(actor_of(run), run.id, dataset, mended, prepared, mode)


def _rows_to_check(tables: tuple[StagedTable, ...], report_id: str, work: Path) -> StagedTable:
    """The corrected rows as a staged table with the quarantine's columns, each row under its line in the source."""
    columns = quarantine_columns(report_id)
    table = next((one for one in tables if LINE in one.columns), None)
    if table is None:
        raise CorrectionMismatch(why="there is no column “line”")
    if missing := [column for column in columns if column not in table.columns]:
        raise CorrectionMismatch(why=f"the column {missing[0]} is missing")
    if added := [column for column in table.columns if column not in _EXTRA and column not in columns]:
        raise CorrectionMismatch(why=f"there is no column {added[0]} in the quarantine")
    found = dict(_corrected(table, columns))
    states = {row.line: row.state for row in bad_rows(report_id, lines=found, limit=len(found) + 1).rows}
    if unknown := sorted(set(found) - set(states)):
        raise CorrectionMismatch(why=f"line {unknown[0]} is not in the quarantine")
    kept = {line: cells for line, cells in found.items() if states[line] == "open"}
    if not kept:
        raise CorrectionMismatch(why="none of its rows is open")
    target = work / "corrected.parquet"
    arrays = [
        pa.array([cells[place] for cells in kept.values()], pa.string()) for place in range(len(columns))
    ]
    rows = pa.Table.from_arrays([*arrays, pa.array(list(kept), pa.int64())], names=[*columns, "_line"])
    pq.write_table(rows, target)
    return StagedTable(
        name=table.name,
        files=(target,),
        columns=columns,
        rows=len(kept),
        line_sql="_line",
        broken=None,
        broken_rows=0,
        encoding=table.encoding,
        format=table.format,
    )


def _corrected(table: StagedTable, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str | None]]]:
    seen: set[int] = set()
    for record_ in pq.ParquetDataset(list(table.files)).read([LINE, *columns]).to_pylist():
        text = str(record_[LINE] or "").strip().removesuffix(".0")
        if not text.isdecimal() or int(text) in seen:
            raise CorrectionMismatch(
                why=f"“{text[:40]}” in the column “line” is no line, or stands there twice"
            )
        seen.add(int(text))
        yield int(text), [None if record_[column] is None else fused(record_[column]) for column in columns]


def _unique(contract: Contract, dataset: Dataset) -> list[tuple[tuple[str, ...], str]]:
    """What may not stand in the present version already: items, and the reason when it does."""
    tests: list[tuple[tuple[str, ...], str]] = [
        ((item.name,), "value_repeats") for item in contract.items if item.unique
    ]
    return [*tests, (contract.key, "key_repeats")] if contract.key and dataset.mode != "upsert" else tests


def _checked(
    table: StagedTable,
    contract: Contract,
    references: References,
    unique: list[tuple[tuple[str, ...], str]],
    present: tuple[Path, ...],
    work: Path,
) -> Mended:
    checked = check(
        staged_of(table), contract, workdir=work / "checking", references=references, as_of=clock.now()
    )
    bad = {row["_line"]: row["_findings"] for row in _records(checked.quarantine_file)}
    repeated = {row["_line"] for row in _records(checked.duplicates_file)}
    taken = _taken(checked.clean_files, unique, present)
    files, clean = checked.clean_files, checked.clean - len(taken)
    if taken:
        files = (_without(checked.clean_files, set(taken), work / "passed.parquet"),)
    for line, (item, code) in taken.items():
        bad[line] = [{"column": item, "code": code, "value": None, "suggestion": None}]
    lines = pq.read_table(table.files[0], columns=["_line"])["_line"].to_pylist()
    outcomes = tuple(RowOutcome(line, line not in bad, tuple(bad.get(line, ()))) for line in lines)
    return Mended(files, clean, len(repeated), outcomes)


def _records(file: Path | None) -> list[dict[str, Any]]:
    return [] if file is None else pq.read_table(file).to_pylist()


def _taken(
    files: tuple[Path, ...], unique: list[tuple[tuple[str, ...], str]], present: tuple[Path, ...]
) -> dict[int, tuple[str, str]]:
    """Lines whose key, or unique value, stands in the present version already: line -> (item, reason)."""
    found: dict[int, tuple[str, str]] = {}
    if not present or not unique:
        return found
    sides = {"new": [str(path) for path in files], "old": [str(path) for path in present]}
    with duckdb.connect(config={"threads": 2, "memory_limit": "500MB"}) as connection:
        for names, code in unique:
            columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
            query = f"""SELECT DISTINCT _line FROM read_parquet($new) SEMI JOIN (
                            SELECT {columns} FROM read_parquet($old, union_by_name => true)
                        ) USING ({columns})"""
            for (line,) in connection.execute(query, sides).fetchall():
                found.setdefault(line, (names[0], code))
    return found


def _without(files: tuple[Path, ...], lines: set[int], target: Path) -> Path:
    table = pq.read_table([str(path) for path in files])
    keep = pa.array([line not in lines for line in table["_line"].to_pylist()])
    pq.write_table(table.filter(keep), target)
    return target


@action("collection.keep_correction")
def keep_correction(
    actor: Actor, run_id: str, dataset: Dataset, mended: Mended, prepared: Prepared | None, mode: Mode
) -> dict[str, Any]:
    """Commit a correction: the version of the rows that passed, every row's outcome, the findings that close."""
    run = Run.objects.select_for_update().get(pk=run_id)
    counts = _counts(mended)
    number = _version(actor, run, dataset, counts, prepared, mode) if prepared is not None else None
    kept = {
        "version": number,
        "report": run.options["report"],
        "closed": list(_save(actor, run, mended, number)),
    }
    receipt = counts.as_dict() | kept | {"sha256": run.landed_sha256, "dataset": dataset.id}
    Run.objects.filter(pk=run_id).update(
        stage="done", active=False, progress=1, version=number, receipt=receipt, rows=counts.read,
        finished=clock.now(),
    )  # fmt: skip
    record(f"dataset:{dataset.id}", run=run.id, **kept, **counts.as_dict())
    if number is not None:  # told last: by then the report says what was mended
        emit(VersionLoaded(run.id, dataset.id, number, counts.quarantined))
    return receipt


def _counts(mended: Mended) -> Counts:
    read = len(mended.outcomes)
    return Counts(
        read=read,
        clean=mended.clean,
        quarantined=read - mended.clean - mended.duplicates,
        duplicates=mended.duplicates,
    )


def _version(actor: Actor, run: Run, dataset: Dataset, counts: Counts, prepared: Prepared, mode: Mode) -> int:
    return commit_version(
        actor,
        dataset.id,
        mode=mode,
        files=prepared,
        key=dataset.key,
        landed_sha256s=[run.landed_sha256],
        counts=counts,
        report_id=str(run.options["report"]),
        run_id=run.id,
    ).number


def _save(actor: Actor, run: Run, mended: Mended, number: int | None) -> tuple[str, ...]:
    """The outcome of every row; answers the findings that close by it."""
    report_id, lines = str(run.options["report"]), [outcome.line for outcome in mended.outcomes]
    return save_outcomes(
        actor,
        report_id,
        mended.outcomes,
        faults_of=row_faults(report_id, lines),
        version=number,
        run_id=run.id,
    )
