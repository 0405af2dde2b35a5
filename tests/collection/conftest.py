"""A node with one agency, its steward, and small files to publish."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cityhall.collection.actions import create_source, perform_run, start_run
from cityhall.identity.actions import register_agency
from cityhall.kernel.actor import Actor, system_actor
from cityhall.kernel.text import Text

USCC = "113303000025012347"
CLEAN = "编号,名称,数量,日期\n" + "".join(
    f"A{n:03d},名称{n},{n},2024-03-{n % 28 + 1:02d}\n" for n in range(200)
)
DIRTY = CLEAN + "A300,坏日期,5,2024-13-45\nA301,坏数量,五,2024-03-05\nA001,名称1,1,2024-03-02\n"


def collect(operator: Actor, source_id: str, **options: bool) -> str:
    """Start a run of a source and go its way to the end; answers the run's id."""
    run_id = start_run(operator, source_id, **options)
    perform_run(run_id)
    return run_id


@pytest.fixture
def operator() -> Actor:
    return system_actor("test")


@pytest.fixture
def agency_id(db: None, operator: Actor) -> str:
    return register_agency(operator, USCC, Text(en="Water office", zh="水务局"), "municipal_unit")


@pytest.fixture
def steward(agency_id: str) -> Actor:
    return Actor(id="per_steward", name="steward", kind="person", roles=frozenset({("steward", agency_id)}))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def _write(content: str | bytes, name: str = "wells.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


@pytest.fixture
def front_machine(operator: Actor, agency_id: str, home: Path, drop: Path) -> str:
    settings = {"path": str(drop), "settle_seconds": 0}
    return create_source(operator, "folder", "wells", settings, agency=agency_id, cycle="daily")
