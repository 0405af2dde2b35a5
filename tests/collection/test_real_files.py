"""Every real file is rehearsed with one call and no hints: rows accounted for, codes as text, dates typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cityhall.cleaning.queries import elements
from cityhall.collection.actions import publish_file
from cityhall.collection.publishing import PublishedTable
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError

HERE = Path(__file__).resolve().parent
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "real_types.yaml").read_text("utf-8"))
DECODED: dict[str, Any] = yaml.safe_load((HERE / "decoding" / "real_files.yaml").read_text("utf-8"))
FOLDERS = ("02_opendata", "02_messy", "03_cases", "04_timeseries", "05_companies")
TYPES = {"codes": "text"} | {
    name: name for name in ("text", "integer", "decimal", "date", "datetime", "time", "boolean")
}

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]


def test_every_real_file_is_expected(real_data: Path) -> None:
    found = {f"{folder}/{path.name}" for folder in FOLDERS for path in (real_data / folder).iterdir()}
    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_real_file_publishes_without_hints(
    name: str, real_data: Path, operator: Actor, agency_id: str, home: Path
) -> None:
    expected = EXPECTED[name]
    if "refused" in expected:
        with pytest.raises(CityhallError) as refused:
            publish_file(operator, real_data / name, dry_run=True)
        assert refused.value.code == expected["refused"]
        return
    (table,) = publish_file(operator, real_data / name, dry_run=True).tables
    assert _types(table, expected) == _wanted(expected)
    read, encoding = _decoded(DECODED[name])
    receipt = table.receipt
    assert (receipt["read"], table.encoding) == (read, encoding)
    assert receipt["duplicates"] == expected.get("duplicates", 0), "events that look the same are events"
    assert receipt["read"] == receipt["clean"] + receipt["quarantined"] + receipt["duplicates"]
    most = expected.get("quarantined_at_most", expected.get("quarantined", 0))
    assert expected.get("quarantined", 0) <= receipt["quarantined"] <= most, table.report.get("reasons")
    assert bool(table.warnings) == expected.get("personal", False), [str(text) for text in table.warnings]


def _wanted(expected: dict[str, Any]) -> dict[str, str]:
    """`type` or `type/element` by column."""
    wanted = {}
    for kind, item_type in TYPES.items():
        for entry in expected.get(kind, ()):
            column, element = _split(entry)
            wanted[column] = f"{item_type}/{element}" if element else item_type
    return wanted


def _types(table: PublishedTable, expected: dict[str, Any]) -> dict[str, str]:
    """The same of what was found; the element only where one is expected."""
    asked = dict(_split(entry) for kind in TYPES for entry in expected.get(kind, ()))
    return {
        item.name: f"{item.type}/{item.element}" if asked[item.name] else item.type
        for item in table.items
        if item.name in asked
    }


def _split(entry: str) -> tuple[str, str]:
    """A column's own name may hold a slash too."""
    column, _, element = entry.rpartition("/")
    return (column, element) if column and element in elements() else (entry, "")


def _decoded(facts: Any) -> tuple[int, str]:
    """Rows and encoding of all tables of a file together."""
    if isinstance(facts, list):
        return sum(int(one["rows"]) for one in facts), str(facts[0]["encoding"])
    return int(facts["rows"]), str(facts["some"][0]["encoding"])
