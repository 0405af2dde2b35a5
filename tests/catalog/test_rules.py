"""The pure rules: levels, classes, coherence."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given
from tests.catalog.making import a_draft, an_item

from cityhall.catalog import errors
from cityhall.catalog.queries import CheckRule, Item, Opening, Sharing
from cityhall.catalog.rules import (
    OPENING_ORDER,
    SHARING_ORDER,
    coherence_problems,
    level_of,
    opening_of,
    problems,
    sharing_of,
)

SHARINGS = st.builds(Sharing, st.sampled_from(SHARING_ORDER))
OPENINGS = st.builds(Opening, st.sampled_from(OPENING_ORDER))
ITEMS = st.builds(Item, name=st.just("x"), level=st.integers(1, 4), sharing=SHARINGS, opening=OPENINGS)


@given(ITEMS)
def test_an_item_is_coherent_when_its_opening_is_no_wider_than_its_level_allows(item: Item) -> None:
    widest = {1: "unconditional", 2: "restricted", 3: "restricted", 4: "forbidden"}[
        item.level
    ]  # DB33/T 2351-2021
    coherent = OPENING_ORDER.index(item.opening.kind) >= OPENING_ORDER.index(widest)
    assert (not list(coherence_problems(item))) == coherent


@pytest.mark.parametrize(
    ("level", "opening", "expected"),
    [
        (1, "unconditional", None),
        (1, "forbidden", None),
        (2, "unconditional", errors.LevelNeedsApproval),
        (3, "unconditional", errors.LevelNeedsApproval),
        (3, "restricted", None),
        (4, "unconditional", errors.LevelForbidsOpening),
        (4, "restricted", errors.LevelForbidsOpening),
        (4, "forbidden", None),
        (0, "forbidden", errors.LevelWrong),
        (5, "forbidden", errors.LevelWrong),
    ],
)
def test_levels_limit_opening(level: int, opening: str, expected: type[Exception] | None) -> None:
    found = list(coherence_problems(an_item("phone", level=level, opening=Opening(opening))))  # type: ignore[arg-type]
    assert [type(problem) for problem in found] == ([expected] if expected else [])
    assert all("phone" in problem.say(language) for problem in found for language in ("en", "zh"))


@given(st.lists(ITEMS, min_size=1), ITEMS)
def test_one_more_item_never_makes_a_dataset_laxer(items: list[Item], more: Item) -> None:
    assert level_of([*items, more]) == max(level_of(items), more.level)
    assert OPENING_ORDER.index(opening_of([*items, more])) >= OPENING_ORDER.index(opening_of(items))
    assert SHARING_ORDER.index(sharing_of([*items, more])) >= SHARING_ORDER.index(sharing_of(items))


def test_the_strictest_item_decides() -> None:
    items = (
        an_item("a"),
        an_item("b", sharing=Sharing("not_shared"), opening=Opening("restricted"), level=2),
    )
    assert (level_of(items), sharing_of(items), opening_of(items)) == (2, "not_shared", "restricted")
    assert (level_of(()), sharing_of(()), opening_of(())) == (1, "unconditional", "unconditional")


@pytest.mark.parametrize("name", ["", "_line", " x", "a\nb", "a\x00b", "x" * 201])
def test_names_that_cannot_be_columns(name: str) -> None:
    found = problems(a_draft("a", items=(an_item(name),), key=()))
    assert [type(problem) for problem in found] == [errors.ItemNameWrong]


@pytest.mark.parametrize("name", ["户籍地址", "PM2.5 (µg/m3)", "a_b", "x" * 200, "1"])
def test_names_that_can(name: str) -> None:
    assert not problems(a_draft("a", items=(an_item(name),), key=()))


def test_unknown_words_are_named() -> None:
    item = an_item("x", type="money", sharing=Sharing("maybe"), opening=Opening("maybe"))  # type: ignore[arg-type]
    rule = CheckRule(code="R/1", kind="magic", severity="mild", items=("y",))  # type: ignore[arg-type]
    found = [
        type(problem).__name__
        for problem in problems(a_draft("a", items=(item,), key=(), rules=(rule, rule), mode="mix"))
    ]
    assert found.count("WordUnknown") == 8
    assert found.count("RuleRepeated") == 1
    assert {"CodeMalformed", "KeyUnknown"} <= set(found)


def test_updating_by_key_needs_a_key() -> None:
    assert [type(problem) for problem in problems(a_draft("a", mode="upsert", key=()))] == [
        errors.UpsertNeedsKey
    ]
