"""Days that no calendar has (30 February) are findings of a column of dates, not a reason to call it text."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
from tests.cleaning.test_absent import rehearsed

from cityhall.cleaning.readings import days

_FIRST = date(2023, 1, 1)
Findings = set[tuple[str, str, str | None]]


def _days(many: int, form: str = "%Y-%m-%d") -> list[str]:
    return [(_FIRST + timedelta(days=7 * n)).strftime(form) for n in range(many)]


def _found(folder: Path, columns: dict[str, Sequence[str]]) -> tuple[dict[str, str], dict[str, Findings]]:
    """The type of each column, and its findings as (code, value, suggestion)."""
    found, outcome = rehearsed(folder, columns)
    findings: dict[str, Findings] = {name: set() for name in columns}
    if outcome.quarantine_file is not None:
        rows = duckdb.execute(
            """SELECT f."column", f.code, f.value, f.suggestion
               FROM (SELECT unnest(_findings) AS f FROM read_parquet(?))""",
            [str(outcome.quarantine_file)],
        ).fetchall()
        for name, *finding in rows:
            findings[name].add(tuple(finding))
    return {name: one.type for name, one in found.items()}, findings


def test_a_few_impossible_days_are_findings_with_a_fix(tmp_path: Path) -> None:
    impossible = ["2023-02-30", "0000-00-00", "31/04/2020"]
    again = ["2023-06-31"] * 3
    types, findings = _found(
        tmp_path,
        {
            "opened": [*_days(30), *impossible],
            "closed": [*_days(30), *again],
            "seen": [f"{day} 08:30:00" for day in _days(32)] + ["2023-04-31 17:05:00"],
            "sent": [*_days(32, "%m/%d/%Y"), "02/30/2023"],
        },
    )
    assert types == {"opened": "date", "closed": "date", "seen": "datetime", "sent": "date"}
    assert findings == {
        "opened": {  # 0000-00-00 stands for no date
            ("no_such_date", "2023-02-30", "2023-02-28"),
            ("no_such_date", "31/04/2020", "2020-04-30"),
        },
        "closed": {
            ("no_such_date", "2023-06-31", "2023-06-30")
        },  # one slip again and again: no second meaning
        "seen": {("no_such_datetime", "2023-04-31 17:05:00", "2023-04-30 17:05:00")},
        "sent": {("no_such_date", "02/30/2023", "2023-02-28")},
    }


def test_a_table_of_few_rows_is_enough(tmp_path: Path) -> None:
    types, findings = _found(tmp_path, {"opened": ["2023-02-30", *_days(6), "0000-00-00", "31/04/2020"]})
    assert types == {"opened": "date"}
    assert len(findings["opened"]) == 2


def test_what_may_mean_something_else_stays_text(tmp_path: Path) -> None:
    others = {
        "year, day, month": ["2023-13-05", "2023-25-06", "2023-30-11"],
        "only the month or the year": ["2023-05-00", "2023-00-00", "2022-00-00"],
        "one sentinel": ["9999-99-99", "9999-99-99", "9999-99-99"],
        "words": ["soon", "autumn", "see notes"],
    }
    columns: dict[str, Sequence[str]] = {name: [*_days(20), *cells] for name, cells in others.items()}
    american = [f"{month:02}/{day:02}/2023" for month in range(1, 5) for day in range(13, 18)]
    columns["the other order"] = [*american, "13/02/2023", "14/03/2023", "15/04/2023"]
    types, findings = _found(tmp_path, columns)
    assert set(types.values()) == {"text"}
    assert not any(findings.values())


def test_only_days_after_the_end_of_a_month_are_impossible() -> None:
    expected = {}
    for year, month in [(year, month) for year in (1900, 2000, 2023, 2024) for month in range(1, 13)]:
        end = calendar.monthrange(year, month)[1]
        for day in range(1, 34):
            fix = f"{year}-{month:02}-{end}" if end < day <= 31 else None
            expected |= {f"{year}/{month}/{day}": fix, f"{day:02}.{month:02}.{year}": fix}
    asked = f"SELECT v, {days.after_month_end('v')}, {days.nearest('v')} FROM (SELECT unnest(?) AS v)"
    found = {cell: (slip, fix) for cell, slip, fix in duckdb.execute(asked, [list(expected)]).fetchall()}
    assert {cell for cell, (slip, _) in found.items() if slip} == {
        cell for cell, fix in expected.items() if fix
    }
    assert {cell: found[cell][1] for cell, fix in expected.items() if fix} == {
        cell: fix for cell, fix in expected.items() if fix
    }
