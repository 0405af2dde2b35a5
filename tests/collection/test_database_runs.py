"""A database source along the whole road, twice: what is declared to be collected stays declared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from cityhall.collection.actions import create_source, perform_run, start_run
from cityhall.collection.queries import run as find_run
from cityhall.collection.queries import source as find_source
from cityhall.kernel.actor import Actor
from cityhall.warehouse.queries import versions


def _insert(file: Path, numbers: range) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS payments (编号 TEXT, 金额 REAL, secret TEXT)")
        connection.executemany(
            "INSERT INTO payments VALUES (?, ?, 'x')", [(f"P{n:05d}", n + 0.5) for n in numbers]
        )


def test_a_database_is_collected_again_from_its_cursor(
    operator: Actor, agency_id: str, tmp_path: Path
) -> None:
    file = tmp_path / "office.sqlite"
    _insert(file, range(100))
    settings = {
        "engine": "sqlite",
        "database": str(file),
        "table": "payments",
        "columns": ["编号", "金额"],
        "cursor": "编号",
    }
    source_id = create_source(operator, "database", "payments", settings, agency=agency_id, mode="append")
    for rows in (100, 130):
        run_id = start_run(operator, source_id)
        perform_run(run_id)
        done = find_run(run_id)
        assert done.stage == "done", done.error
        newest = max(versions(done.dataset_id), key=lambda one: one.number)
        assert (newest.rows, [item.name for item in newest.items]) == (rows, ["编号", "金额"])
        _insert(file, range(100, 130))
    assert find_source(source_id).settings["columns"] == ["编号", "金额"]
