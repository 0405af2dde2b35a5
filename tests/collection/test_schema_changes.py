"""Columns that change between two deliveries are a decision for the steward; the old version keeps serving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.collection.conftest import CLEAN

from cityhall.catalog.queries import dataset
from cityhall.collection.actions import (
    Overrides,
    decide_schema,
    perform_run,
    publish_file,
)
from cityhall.collection.errors import (
    NoDecisionWaiting,
    SchemaChanged,
)
from cityhall.collection.queries import run, runs
from cityhall.identity.errors import RightMissing
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.warehouse.queries import Query, fsck, version, versions
from cityhall.warehouse.queries import run as ask

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (CLEAN.replace("日期\n", "日期,新列\n").replace("\nA", "\nA"), "added"),
        ("\n".join(line.rpartition(",")[0] for line in CLEAN.splitlines()) + "\n", "missing"),
        ("编号,名称,数量,日期\n" + "".join(f"A{n},名称,很多{n},2024-01-01\n" for n in range(50)), "retyped"),
    ],
)
def test_changed_columns_wait_for_the_steward(
    steward: Actor, home: Path, write: Write, changed: str, found: str
) -> None:
    if found == "added":
        head, *rest = changed.splitlines()
        changed = "\n".join([head, *(line + ",x" for line in rest)]) + "\n"
    first = publish_file(steward, write(CLEAN)).tables[0]
    with pytest.raises(SchemaChanged):
        publish_file(steward, write(changed))
    waiting = runs(stage="decision_needed")[0]
    assert waiting.decision is not None
    assert [name for name in ("added", "missing", "retyped") if waiting.decision[name]] == [found]
    assert len(versions(first.dataset_id)) == 1, "the old version keeps serving"
    assert len(dataset(first.dataset_id).items) == 4
    decide_schema(steward, waiting.id, accept=True)
    perform_run(waiting.id)
    told = run(waiting.id)
    assert told.stage == "done", told.error
    assert told.version == 2
    items = {item.name: item.type for item in dataset(first.dataset_id).items}
    assert (
        items
        == {
            "added": {"编号": "text", "名称": "text", "数量": "integer", "日期": "date", "新列": "text"},
            "missing": {"编号": "text", "名称": "text", "数量": "integer"},
            "retyped": {"编号": "text", "名称": "text", "数量": "text", "日期": "date"},
        }[found]
    )
    with pytest.raises(NoDecisionWaiting):
        decide_schema(steward, waiting.id, accept=True)


def test_rejected_columns_change_nothing(steward: Actor, home: Path, write: Write) -> None:
    first = publish_file(steward, write(CLEAN)).tables[0]
    with pytest.raises(SchemaChanged):
        publish_file(steward, write("编号,名称\nA,b\n"))
    waiting = runs(stage="decision_needed")[0]
    with pytest.raises(RightMissing):
        decide_schema(ANONYMOUS, waiting.id, accept=True)
    decide_schema(steward, waiting.id, accept=False)
    assert run(waiting.id).stage == "failed"
    assert version(first.dataset_id).number == 1
    assert publish_file(steward, write(CLEAN)).tables[0].unchanged


def test_the_option_accepts_changed_columns_at_once(steward: Actor, home: Path, write: Write) -> None:
    publish_file(steward, write(CLEAN))
    table = publish_file(steward, write("编号,名称\nA,b\n"), Overrides(accept_schema=True)).tables[0]
    assert table.receipt["version"] == 2
    assert len(table.items) == 2


KEYED = "编号,名称,数量\n" + "".join(f"A{n:03d},名称{n},{n}\n" for n in range(60))
NEXT = {
    "added": "编号,名称,数量,备注\n" + "".join(f"A{n:03d},新{n},{n},说明{n}\n" for n in range(50, 80)),
    "missing": "编号,名称\n" + "".join(f"A{n:03d},新{n}\n" for n in range(50, 80)),
    "retyped": "编号,名称,数量\n" + "".join(f"A{n:03d},新{n},约{n}个\n" for n in range(50, 80)),
}


@pytest.mark.parametrize("mode", ["append", "upsert"])
@pytest.mark.parametrize("change", sorted(NEXT))
def test_accepted_columns_join_the_rows_that_are_there(
    steward: Actor, home: Path, write: Write, mode: str, change: str
) -> None:
    how = Overrides(mode=mode, key=("编号",))
    first = publish_file(steward, write(KEYED), how).tables[0]
    later = NEXT[change] if mode == "upsert" else NEXT[change].replace("A0", "B0")
    with pytest.raises(SchemaChanged):
        publish_file(steward, write(later), how)
    waiting = runs(stage="decision_needed")[0]
    assert version(first.dataset_id).number == 1, "the old version keeps serving"
    decide_schema(steward, waiting.id, accept=True)
    perform_run(waiting.id)
    told = run(waiting.id)
    assert told.stage == "done", told.error
    stored = version(first.dataset_id)
    assert (stored.number, stored.rows) == (2, 90 if mode == "append" else 80)
    answer = ask(stored, Query(limit=1000))
    by_key = {row[0]: dict(zip(answer.columns, row, strict=True)) for row in answer.rows}
    assert not [problem for problem in fsck(deep=True) if not problem.harmless]
    assert by_key["A001"]["名称"] == "名称1"
    newest = by_key["B079" if mode == "append" else "A079"]
    assert newest["名称"] == "新79"
    if change == "added":
        assert newest["备注"] == "说明79"
        assert by_key["A001"].get("备注") is None
    if change == "missing":
        assert newest.get("数量") is None
    if change == "retyped":
        assert newest["数量"] == "约79个"
        assert by_key["A001"]["数量"] == "1"
