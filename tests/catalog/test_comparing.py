"""Differences between revisions in plain words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from tests.catalog.making import OPERATOR, a_draft, an_agency, an_item, words

from cityhall.catalog.actions import agree_rules, draft_dataset, publish, update_dataset
from cityhall.catalog.comparing import differences, label
from cityhall.catalog.errors import RevisionUnknown
from cityhall.catalog.plain import DATASET_NAMES, ITEM_NAMES, RULE_NAMES, dataset_plain
from cityhall.catalog.queries import CheckRule, Opening, dataset, diff, revisions, rules_agreed
from cityhall.kernel.text import Text

WORDS = st.text("ab 自行", max_size=4)
TEXTS = st.builds(Text, WORDS, WORDS)
ITEMS = st.lists(
    st.builds(an_item, st.sampled_from("abcd"), title=TEXTS, level=st.integers(1, 4), unique=st.booleans()),
    unique_by=lambda item: item.name,
)


@st.composite
def drafts(draw: st.DrawFn) -> dict[str, Any]:
    items = tuple(draw(ITEMS))
    return dataset_plain(
        a_draft("a", items=items, key=(), title=draw(TEXTS), keywords=tuple(draw(st.lists(WORDS))))
    )


def _apply(before: dict[str, Any], found: tuple[Any, ...]) -> dict[str, Any]:
    """Rebuild the later snapshot from the earlier one and the differences (all but the order)."""
    items = {row["name"]: dict(row) for row in before["items"]}
    after = dict(before)
    for one in found:
        part, _, rest = one.place.partition(".")
        name, _, inner = rest.partition(".")
        if not rest:
            after[part] = one.after
        elif inner:
            items[name][inner] = one.after
        elif one.after is None:
            items.pop(name)
        elif name != "order":
            items[name] = one.after
    return after | {"items": items}


@given(drafts(), drafts())
def test_the_differences_are_complete(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert _apply(before, differences(before, after)) == after | {
        "items": {row["name"]: row for row in after["items"]}
    }


@given(drafts())
def test_nothing_differs_from_itself(one: dict[str, Any]) -> None:
    assert not differences(one, one)


@given(drafts(), drafts())
def test_every_difference_is_told_in_both_languages(before: dict[str, Any], after: dict[str, Any]) -> None:
    found = differences(before, after)
    assert bool(found) == (before != after)
    assert all(one.text.en.strip() and one.text.zh.strip() for one in found)


@pytest.mark.parametrize("name", sorted({*DATASET_NAMES, *ITEM_NAMES, *RULE_NAMES} - {"rules"}))
def test_every_part_has_a_name_in_both_languages(name: str) -> None:
    assert label(name).en != label(name).zh


def test_the_sentences() -> None:
    before = a_draft("a", items=(an_item("phone"), an_item("fax"), an_item("note")), key=("phone",))
    phone = an_item("phone", level=3, opening=Opening("restricted", words("on request", "依申请")))
    after = replace(
        before, items=(an_item("note"), phone, an_item("mail")), key=(), title=words("Desks", "窗口")
    )
    found = differences(dataset_plain(before), dataset_plain(after))
    assert [one.text.en for one in found] == [
        "Title: “Bicycle stands” → “Desks”",
        "Key: phone → (nothing)",
        "Item phone, opening: unconditional → restricted",
        "Item phone, reason for opening class: (nothing) → “on request”",
        "Item phone, level: L1 → L3",
        "Item fax removed",
        "Item mail added",
        "The order of the items changed",
    ]
    assert found[2].text.zh == "数据项“phone”的开放属性：无条件开放 → 受限开放"


@pytest.mark.django_db
def test_history_and_difference_of_stored_revisions() -> None:
    dataset_id = draft_dataset(OPERATOR, a_draft(an_agency()), why="first entry")
    update_dataset(OPERATOR, dataset_id, {"region": "330302"}, 1, why="the district asked")
    agree_rules(OPERATOR, dataset_id, [CheckRule(code="R1", kind="required", items=("name",))])
    publish(OPERATOR, dataset_id)
    history = revisions(dataset_id)
    assert [(row.number, row.verb, row.why) for row in history][-2:] == [
        (2, "update", "the district asked"),
        (1, "draft", "first entry"),
    ]
    assert [one.place for one in diff(dataset_id, 1, 4)] == ["state", "region", "rules.R1"]
    assert diff(dataset_id, 1, 4)[0].text.zh == "状态：草稿 → 已发布"
    assert rules_agreed(dataset_id, 1) == dataset(dataset_id).rules
    with pytest.raises(RevisionUnknown):
        diff(dataset_id, 1, 9)
