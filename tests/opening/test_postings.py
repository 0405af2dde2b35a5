"""The postings answer what the database's own index answers, and what changed since they were made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.db import connection

from cityhall.opening.models import SearchEntry, SearchPosting, SearchState
from cityhall.opening.searching import engines, postings, remembering
from cityhall.opening.searching.columns import columns_now
from cityhall.opening.searching.engines import COLUMNS
from cityhall.opening.searching.folding import Run, folded, indexed, runs

TEXTS = (
    ("房屋维修信息", "Repairs of houses"),
    ("信息维修房屋", "Houses, repaired in 2021"),
    ("人人人人", "People 20 21 2021"),
    ("统一社会信用代码", "Unified social credit code"),
    ("社会统一信用代码 1201202", "x"),
    ("水", "PM2.5"),
)
ASKED = (
    "维修", "维修信息", "信息", "信息维修", "人人", "人人人", "人人人人人", "统一社会信用代码", "社会信用", "代码", "码", "水",
    "2021", "2", "20", "120120", "202120", "rep", "repairs", "repairsx", "x", "p", "不在", "在",
)  # fmt: skip


def entry(number: int, change: int, *texts: str) -> SearchEntry:
    words = indexed(*texts)
    return SearchEntry(
        dataset_id=f"dst_{number}", revision=1, state="published", agency_id="agy", opening_class="unconditional",
        level=1, items=0, title=words, names=indexed(texts[0], "水"), keywords=indexed(texts[-1]), abstract="",
        change=change,
    )  # fmt: skip


@pytest.fixture
def posted(db: None) -> None:
    for number, texts in enumerate(TEXTS):
        entry(number, number + 1, *texts).save()
    SearchState.objects.all().delete()
    SearchState.objects.create(id=1, era="era", change=len(TEXTS))
    postings.post()


def both_agree() -> bool:
    columns = columns_now()
    parts = [(run, column) for text in ASKED for run in runs(folded(text)) for column in COLUMNS]
    ours = postings.holding(columns, parts, postings.fresh_words(columns))
    theirs = engines.holding(connection, parts)
    assert any(len(ids) for ids in ours)
    return [sorted(ids) for ids in ours] == [sorted(ids) for ids in theirs]


def test_they_hold_what_the_index_holds(posted: None) -> None:
    assert postings.usable(columns_now()) and not len(columns_now().fresh)
    assert both_agree()
    (title,) = postings.holding(columns_now(), [(Run("c", "人人人", 0, 3), "title")], ())
    assert len(title) == 1  # a row in which it stands twice is there once


def test_what_changed_since_is_looked_at_itself(posted: None) -> None:
    SearchState.objects.update(change=8)
    SearchEntry.objects.filter(dataset_id="dst_0").update(title=indexed("水利维修"), change=7)
    entry(9, 8, "统一社会信用代码 2021", "Repairs").save()
    assert len(columns_now().fresh) == 2
    assert both_agree()


def test_many_changes_are_the_index_s_own_until_they_are_made_anew(
    posted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "MOST_FRESH", 4)
    SearchState.objects.update(change=9)
    SearchEntry.objects.filter(dataset_id="dst_1").update(change=9)
    postings.renew()
    assert SearchState.objects.get().posted == len(TEXTS)
    SearchEntry.objects.update(title=indexed("轮渡"), change=9)
    assert not postings.usable(columns_now())
    assert len(remembering.held_by(columns_now(), [Run("c", "轮渡", 0, 2)], ["title"])[0][0]) == len(TEXTS)
    postings.renew()
    assert SearchState.objects.get().posted == 9 and postings.usable(columns_now())
    assert len(remembering.held_by(columns_now(), [Run("c", "轮渡", 0, 2)], ["title"])[0][0]) == len(TEXTS)


def test_what_they_should_not_hold_is_noticed(posted: None) -> None:
    assert postings.agree()
    SearchEntry.objects.filter(dataset_id="dst_1").update(title=indexed("轮渡"), change=9)
    assert postings.agree()  # it is known to have changed
    gone = SearchPosting.objects.get(key=b"title c0p2s0fse")
    SearchPosting.objects.filter(key=gone.key).update(places=bytes(len(gone.places)))
    assert not postings.agree()
    postings.post()
    assert postings.agree()
    SearchEntry.objects.filter(dataset_id="dst_2").delete()
    assert not postings.agree()


def test_an_empty_catalogue_has_none(db: None) -> None:
    SearchEntry.objects.all().delete()
    SearchState.objects.all().delete()
    postings.post()
    assert not SearchPosting.objects.exists()
    assert remembering.held_by(columns_now(), [Run("c", "维修", 0, 2)], COLUMNS)[0][0].size == 0


def test_answers_are_kept_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def holding(_memory: Any, parts: Any, _fresh: Any) -> Any:
        asked.extend(run.text for run, _ in parts)
        return [np.arange(3) for _ in parts]

    monkeypatch.setattr(remembering, "connection", SimpleNamespace(in_atomic_block=False))
    monkeypatch.setattr(postings, "holding", holding)
    monkeypatch.setattr(postings, "fresh_words", lambda _memory: ())
    monkeypatch.setattr(remembering, "MOST_ROWS", 9)

    def ask(text: str, change: int) -> None:
        memory: Any = SimpleNamespace(mark=("an era of its own", change), posted=1, fresh=np.zeros(0))
        assert remembering.held_by(memory, [Run("c", text, 0, 2)], ["title"])[0][0].tolist() == [0, 1, 2]

    for text, change in (
        ("维修", 1),
        ("信息", 1),
        ("维修", 1),
        ("代码", 1),
        ("维修", 1),
        ("信息", 1),
        ("维修", 2),
    ):
        ask(text, change)
    assert asked == ["维修", "信息", "代码", "信息", "维修"]
