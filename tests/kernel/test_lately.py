"""What was made lately: found by key and owner, bounded, and never an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cityhall.kernel.lately import Lately


def _counting() -> tuple[list[str], Callable[[str], Callable[[], str]]]:
    made: list[str] = []

    def make(text: str) -> Callable[[], str]:
        def do() -> str:
            made.append(text)
            return text

        return do

    return made, make


def test_the_same_is_made_once() -> None:
    made, make = _counting()
    memory = Lately[str](10)
    assert [memory.get("key", make("a")), memory.get("key", make("b"))] == ["a", "a"]
    memory.forget()
    assert memory.get("key", make("c")) == "c"
    assert made == ["a", "c"]


def test_another_owner_gets_its_own_even_when_it_is_equal() -> None:
    made, make = _counting()
    memory, one, same = Lately[str](100), [1], [1]
    assert memory.get("key", make("one's"), one) == "one's"
    assert memory.get("key", make("the other's"), same) == "the other's"
    assert memory.get("key", make("one's again"), one) == "one's again"
    assert len(made) == 3


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    made, make = _counting()
    memory = Lately[str](32, len)
    for key in "abc":
        memory.get(key, make("xx"))
    memory.get("a", make("again"))
    for key in range(14):  # b and c go, a was asked for since
        memory.get(key, make("xx"))
    made.clear()
    assert memory.get("a", make("new")) == "xx"
    assert memory.get("b", make("new")) == "new"
    assert made == ["new"]


def test_what_is_too_large_is_made_and_not_kept() -> None:
    memory = Lately[str](32, len)
    assert memory.get("key", lambda: "x" * 3) == "xxx"
    assert memory.get("key", lambda: "y") == "y"


def test_an_error_is_not_kept() -> None:
    memory = Lately[str](16)

    def fail() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        memory.get("key", fail)
    assert memory.get("key", lambda: "x") == "x"
