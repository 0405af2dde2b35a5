"""The decision: default deny, every class and level, from every viewpoint."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityhall.catalog.queries import Dataset, Item, Opening, Sharing
from cityhall.kernel.text import Text
from cityhall.opening.rules import Decision, decide

NOW = datetime(2026, 3, 5, tzinfo=UTC)
CLASSES = ("unconditional", "restricted", "forbidden")
SHARING = ("unconditional", "restricted", "not_shared")


def item(
    name: str = "a",
    *,
    opening: Any = "restricted",
    sharing: Any = "restricted",
    level: int = 1,
    mask: str | None = None,
) -> Item:
    return Item(name=name, opening=Opening(opening), sharing=Sharing(sharing), level=level, mask=mask)


def dataset(*items: Item, state: Any = "published") -> Dataset:
    return Dataset(
        title=Text("T", "题"), agency_id="agy_1", items=items, id="dst_1", state=state, revision=1,
        rules_version=0, level=max((one.level for one in items), default=1), sharing_class="restricted",
        opening_class="restricted", created=NOW, modified=NOW, published=NOW,
    )  # fmt: skip


def seen(viewpoint: Any, *items: Item, state: Any = "published") -> Decision:
    return decide(dataset(*items, state=state), viewpoint, "api")


@pytest.mark.parametrize(("opening", "level", "mask", "shown"), [
    ("unconditional", 1, None, "clear"),
    ("unconditional", 2, None, "hidden"),
    ("unconditional", 2, "phone", "masked"),
    ("unconditional", 3, "phone", "masked"),
    ("unconditional", 3, "none", "hidden"),
    ("unconditional", 3, "no_such_mask", "hidden"),
    ("unconditional", 4, "phone", "hidden"),
    ("restricted", 1, "phone", "hidden"),
    ("forbidden", 1, None, "hidden"),
])  # fmt: skip
def test_what_the_public_sees(opening: str, level: int, mask: str | None, shown: str) -> None:
    decision = seen("public", item(opening=opening, level=level, mask=mask))
    assert _shown(decision) == shown


@pytest.mark.parametrize(("sharing", "level", "mask", "shown"), [
    ("unconditional", 1, None, "clear"),
    ("unconditional", 2, None, "clear"),
    ("unconditional", 3, None, "hidden"),
    ("unconditional", 3, "phone", "masked"),
    ("unconditional", 4, "phone", "hidden"),
    ("restricted", 1, None, "hidden"),
    ("not_shared", 1, None, "hidden"),
])  # fmt: skip
def test_what_another_agency_sees(sharing: str, level: int, mask: str | None, shown: str) -> None:
    assert _shown(seen("agency", item(sharing=sharing, level=level, mask=mask))) == shown


def _shown(decision: Decision) -> str:
    if "a" in decision.masks:
        return "masked"
    return "clear" if "a" in decision.items else "hidden"


def test_an_agency_sees_at_least_what_the_public_sees() -> None:
    decision = seen("agency", item(opening="unconditional", sharing="not_shared"))
    assert decision.clear == ("a",)


def test_the_owner_sees_everything_unmasked_in_every_state() -> None:
    for state in ("draft", "published", "withdrawn"):
        decision = seen("owner", item(opening="forbidden", level=4), state=state)
        assert decision.items == ("a",)
        assert decision.complete


@pytest.mark.parametrize("viewpoint", ["agency", "public"])
def test_a_draft_is_not_even_listed(viewpoint: str) -> None:
    decision = seen(viewpoint, item(opening="unconditional", sharing="unconditional"), state="draft")
    assert not decision.listed
    assert not decision.allowed


@pytest.mark.parametrize("viewpoint", ["agency", "public"])
def test_a_withdrawn_dataset_is_listed_without_values(viewpoint: str) -> None:
    decision = seen(viewpoint, item(opening="unconditional", sharing="unconditional"), state="withdrawn")
    assert decision.listed
    assert decision.items == ()
    assert decision.why


def test_a_hidden_item_says_why_in_both_languages() -> None:
    hidden = Item(name="a", opening=Opening("forbidden", Text("State secret", "国家秘密")))
    reason = seen("public", hidden).reasons["a"]
    assert "State secret" in reason.en
    assert "禁止开放" in reason.zh
    assert "国家秘密" in reason.zh


ITEMS = st.lists(
    st.builds(
        Item,
        name=st.sampled_from("abcdefgh"),
        opening=st.builds(Opening, st.sampled_from(CLASSES)),
        sharing=st.builds(Sharing, st.sampled_from(SHARING)),
        level=st.integers(1, 4),
        mask=st.sampled_from([None, "", "none", "phone", "identity_number", "nonsense"]),
    ),
    unique_by=lambda one: one.name,
    max_size=8,
)


@given(
    ITEMS,
    st.sampled_from(["owner", "agency", "public"]),
    st.sampled_from(["draft", "published", "withdrawn"]),
)
def test_every_item_is_shown_or_has_its_reason(items: list[Item], viewpoint: Any, state: Any) -> None:
    decision = decide(dataset(*items, state=state), viewpoint, "api")
    if decision.listed:
        assert set(decision.items) | set(decision.reasons) == {one.name for one in items}
    assert not set(decision.items) & set(decision.reasons)
    assert set(decision.masks) <= set(decision.items)
    assert decision.allowed == bool(decision.items)


@given(ITEMS)
def test_nothing_of_level_four_leaves_the_agency(items: list[Item]) -> None:
    for viewpoint in ("agency", "public"):
        shown = set(seen(viewpoint, *items).items)
        assert not shown & {one.name for one in items if one.level == 4}


def test_the_digest_follows_what_is_shown() -> None:
    one = seen("public", item(opening="unconditional"))
    other = seen("public", item(opening="unconditional", level=2, mask="phone"))
    assert one.digest() != other.digest()
    assert one.digest() == seen("owner", item()).digest()
