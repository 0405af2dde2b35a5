"""Cells that are compared with something else: another dataset, the list of divisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cityhall.catalog.actions import agree_rules
from cityhall.catalog.queries import CheckRule
from cityhall.cleaning.queries import findings, latest_report
from cityhall.collection.actions import Overrides, publish_file
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def _dataset(steward: Actor, path: Path, code: str) -> str:
    return publish_file(steward, path, Overrides(code=code)).tables[0].dataset_id


def _agree(steward: Actor, dataset_id: str, rule: CheckRule) -> None:
    agree_rules(steward, dataset_id, (rule,), why="agreed")


def test_rows_that_refer_to_nothing_in_the_other_dataset_are_set_aside(
    steward: Actor, home: Path, write: Write
) -> None:
    wells = "编号,名称\n" + "".join(f"A{n:03d},井{n}\n" for n in range(50))
    visits = "巡查号,水井\n" + "".join(f"V{n},A{n % 60:03d}\n" for n in range(120))
    _dataset(steward, write(wells, "wells.csv"), "wells")
    visited = _dataset(steward, write(visits, "visits.csv"), "visits")
    rule = CheckRule(
        code="known-well",
        kind="reference",
        items=("水井",),
        params={"dataset": "wells", "item": "编号"},
        severity="error",
        message=Text(en="There is no such well", zh="没有这口井"),
    )
    _agree(steward, visited, rule)
    again = publish_file(steward, write(visits + "V999,A001\n", "visits.csv"), Overrides(code="visits"))
    receipt = again.tables[0].receipt
    assert (receipt["read"], receipt["clean"], receipt["quarantined"]) == (121, 101, 20)
    assert [(one.code, one.rows) for one in findings(dataset_id=visited)] == [("known-well", 20)]
    report = latest_report(visited)
    assert report is not None
    assert report.body["dimensions"]["accuracy"] == pytest.approx(100 * 101 / 121, abs=0.01)


def test_what_has_no_data_yet_cannot_be_compared_with(steward: Actor, home: Path, write: Write) -> None:
    visits = "巡查号,水井\n" + "".join(f"V{n},A{n:03d}\n" for n in range(30))
    visited = _dataset(steward, write(visits, "visits.csv"), "visits")
    rule = CheckRule(
        code="known", kind="reference", items=("水井",), params={"dataset": "nowhere", "item": "x"}
    )
    _agree(steward, visited, rule)
    again = publish_file(steward, write(visits + "V99,A1\n", "visits.csv"), Overrides(code="visits"))
    assert again.tables[0].receipt["clean"] == 31


def test_division_codes_are_looked_up_and_only_warned_of(steward: Actor, home: Path, write: Write) -> None:
    codes = ["330302", "330303001", "330304001044", "330399", "330398001"]
    lines = "".join(f"{n},{codes[n % 5]}\n" for n in range(50))
    found = _dataset(steward, write("序号,行政区划代码\n" + lines, "places.csv"), "places")
    report = latest_report(found)
    assert report is not None
    assert (report.clean, report.quarantined) == (50, 0)
    (told,) = [one for one in report.body["reasons"] if one["code"] == "division_not_listed"]
    assert (told["rows"], told["severity"]) == (20, "warning")
    assert {"330398001", "330399"} >= set(told["examples"])
    assert report.body["dimensions"]["accuracy"] == 60.0
