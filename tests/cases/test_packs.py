"""The packs' declarations and their examples; histories of real cities through their mapping files."""

from __future__ import annotations

import csv
import gzip
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.cases.conftest import SYSTEM

from cityhall.cases.actions import import_history, install_type
from cityhall.cases.queries import check_type, measure
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


@pytest.mark.realdata
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("chicago_sanitation_complaints_2000_2013.csv.gz", "chicago_sanitation"),
        ("311_Animals_short.csv.gz", "new_york_311"),
    ],
    ids=["Chicago", "New York"],
)
def test_a_real_citys_history_comes_in_whole(
    home: Path, tmp_path: Path, real_data: Path, name: str, mapping: str
) -> None:
    install_type(SYSTEM, PACKS / "hotline" / "cases" / "service_request.yaml")
    source = tmp_path / name.removesuffix(".gz")
    with gzip.open(real_data / "03_cases" / name) as packed, source.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    with source.open(encoding="utf-8", newline="") as file:
        rows = sum(1 for _ in csv.DictReader(file))
    report = import_history(SYSTEM, PACKS / "hotline" / "imports" / f"{mapping}.yaml", source)
    assert (report.read, report.taken + report.refused) == (rows, rows)
    assert report.refused / rows < 0.03, report.reasons
    with clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        (figure,) = measure("service_request", date(1999, 1, 1), date(2025, 12, 31))
    assert figure.counts["opened"] == report.taken
    assert 0 < (figure.measures["on_time"] or 0) <= (figure.measures["settlement"] or 0) <= 1
    assert (figure.measures["days"] or 0) > 0
