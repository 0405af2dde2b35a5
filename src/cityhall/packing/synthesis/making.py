"""What a kind of value is: a function from its declaration to the SQL of its true value, before any error is put in.

`KINDS` is filled by the modules people, places, things and times; a declaration names one: `make: {kind: identity_number}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cityhall.packing.synthesis import draws

Make = Mapping[str, Any]
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is made: which row (SQL of its number), under which name (for its own random numbers), with which words."""

    row: str
    name: tuple[object, ...]
    words: Words = field(default_factory=dict)

    def sub(self, *names: object) -> tuple[object, ...]:
        """The name of one more random number of the same value."""
        return (*self.name, *names)

    def at(self, row: str) -> Spot:
        """The same value in another row."""
        return replace(self, row=row)

    def below(self, limit: int, *names: object) -> str:
        """SQL: a whole number from 0 to `limit` - 1."""
        return draws.below(self.row, limit, *self.sub(*names))

    def between(self, low: int, high: int, *names: object) -> str:
        """SQL: a whole number from `low` to `high`, both included."""
        return draws.between(self.row, low, high, *self.sub(*names))

    def pick(self, words: Any, *names: object) -> str:
        """SQL: one of the words: a list, a mapping word -> weight, or the name of a word list of the pack."""
        chosen = self.words[words] if isinstance(words, str) else words
        return draws.pick(self.row, chosen, *self.sub(*names))


Kind = Callable[[Make, Spot], str]
KINDS: dict[str, Kind] = {}


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register a function as the maker of values of this kind."""

    def register(function: Kind) -> Kind:
        KINDS[name] = function
        return function

    return register
