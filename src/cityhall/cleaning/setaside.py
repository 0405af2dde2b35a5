"""The quarantine of a report, read from its Parquet file: page by page with state, or as a table to be corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from cityhall.cleaning.errors import QuarantineEmpty
from cityhall.cleaning.models import QualityReport, RowState
from cityhall.cleaning.reasons import reason_text
from cityhall.cleaning.reports import stored_report
from cityhall.cleaning.sheets import write_sheet
from cityhall.warehouse.queries import raw_path

LINE, RAW, FAULTS = "_line", "_raw", "_findings"
PAGE = 50


@dataclass(frozen=True, slots=True)
class BadCell:
    """One fault of a row: the item, the code, the value as delivered, a suggested value where one can be computed."""

    column: str
    code: str
    value: str | None
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A quarantined row. `cells` are the original texts by column; `raw` is the whole line when it could not be
    split; `faults` those of the last attempt; `state` open, corrected or dismissed."""

    line: int
    cells: Mapping[str, str | None]
    raw: str | None
    faults: tuple[BadCell, ...]
    state: str = "open"
    reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class BadRows:
    """A page of the quarantine; `next_line` continues it (`after`), None at its end."""

    columns: tuple[str, ...]
    rows: tuple[BadRow, ...]
    next_line: int | None


def bad_rows(
    report_id: str,
    *,
    after: int = -1,
    limit: int = PAGE,
    column: str | None = None,
    code: str = "",
    lines: Iterable[int] | None = None,
    open_only: bool = False,
) -> BadRows:
    """Quarantined rows beyond line `after` in line order, of one finding (column and code) or of all."""
    report = QualityReport.objects.filter(pk=report_id).first()
    if report is None or not report.quarantine_sha256:
        stored_report(report_id)
        return BadRows((), (), None)
    wanted = None if lines is None else set(lines)
    found: list[BadRow] = []
    path = raw_path(report.quarantine_sha256)
    for row in _rows(path, after):
        if wanted is not None and row.line not in wanted:
            continue
        if (column is not None or code) and not _has(row, column, code):
            continue
        found.append(row)
        if len(found) > limit + (500 if open_only else 0):
            break
    return _page(report_id, _columns(path), found, limit, open_only)


def _page(
    report_id: str, columns: tuple[str, ...], found: list[BadRow], limit: int, open_only: bool
) -> BadRows:
    states = {
        state.line: state
        for state in RowState.objects.filter(report_id=report_id, line__in=[row.line for row in found])
    }
    told = [_with_state(row, states.get(row.line)) for row in found]
    if open_only:
        told = [row for row in told if row.state == "open"]
    more = len(told) > limit
    return BadRows(columns, tuple(told[:limit]), told[limit - 1].line if more else None)


def row_faults(report_id: str, lines: Iterable[int]) -> dict[int, frozenset[tuple[str, str]]]:
    """For each of the lines that are in the quarantine, its faults as (column, code)."""
    wanted = set(lines)
    report = QualityReport.objects.get(pk=report_id)
    if not wanted or not report.quarantine_sha256:
        return {}
    return {
        row.line: frozenset((fault.column, fault.code) for fault in row.faults)
        for row in _rows(raw_path(report.quarantine_sha256), -1)
        if row.line in wanted
    }


def bad_rows_file(report_id: str, target: Path, *, format: str = "csv", language: str = "zh") -> int:
    """Write exactly the open bad rows as CSV (with BOM) or XLSX to be corrected; answers their number.

    Columns: line, reasons, suggestion, then the original cells. Cells that a spreadsheet would take for a formula are
    kept as text.
    """
    report = QualityReport.objects.get(pk=report_id)
    if not report.quarantine_sha256:
        raise QuarantineEmpty(report=report_id)
    path = raw_path(report.quarantine_sha256)
    settled = _settled(report_id)
    columns = _columns(path)
    rows = (_sheet_row(row, columns, language) for row in _rows(path, -1) if row.line not in settled)
    return write_sheet(target, ("line", "reasons", "suggestion", *columns), rows, format)


def _sheet_row(row: BadRow, columns: tuple[str, ...], language: str) -> list[str]:
    reasons = "; ".join(
        f"{fault.column}: {reason_text(fault.code).in_language(language)}"
        if fault.column
        else reason_text(fault.code).in_language(language)
        for fault in row.faults
    )
    suggestions = "; ".join(f"{fault.column}={fault.suggestion}" for fault in row.faults if fault.suggestion)
    return [str(row.line), reasons, suggestions, *(row.cells.get(column) or "" for column in columns)]


def _columns(path: Path) -> tuple[str, ...]:
    return tuple(name for name in pq.read_schema(path).names if not name.startswith("_"))


def _rows(path: Path, after: int) -> Iterator[BadRow]:
    """The rows in line order; whole row groups before `after` are skipped by their statistics."""
    with pq.ParquetFile(path) as file:
        place = file.schema_arrow.names.index(LINE)
        groups = [group for group in range(file.num_row_groups) if _reaches(file, group, place, after)]
        if not groups:
            return
        for batch in file.iter_batches(batch_size=2_000, row_groups=groups):
            for record in batch.to_pylist():
                if record[LINE] > after:
                    yield _row(record)


def _reaches(file: pq.ParquetFile, group: int, place: int, after: int) -> bool:
    statistics = file.metadata.row_group(group).column(place).statistics
    return statistics is None or not statistics.has_min_max or statistics.max > after


def _row(record: dict[str, Any]) -> BadRow:
    faults = tuple(
        BadCell(one["column"] or "", one["code"], one["value"], one["suggestion"])
        for one in record[FAULTS] or ()
    )
    cells = {name: value for name, value in record.items() if not name.startswith("_")}
    return BadRow(line=record[LINE], cells=cells, raw=record.get(RAW), faults=faults)


def _with_state(row: BadRow, state: RowState | None) -> BadRow:
    if state is None:
        return row
    faults = row.faults
    if state.findings:
        faults = tuple(
            BadCell(one.get("column", ""), one.get("code", ""), one.get("value"), one.get("suggestion"))
            for one in state.findings
        )
    return BadRow(row.line, row.cells, row.raw, faults, state.state, state.reason, state.version)


def _has(row: BadRow, column: str | None, code: str) -> bool:
    return any(
        (column is None or fault.column == column) and (not code or fault.code == code)
        for fault in row.faults
    )


def quarantine_columns(report_id: str) -> tuple[str, ...]:
    """The columns of the quarantined rows, as they were delivered."""
    report = QualityReport.objects.get(pk=report_id)
    return _columns(raw_path(report.quarantine_sha256)) if report.quarantine_sha256 else ()


def _settled(report_id: str) -> set[int]:
    states = RowState.objects.filter(report_id=report_id, state__in=["corrected", "dismissed"])
    return set(states.values_list("line", flat=True))
