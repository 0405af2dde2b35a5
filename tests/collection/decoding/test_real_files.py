"""Every real file is staged without hints, and what comes out is what is in it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.collection.decoding.reading import cells, codes
from tests.conftest import REAL_DATA

from cityhall.collection.decoding import StagedTable, stage
from cityhall.kernel.errors import CityhallError

FACTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "real_files.yaml").read_text("utf-8"))
FOLDERS = ("02_messy", "02_opendata", "03_cases", "04_timeseries", "05_companies")

pytestmark = pytest.mark.realdata


def test_every_real_file_has_facts() -> None:
    files = {f"{folder}/{path.name}" for folder in FOLDERS for path in (REAL_DATA / folder).iterdir()}
    assert files == set(FACTS)


@pytest.mark.parametrize("file", FACTS)
def test_the_file_is_staged_as_it_is(file: str, tmp_path: Path) -> None:
    facts = FACTS[file]
    path = REAL_DATA / file
    if "refused" in facts:
        with pytest.raises(CityhallError, match=facts["says"]) as refusal:
            stage(path, path.name, tmp_path)
        assert refusal.value.code == facts["refused"]
        return
    tables = stage(path, path.name, tmp_path)
    if isinstance(facts, dict):
        assert len(tables) == facts["tables"]
        assert sum(table.rows for table in tables) == facts["rows"]
        tables, facts = (tables[0], tables[-1]), facts["some"]
    assert [_facts_of(table, fact) for table, fact in zip(tables, facts, strict=True)] == facts


def _facts_of(table: StagedTable, wanted: dict[str, Any]) -> dict[str, Any]:
    """The facts of `table` that are wanted."""
    assert table.broken_rows == 0
    rows = cells(table)
    assert len(rows) == table.rows
    facts: dict[str, Any] = {
        "name": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "columns": len(table.columns),
        "first_column": table.columns[0],
        "last_column": table.columns[-1],
        "rows": table.rows,
        "notes": sorted(codes(table) & set(wanted.get("notes", [])) or codes(table), key=_order(wanted)),
    }
    if "cells" in wanted:
        text = "".join("\x1f".join(row) + "\x1e" for row in rows)
        facts["cells"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return {key: facts[key] for key in wanted}


def _order(wanted: dict[str, Any]) -> Any:
    notes = list(wanted.get("notes", []))
    return lambda code: notes.index(code) if code in notes else len(notes)
