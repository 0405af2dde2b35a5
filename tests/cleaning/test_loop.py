"""From a finding to a corrected version: quarantine, download, correction through the same rules, closing."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from tests.collection.conftest import CLEAN, DIRTY

from cityhall.cleaning.actions import dismiss_rows
from cityhall.cleaning.errors import ReasonMissing, ReportSuperseded
from cityhall.cleaning.queries import (
    agency_quality,
    bad_rows,
    bad_rows_file,
    compared,
    findings,
    latest_report,
    report_of_version,
    trend,
)
from cityhall.collection.actions import Overrides, correct_file, correct_rows, publish_file
from cityhall.collection.errors import CorrectionMismatch
from cityhall.collection.queries import run
from cityhall.identity.actions import register_person
from cityhall.identity.errors import RightMissing
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.messaging.models import Notice
from cityhall.warehouse.queries import Query, version, versions
from cityhall.warehouse.queries import run as ask

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


@pytest.fixture
def report(steward: Actor, home: Path, write: Write) -> str:
    (table,) = publish_file(steward, write(DIRTY)).tables
    return str(table.receipt["report"])


def _dataset(report: str) -> str:
    return findings(report_id=report)[0].dataset_id


def test_a_corrected_cell_joins_the_next_version_and_closes_its_finding(steward: Actor, report: str) -> None:
    done = run(correct_rows(steward, report, {202: {"日期": "2024-03-13"}}))
    assert done.stage == "done", done.error
    assert done.receipt is not None
    assert (done.receipt["clean"], done.receipt["quarantined"], done.version) == (1, 0, 2)
    dataset_id = _dataset(report)
    assert version(dataset_id).rows == 201
    assert {one.column: one.open_rows for one in findings(report_id=report)} == {"日期": 0, "数量": 1}
    closed = next(one for one in findings(report_id=report) if one.column == "日期")
    assert closed.closed is not None
    assert closed.outcome == "corrected"
    told = ask(version(dataset_id), Query(select=("编号", "日期"), limit=500))
    assert any(row[0] == "A300" and str(row[1]) == "2024-03-13" for row in told.rows)
    assert {row.line: row.state for row in bad_rows(report).rows} == {202: "corrected", 203: "open"}
    assert report_of_version(dataset_id, 2).id == report


def test_a_row_that_is_still_bad_stays_open_and_makes_no_version(steward: Actor, report: str) -> None:
    done = run(correct_rows(steward, report, {203: {"数量": "许多"}}))
    assert done.stage == "done"
    assert done.version is None
    assert len(versions(_dataset(report))) == 1
    assert all(one.closed is None for one in findings(report_id=report))
    row = next(row for row in bad_rows(report).rows if row.line == 203)
    assert row.state == "open"
    assert row.faults[0].value == "许多"


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_bad_rows_go_out_and_come_back_corrected(
    steward: Actor,
    report: str,
    tmp_path: Path,
    format: str,
) -> None:
    sheet = tmp_path / f"bad.{format}"
    assert bad_rows_file(report, sheet, format=format) == 2
    rows = _read(sheet)
    assert rows[0] == ["line", "reasons", "suggestion", "编号", "名称", "数量", "日期"]
    assert [row[0] for row in rows[1:]] == ["202", "203"]
    assert "日期" in rows[1][1]
    rows[1][6], rows[2][5] = "2024-03-13", "5"
    done = run(correct_file(steward, report, _write_back(sheet, rows)))
    assert done.stage == "done", done.error
    assert version(_dataset(report)).rows == 202
    assert all(one.outcome == "corrected" for one in findings(report_id=report))


def _read(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    sheet = openpyxl.load_workbook(path).active
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


def _write_back(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_formula_in_a_bad_cell_cannot_run(steward: Actor, home: Path, write: Write, tmp_path: Path) -> None:
    evil = CLEAN + '=cmd|calc!A1,"+SUM(1)",x,2024-13-45\n'
    report = str(publish_file(steward, write(evil)).tables[0].receipt["report"])
    for format in ("csv", "xlsx"):
        bad_rows_file(report, tmp_path / f"evil.{format}", format=format)
    text = (tmp_path / "evil.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd" in text
    cells = [
        cell for row in openpyxl.load_workbook(tmp_path / "evil.xlsx").active.iter_rows() for cell in row
    ]
    assert all(cell.data_type != "f" for cell in cells)


def test_corrections_that_do_not_belong_are_refused(steward: Actor, report: str, write: Write) -> None:
    with pytest.raises(CorrectionMismatch):
        correct_rows(steward, report, {5: {"数量": "5"}})
    with pytest.raises(CorrectionMismatch):
        correct_rows(steward, report, {203: {"没有": "5"}})
    for text in (
        "编号\nA\n",
        "line,编号,名称,数量,日期\n999,A,b,1,2024-01-01\n",
        "line,编号,名称,数量\n203,A,b,1\n",
    ):
        failed = run(correct_file(steward, report, write(text, "back.csv")))
        assert failed.stage == "failed"
        assert failed.error is not None
        assert failed.error["code"] == "collection.correction_mismatch"
    assert len(versions(_dataset(report))) == 1


def test_a_key_that_stands_in_the_version_is_not_corrected_into_it(
    steward: Actor, home: Path, write: Write
) -> None:
    how = Overrides(key=("编号",))
    table = publish_file(
        steward, write(CLEAN + "A001,别的,5,2024-03-05\nA500,x,坏,2024-03-05\n"), how
    ).tables[0]
    report = str(table.receipt["report"])
    bad = next(row.line for row in bad_rows(report).rows if row.cells["编号"] == "A500")
    done = run(correct_rows(steward, report, {bad: {"编号": "A002", "数量": "5"}}))
    assert done.version is None
    row = next(row for row in bad_rows(report).rows if row.line == bad)
    assert [fault.code for fault in row.faults] == ["key_repeats"]


def test_rows_are_dismissed_only_with_a_reason(steward: Actor, report: str) -> None:
    with pytest.raises(ReasonMissing):
        dismiss_rows(steward, report, [202], " ")
    with pytest.raises(RightMissing):
        dismiss_rows(ANONYMOUS, report, [202], "no")
    with pytest.raises(RightMissing):
        correct_rows(ANONYMOUS, report, {202: {"日期": "2024-03-13"}})
    dismiss_rows(steward, report, [202], "test row of the vendor")
    open_lines = [row.line for row in bad_rows(report).rows if row.state != "dismissed"]
    dismiss_rows(steward, report, open_lines, "no such well")
    assert {one.outcome for one in findings(report_id=report)} == {"dismissed"}
    assert {row.state for row in bad_rows(report).rows} == {"dismissed"}


def test_a_new_delivery_ends_the_old_findings(steward: Actor, report: str, write: Write) -> None:
    first = {one.column: one.opened for one in findings(report_id=report)}
    with clock.at(clock.now() + timedelta(days=3)):
        publish_file(steward, write(CLEAN + "A301,坏数量,五,2024-03-05\n"))
    old = {one.column: one.outcome for one in findings(report_id=report)}
    assert old == {"日期": "redelivered", "数量": "carried"}
    latest = latest_report(_dataset(report))
    assert latest is not None
    (still,) = findings(report_id=latest.id)
    assert still.opened == first["数量"], "a fault that is delivered again has been open all the time"
    with pytest.raises(ReportSuperseded):
        correct_rows(steward, report, {203: {"数量": "5"}})
    told = agency_quality(latest.agency_id)
    assert told.open_findings == 1
    assert told.days_to_fix == pytest.approx(3, abs=0.1)
    assert [one.version for one in trend(_dataset(report))] == [1, 2]
    assert [one.id for one in compared(latest.agency_id)] == [latest.id]


def test_the_steward_gets_a_notice(agency_id: str, operator: Actor, home: Path, write: Write) -> None:
    person = register_person(operator, "wang", "a-long-passphrase-1", roles=[("steward", agency_id)])
    publish_file(operator, write(DIRTY), Overrides(agency=agency_id))
    (notice,) = Notice.objects.filter(person_id=person)
    assert "2" in notice.subject["zh"]


def test_the_quarantine_is_paged_and_filtered(steward: Actor, home: Path, write: Write) -> None:
    rows = "".join(f"B{n},x,{n},{'坏' if n % 2 else '2024-13-01'}\n" for n in range(100, 104))
    report = str(publish_file(steward, write(CLEAN + rows)).tables[0].receipt["report"])
    first = bad_rows(report, limit=2)
    second = bad_rows(report, limit=2, after=first.next_line or 0)
    lines = [row.line for row in (*first.rows, *second.rows)]
    assert lines == list(range(202, 206))
    assert second.next_line is None
    codes = {fault.code for row in first.rows for fault in row.faults}
    for code in codes:
        page = bad_rows(report, column="日期", code=code, limit=100)
        assert page.rows
        assert all(code in {fault.code for fault in row.faults} for row in page.rows)
