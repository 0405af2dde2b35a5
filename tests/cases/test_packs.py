"""The packs' declarations and their examples; histories of real cities through their mapping files."""

from __future__ import annotations

import csv
import gzip
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest
from tests.cases.conftest import SYSTEM

from cityhall.cases.actions import import_history, install_type
from cityhall.cases.models import Case
from cityhall.cases.queries import check_type, measure, refusals
from cityhall.kernel import clock

PACKS = Path(__file__).parents[2] / "packs"
TYPES = sorted(PACKS.glob("*/cases/*.yaml"))


@pytest.mark.parametrize("path", TYPES, ids=lambda path: path.stem)
def test_a_declaration_and_its_examples(path: Path) -> None:
    assert [str(problem) for problem in check_type(path)] == []


def test_an_example_that_ends_otherwise_is_blamed(tmp_path: Path) -> None:
    path = tmp_path / "urban_case.yaml"
    text = (PACKS / "urban_management" / "cases" / "urban_case.yaml").read_text("utf-8")
    path.write_text(
        text.replace('due: {handling: "2026-02-14 23:59:59"}', 'due: {handling: "2026-02-16 23:59:59"}'),
        "utf-8",
    )
    assert [problem.code for problem in check_type(path)] == ["example.differs"]


@dataclass(frozen=True, slots=True)
class Real:
    """A real city's file, its mapping, and how its columns are read without our code."""

    file: str
    mapping: str
    zone: str
    number: str
    opened: str
    closed: str
    times: str


CHICAGO = Real(
    "chicago_sanitation_complaints_2000_2013.csv.gz", "chicago_sanitation", "America/Chicago",
    "Service_Request_Number", "Creation_Date", "Completion_Date", "%Y-%m-%d",
)  # fmt: skip
NEW_YORK = Real(
    "311_Animals_short.csv.gz", "new_york_311", "America/New_York", "Unique Key", "Created Date", "Closed Date",
    "%m/%d/%Y %H:%M",
)  # fmt: skip


def moment(real: Real, text: str) -> datetime:
    """A moment of the file, in the city's zone."""
    return datetime.strptime(text, real.times).replace(tzinfo=ZoneInfo(real.zone)).astimezone(UTC)


@pytest.mark.realdata
@pytest.mark.django_db
@pytest.mark.parametrize("real", [CHICAGO, NEW_YORK], ids=["Chicago", "New York"])
def test_a_real_citys_history_comes_in_whole(home: Path, tmp_path: Path, real_data: Path, real: Real) -> None:
    """Read = taken in + refused, every number once; only a number that stood before is refused; moments are the city's; the
    figures are those that come of the file itself."""
    install_type(SYSTEM, PACKS / "hotline" / "cases" / "service_request.yaml")
    source = tmp_path / real.file.removesuffix(".gz")
    with gzip.open(real_data / "03_cases" / real.file) as packed, source.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    first: dict[str, dict[str, str]] = {}
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        first.setdefault(row[real.number], row)

    report = import_history(SYSTEM, PACKS / "hotline" / "imports" / f"{real.mapping}.yaml", source)
    assert (report.read, report.taken, report.refused) == (len(rows), len(first), len(rows) - len(first))
    assert set(report.reasons) <= {"cases.number_taken"}
    kept = {one.number for batch in report.batches for one in refusals(batch, limit=report.refused)}
    assert kept == {number for number, many in Counter(row[real.number] for row in rows).items() if many > 1}

    known = dict(Case.objects.values_list("number", "opened"))
    assert known == {number: moment(real, row[real.opened]) for number, row in first.items()}
    closed = {
        number: moment(real, row[real.closed])
        for number, row in first.items()
        if row[real.closed] and row["Status"].startswith(("Closed", "Completed"))
    }
    ended = dict(Case.objects.exclude(ended=None).values_list("number", "ended"))
    assert ended == closed
    with clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        (figure,) = measure("service_request", date(1999, 1, 1), date(2025, 12, 31))
    assert figure.counts["opened"] == report.taken
    assert figure.counts["settled"] == len(closed)
    days = [(closed[number] - known[number]).total_seconds() / 86_400 for number in closed]
    assert figure.measures["days"] == pytest.approx(mean(days), abs=0.01)
    assert figure.measures["backlog"] == report.taken - len(closed)
    assert 0.9 < (figure.measures["on_time"] or 0) <= (figure.measures["settlement"] or 0) < 1
    assert median(days) < 10, "most complaints are dealt with in days"
